/**
 * Every call that the console makes of the gateway. A test compares the routes with the OpenAPI file, from which the
 * types come.
 */

import { Problem, request } from "./request.js";
import { access, end, renew } from "./session.js";

/** @typedef {import("./request.js").Content} Content */
/** @typedef {import("./types.js").Reading} Reading */
/** @typedef {import("./types.js").StoredReading} StoredReading */
/** @typedef {import("./types.js").Job} Job */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").User} User */
/** @typedef {import("./types.js").ApiKey} ApiKey */
/**
 * @template T
 * @typedef {{items: T[], next?: string | number | null}} Page
 */

/**
 * The answer to a call in the person's name; where the access token is no longer good, it is renewed once. Throws
 * Problem, after ending the session where it is over.
 * @param {string} route
 * @param {Content} [content]
 */
export async function call(route, content) {
  try {
    const token = await access();
    try {
      return await request(route, content, token);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await renew();
      return await request(route, content, await access());
    }
  } catch (error) {
    if (isRefused(error)) end();
    throw error;
  }
}

/** @param {unknown} error */
function isRefused(error) {
  return error instanceof Problem && error.status === 401;
}

/** What a call answers, as JSON; nothing where there is nothing. @param {string} route @param {Content} [content] */
export async function fetched(route, content) {
  const answer = await call(route, content);
  return answer.status === 204 ? undefined : answer.json();
}

/** Makes a call that is sent twice be done once. @param {string} key */
export const once = (key) => ({ "Idempotency-Key": key });

// Before anybody has signed in.

/** @returns {Promise<import("./types.js").Index>} */
export const showIndex = async () => (await request("GET /")).json();

// Readings.

/**
 * Have a picture read.
 * @param {Blob} picture
 * @param {Record<string, string | undefined>} wanted what may be asked of a picture
 * @param {{key?: string, signal?: AbortSignal}} [how]
 * @returns {Promise<Reading>}
 */
export function predict(picture, wanted, { key, signal } = {}) {
  const body = new FormData();
  body.append("file", picture, "picture");
  for (const [name, value] of Object.entries(wanted)) if (value) body.append(name, value);
  return fetched("POST /predict", { body, signal, headers: key ? once(key) : {}, patience: 60_000 });
}

/** @param {Content["query"]} query @param {AbortSignal} [signal] @returns {Promise<Page<StoredReading>>} */
export const listReadings = (query, signal) => fetched("GET /readings", { query, signal });

/** @param {string} id @returns {Promise<StoredReading>} */
export const showReading = (id) => fetched("GET /readings/{id}", { path: { id } });

/** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Blob>} */
export const showPicture = async (id, signal) =>
  (await call("GET /readings/{id}/picture", { path: { id }, signal, priority: "low", headers: { Accept: "image/*" } })).blob();

/** Say what a picture shows. @param {string} id @param {{text: string} | {answer: string}} json @returns {Promise<StoredReading>} */
export const correct = (id, json) => fetched("POST /readings/{id}/correction", { path: { id }, json });

/** Take back what was said. @param {string} id @returns {Promise<StoredReading>} */
export const withdraw = (id) => fetched("DELETE /readings/{id}/correction", { path: { id } });

/** How far the correction of a reading has come. @param {string} id @param {AbortSignal} [signal] @returns {Promise<import("./types.js").CorrectionSteps>} */
export const followCorrection = (id, signal) => fetched("GET /readings/{id}/correction/steps", { path: { id }, signal });

/** @param {string} id @returns {Promise<import("./types.js").Lineage>} */
export const showLineage = (id) => fetched("GET /readings/{id}/lineage", { path: { id } });

/** The reading once more by the version that made it. @param {string} id @returns {Promise<import("./types.js").Replay>} */
export const replay = (id) => fetched("POST /readings/{id}/replay", { path: { id }, patience: 60_000 });

// What one's own corrections have taught.

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").VocabularyWord>>} */
export const listWords = (query) => fetched("GET /users/me/vocabulary", { query });

/** @param {string} word */
export const deleteWord = (word) => fetched("DELETE /users/me/vocabulary/{word}", { path: { word } });

export const deleteWords = () => fetched("DELETE /users/me/vocabulary");

/** @returns {Promise<import("./types.js").OwnModels>} */
export const showOwnModel = () => fetched("GET /users/me/model");

export const forgetOwnModel = () => fetched("DELETE /users/me/model");

/** All that is kept of who asks. @returns {Promise<Blob>} a ZIP archive */
export const downloadData = async () =>
  (await call("GET /users/me/data", { headers: { Accept: "application/zip" }, patience: Infinity })).blob();

/** @returns {Promise<import("./types.js").Erasure>} */
export const eraseOwnData = () => fetched("DELETE /users/me/data");

/** @param {string} id @returns {Promise<import("./types.js").Erasure>} */
export const showErasure = (id) => fetched("GET /erasures/{id}", { path: { id } });

// The review queue.

/** @param {number} limit @returns {Promise<import("./types.js").ReviewQueue>} */
export const claimNext = (limit) => fetched("POST /review/claims", { json: { limit } });

/**
 * What waits for the person, without claiming it.
 * @param {number} limit
 * @returns {Promise<import("./types.js").ReviewQueue>}
 */
