/**
 * Who is signed in. The access token lives in this module's memory; the refresh token in a cookie that no script can
 * read. All tabs of a browser share the cookie, so they renew one after another.
 */

import { Problem, request } from "./request.js";

/** @typedef {import("./types.js").User} User */

const HEADERS = { "Longhand-Session": "cookie" };
const EARLY_S = 60;
const LOCK = "longhand.session";

let token = "";
let until = 0;
/** @type {User | null} */
let user = null;
/** @type {Promise<unknown> | null} */
let renewing = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
const channel = new BroadcastChannel(LOCK);

/** The page that looks on: called when somebody signs in or out. @type {() => void} */
let changed = () => {};

/** @param {() => void} listener */
export function onChange(listener) {
  changed = listener;
  channel.onmessage = () => end();
}

/** Who is signed in. @returns {User | null} */
export function person() {
  return user;
}

/** Whether the person's role goes as far as this one. @param {string} role */
export function may(role) {
  const roles = ["user", "reviewer", "admin"];
  return user !== null && roles.indexOf(user.role) >= roles.indexOf(role);
}

/** Whether this browser was signed in when it was last here. */
export function expected() {
  return localStorage.getItem(LOCK) !== null;
}

/** Go on where this browser was signed in; false where it was not. */
export async function resume() {
  if (!expected()) return false;
  try {
    await renew();
    await meet();
    return true;
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
    localStorage.removeItem(LOCK);
    return false;
  }
}

/** Throws Problem. @param {string} name @param {string} password */
export async function signIn(name, password) {
  const body = new URLSearchParams({ username: name, password });
  await navigator.locks.request(LOCK, async () => take(await request("POST /token", { body, headers: HEADERS })));
  await meet();
  changed();
}

/** End the session here and in the other tabs. */
export async function signOut() {
  await request("POST /token/revoke", { headers: HEADERS, keepalive: true }).catch(() => {});
  channel.postMessage("ended");
  history.replaceState(null, "", location.pathname); // who comes next begins where everybody does
  end();
}

/** Forget who was here. */
export function end() {
  clearTimeout(timer);
  localStorage.removeItem(LOCK);
  [token, until, user] = ["", 0, null];
  dispatchEvent(new Event("longhand:forget"));
  changed();
}

/** An access token that is still good. Throws Problem. */
export async function access() {
  if (Date.now() > until) await renew();
  return token;
}

/** Get the next access token. Throws Problem. */
export async function renew() {
  renewing ??= navigator.locks.request(LOCK, async () => {
    await take(await request("POST /token/refresh", { headers: HEADERS, keepalive: true }));
  });
  try {
    await renewing;
  } finally {
    renewing = null;
  }
}

/** @param {Response} answer */
async function take(answer) {
  /** @type {import("./types.js").TokenResponse} */
  const tokens = await answer.json();
  token = tokens.access_token;
  const seconds = Math.max(5, tokens.expires_in - EARLY_S);
  until = Date.now() + seconds * 1000;
  clearTimeout(timer);
  timer = setTimeout(() => renew().catch(() => {}), seconds * 1000);
}

async function meet() {
  user = await (await request("GET /users/me", {}, token)).json();
  localStorage.setItem(LOCK, "open"); // that there is a session to go on with, nothing of what opens it
}
