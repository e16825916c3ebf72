/** A sentence that the person should read: what went wrong, or what to know. */

import { h } from "../build.js";
import { Problem } from "../request.js";
import { t } from "../words.js";

/** What went wrong, in words, with the id under which the logs know it. @param {unknown} error */
export function notice(error) {
  const text = error instanceof Problem ? error.message : t("error.page");
  if (!(error instanceof Problem)) console.error(error);
  const parts = [h("p", {}, text)];
  if (error instanceof Problem && error.wait) parts.push(h("p", {}, t("error.wait", { seconds: error.wait })));
  if (error instanceof Problem && error.request) parts.push(h("p", { class: "small" }, t("error.request", { id: error.request })));
  return h("div", { class: "notice error", role: "alert" }, ...parts);
}

/** What to know. @param {string} text */
export function hint(text) {
  return h("div", { class: "notice" }, h("p", {}, text));
}

/** What to do where there is nothing yet. @param {string} title @param {string} text @param {...Node} actions */
export function empty(title, text, ...actions) {
  return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text), ...actions);
}
