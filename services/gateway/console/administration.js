/** Calls that only administrators make, beside the lists and forms of `api.js`. */

import { call, fetched, once } from "./api.js";

/** @typedef {import("./request.js").Content} Content */
/** @typedef {import("./types.js").Job} Job */
/** @typedef {import("./types.js").Canary} Canary */
/**
 * @template T
 * @typedef {import("./api.js").Page<T>} Page
 */

// The gate and the trials of challengers.

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").GateDecision>>} */
export const listGates = (query) => fetched("GET /gates", { query });

/** @param {string} name @param {number} version @returns {Promise<import("./types.js").GateRecord>} */
export const showGate = (name, version) => fetched("GET /models/{name}/{version}/gate", { path: { name, version } });

/** @param {string} name @param {number} version @param {string} key @returns {Promise<Job>} */
export const askGate = (name, version, key) =>
  fetched("POST /models/{name}/{version}/gate", { path: { name, version }, headers: once(key) });

/**
 * A picture of the gate set that the decision on a version names.
 * @param {string} name
 * @param {number} version
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export const showGatePicture = async (name, version, id, signal) =>
  (await call("GET /models/{name}/{version}/gate/picture", { path: { name, version }, query: { id }, signal, headers: { Accept: "image/*" } })).blob();

/** @param {Content["query"]} query @returns {Promise<Page<Canary>>} */
export const listCanaries = (query) => fetched("GET /canaries", { query });

/** @param {string} name @param {{version: number, share: number, mode: string}} json @param {string} key @returns {Promise<Canary>} */
export const startCanary = (name, json, key) =>
  fetched("POST /models/{name}/canary", { path: { name }, json, headers: once(key) });

/** @param {string} name @returns {Promise<Canary>} */
export const stopCanary = (name) => fetched("DELETE /models/{name}/canary", { path: { name } });

// How a version learned.

/** @param {string} name @param {number} version @returns {Promise<import("./types.js").LearningCurve>} */
export const showCurve = (name, version) => fetched("GET /models/{name}/{version}/curve", { path: { name, version } });

/** @param {string} name @param {number} version @param {AbortSignal} signal @returns {Promise<Blob>} */
export const showConfusion = async (name, version, signal) =>
  (await call("GET /models/{name}/{version}/confusion", { path: { name, version }, signal, headers: { Accept: "image/*" } })).blob();

// What models are trained by, and what they learn from.

/** @param {string} name @returns {Promise<import("./types.js").RecipeDescription>} */
export const showRecipe = (name) => fetched("GET /recipes/{name}", { path: { name } });

/** @returns {Promise<import("./types.js").Upcoming[]>} what would be learned from now, by task */
export const previewLearning = () => fetched("GET /corrections", { query: { for: "next" } });

/** @param {object} json @param {string} key @returns {Promise<Job>} */
export const gather = (json, key) => fetched("POST /corrections/gather", { json, headers: once(key) });

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").Learning>>} */
export const listLearning = (query) => fetched("GET /learning", { query });

// What is kept of people.

/** @param {string} name @returns {Promise<import("./types.js").Erasure>} */
export const eraseData = (name) => fetched("DELETE /users/{name}/data", { path: { name } });

/** @param {Content["query"]} query @returns {Promise<Page<import("./types.js").Erasure>>} */
export const listErasures = (query) => fetched("GET /erasures", { query });

// Data.

/**
 * Send an archive to be taken in. There is no limit of time: a large one takes long.
 * @param {Blob} body a zip archive
 * @param {string} name
 * @param {string} key
 * @returns {Promise<Job>}
 */
export const ingestArchive = (body, name, key) =>
  fetched("POST /ingest/archive", { query: { name }, body, headers: { "Content-Type": "application/zip", ...once(key) }, patience: Infinity });

/** @param {string} version @param {Content["query"]} query @returns {Promise<import("./types.js").DatasetLook>} */
export const lookAtDataset = (version, query) => fetched("GET /datasets/{version}/look", { path: { version }, query });

/** @param {string} version @param {string} picture @param {AbortSignal} signal @returns {Promise<Blob>} */
export const showDatasetPicture = async (version, picture, signal) =>
  (await call("GET /datasets/{version}/pictures/{picture}", { path: { version, picture }, signal, headers: { Accept: "image/*" } })).blob();