export const lookAhead = (limit) => fetched("GET /review", { query: { limit } });

/** @param {string} id */
export const release = (id) => fetched("DELETE /review/{id}/claim", { path: { id } });

// The person's own account.

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").OpenSession>>} */
export const listSessions = (query) => fetched("GET /sessions", { query });

/** @param {string} id */
export const closeSession = (id) => fetched("DELETE /sessions/{id}", { path: { id } });

/** @param {string} current @param {string} next */
export const changePassword = (current, next) => fetched("PUT /users/me/password", { json: { current, new: next } });

/** @returns {Promise<ApiKey[]>} */
export const listKeys = () => fetched("GET /api-keys");

/** @param {{label: string, days: number, scopes: string[]}} json @returns {Promise<import("./types.js").CreatedApiKey>} */
export const addKey = (json) => fetched("POST /api-keys", { json });

/** @param {string} id */
export const deleteKey = (id) => fetched("DELETE /api-keys/{id}", { path: { id } });

// Lexicons and data.

/** @param {Content["query"]} [query] @returns {Promise<Page<import("./types.js").LexiconVersion>>} */
export const listLexicons = (query) => fetched("GET /lexicons", { query });

/** @param {string} name @returns {Promise<string>} its entries, one per line */
export const showLexicon = async (name) =>
  (await call("GET /lexicons/{name}", { path: { name }, headers: { Accept: "text/plain" } })).text();

/** @param {string} name @param {string[]} entries @returns {Promise<import("./types.js").LexiconVersion>} */
export const putLexicon = (name, entries) => fetched("PUT /lexicons/{name}", { path: { name }, json: { entries } });

/** @param {string} name */
export const deleteLexicon = (name) => fetched("DELETE /lexicons/{name}", { path: { name } });

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").DatasetVersion>>} */
export const listDatasets = (query) => fetched("GET /datasets", { query });

/** @param {string} version @returns {Promise<import("./types.js").DatasetVersion>} */
export const showDataset = (version) => fetched("GET /datasets/{version}", { path: { version } });

// Jobs.

/** @param {Content["query"]} query @returns {Promise<Page<Job>>} */
export const listJobs = (query) => fetched("GET /jobs", { query });

/** @param {string} id @returns {Promise<Job>} */
export const showJob = (id) => fetched("GET /jobs/{id}", { path: { id } });

/** @param {string} id @param {AbortSignal} signal */
export const followJob = (id, signal) =>
  call("GET /jobs/{id}/events", { path: { id }, signal, headers: { Accept: "text/event-stream" } });

/** @param {string} id @returns {Promise<string>} */
export const showLog = async (id) =>
  (await call("GET /jobs/{id}/log", { path: { id }, headers: { Accept: "text/plain" } })).text();

/** @param {string} id @returns {Promise<Job>} */
export const cancelJob = (id) => fetched("POST /jobs/{id}/cancel", { path: { id } });

/** @param {object} json @param {string} key @returns {Promise<Job>} */
export const ingest = (json, key) => fetched("POST /ingest", { json, headers: once(key) });

/** @param {object} json @param {string} key @returns {Promise<Job>} */
export const train = (json, key) => fetched("POST /train", { json, headers: once(key) });

// Models.

/** @param {Content["query"]} [query] @returns {Promise<Page<Model>>} */
export const listModels = (query) => fetched("GET /models", { query });

/** @param {string} name @returns {Promise<Model>} */
export const showModel = (name) => fetched("GET /models/{name}", { path: { name } });

/** @param {string} name @param {number} version @returns {Promise<import("./types.js").TracedVersion>} */
export const showVersion = (name, version) => fetched("GET /models/{name}/{version}", { path: { name, version } });

/** @param {string} name @param {object} json @returns {Promise<import("./types.js").DeploymentChange>} */
export const promote = (name, json) => fetched("POST /models/{name}/promote", { path: { name }, json });

/** @param {string} name @returns {Promise<import("./types.js").DeploymentChange>} */
export const rollBack = (name) => fetched("POST /models/{name}/rollback", { path: { name } });

// People.

/** @param {Content["query"]} query @returns {Promise<Page<User>>} */
export const listUsers = (query) => fetched("GET /users", { query });

/** @param {{name: string, password: string, role: string}} json @returns {Promise<User>} */
export const addUser = (json) => fetched("POST /users", { json });

/** @param {string} name @param {object} json @returns {Promise<User>} */
export const changeUser = (name, json) => fetched("PATCH /users/{name}", { path: { name }, json });

/** @param {string} name */
export const deleteUser = (name) => fetched("DELETE /users/{name}", { path: { name } });

/** @param {Content["query"]} query @returns {Promise<Page<ApiKey>>} */
export const listAllKeys = (query) => fetched("GET /api-keys/all", { query });

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").AuditEntry>>} */
export const listAudit = (query) => fetched("GET /audit", { query });

// The API itself.

/** @returns {Promise<import("./openapi.js").Description>} */
export const describeApi = async () => (await request("GET /openapi.json")).json();

/** Any call at all, as the reference makes them. @param {string} route @param {Content} content */
export const callAny = (route, content) => call(route, content);
