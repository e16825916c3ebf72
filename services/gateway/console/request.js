/** One request to the gateway: its address, its body, its time limit, and what goes wrong in words. */

import { t } from "./words.js";

const PATIENCE_MS = 30_000;

/**
 * What a request carries beside its route.
 * @typedef {object} Content
 * @property {Record<string, string | number>} [path] values for the names in the route
 * @property {Record<string, string | number | boolean | null | undefined>} [query] empty ones are left out
 * @property {unknown} [json]
 * @property {URLSearchParams | FormData | Blob | string} [body]
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [patience] milliseconds to wait for the answer to begin; Infinity: as long as it takes
 * @property {boolean} [keepalive] whether the request goes on when the page is left
 * @property {RequestPriority} [priority] among those that wait for a connection
 */

/**
 * An answer that is none: `detail` is the platform's sentence by its `code`, or the page's own where there is no code;
 * `request` finds it again in the logs.
 */
export class Problem extends Error {
  /** @param {number} status @param {string} code @param {string} detail @param {string} [request] @param {number} [wait] */
  constructor(status, code, detail, request = "", wait = 0) {
    super(detail);
    this.status = status;
    this.code = code;
    this.request = request;
    this.wait = wait;
  }
}

/** The request was given up by the page itself, which asks for nothing to be said. @param {unknown} error */
export function isAborted(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * The answer to a request. Throws Problem.
 * @param {string} route verb and path as in the OpenAPI file, `GET /readings/{id}`
 * @param {Content} [content]
 * @param {string} [token] the access token
 * @returns {Promise<Response>}
 */
export async function request(route, content = {}, token = "") {
  const late = new AbortController();
  const patience = content.patience ?? PATIENCE_MS;
  const timer = patience === Infinity ? undefined : setTimeout(() => late.abort(), patience);
  const signal = content.signal ? AbortSignal.any([content.signal, late.signal]) : late.signal;
  try {
    const answer = await fetch(address(route, content), { ...options(route, content, token), signal });
    if (answer.ok) return answer;
    throw await problem(answer);
  } catch (error) {
    if (error instanceof Problem || content.signal?.aborted) throw error;
    throw new Problem(0, "", t(late.signal.aborted ? "error.late" : "error.unreachable"));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} route @param {Content} content */
function address(route, { path = {}, query = {} }) {
  const place = route.slice(route.indexOf(" ") + 1);
  const filled = place.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const asked = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return asked ? `${filled}?${asked}` : filled;
}

/** @param {string} route @param {Content} content @param {string} token @returns {RequestInit} */
function options(route, { json, body, headers = {}, keepalive = false, priority }, token) {
  const given = new Headers({ Accept: "application/json", ...headers });
  if (json !== undefined) given.set("Content-Type", "application/json");
  if (token) given.set("Authorization", `Bearer ${token}`);
  const sent = json === undefined ? body : JSON.stringify(json);
  return { method: route.split(" ")[0], headers: given, body: sent, keepalive, priority, redirect: "error", cache: "no-store" };
}

/** What an answer says went wrong. @param {Response} answer */
async function problem(answer) {
  /** @type {Partial<import("./types.js").Problem>} */
  const said = await answer.json().catch(() => ({}));
  const fields = (said.errors ?? []).map((one) => describe(one)).filter(Boolean); // the same as the sentence, shorter
  const detail = fields.join(" ") || said.detail || t("error.status", { status: answer.status });
  const id = said.request_id ?? answer.headers.get("X-Request-Id") ?? "";
  return new Problem(answer.status, said.code ?? "", detail, id, Number(answer.headers.get("Retry-After")) || 0);
}

/** A field that is not valid, and why. @param {Record<string, unknown>} error */
function describe(error) {
  const place = Array.isArray(error.loc) ? error.loc.slice(1).join(".") : "";
  return error.msg ? `${place ? `${place}: ` : ""}${error.msg}.` : "";
}
