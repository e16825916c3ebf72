/** A sentence that the person should read: what went wrong, or what to know. */

import { h } from "../build.js";
import { Problem } from "../request.js";
import { named, t } from "../words.js";

/** What went wrong, in words, with the id under which the logs know it. @param {unknown} error */
export function notice(error) {
  if (!(error instanceof Problem)) console.error(error);
  const parts = [h("p", {}, reason(error))];
  if (error instanceof Problem && error.wait) parts.push(h("p", {}, t("error.wait", { seconds: error.wait })));
  if (error instanceof Problem && error.request) parts.push(h("p", { class: "small" }, t("error.request", { id: error.request })));
  return h("div", { class: "notice error", role: "alert" }, ...parts);
}

/** @param {unknown} error */
function reason(error) {
  if (!(error instanceof Problem)) return t("error.page");
  return error.code ? sentence("problem", error.code, error.message) : error.message;
}

/**
 * What the platform says by a code, in the person's language; in its own words, which are English, where a language has
 * none for that code, and within a sentence that asks for them.
 * @param {"problem" | "notice" | "left"} group
 * @param {string} code
 * @param {string} detail its own words
 */
export function sentence(group, code, detail) {
  const known = named(group, code);
  if (known === code) return h("span", { lang: "en" }, detail);
  const [before, after] = known.split("{detail}");
  return h("span", {}, before, after !== undefined && h("q", { lang: "en" }, detail), after);
}

/** What to know. @param {string} text */
export function hint(text) {
  return h("div", { class: "notice" }, h("p", {}, text));
}

/** What to know of a picture. @param {import("../types.js").Notice} given */
export function noticed({ code, detail }) {
  return h("div", { class: "notice" }, h("p", {}, sentence("notice", code, detail)));
}

/** What to do where there is nothing yet. @param {string} title @param {string} text @param {...Node} actions */
export function empty(title, text, ...actions) {
  return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text), ...actions);
}
