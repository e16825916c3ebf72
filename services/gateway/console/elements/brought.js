/** What a session of reviewing has brought: how many of each kind, how fast, and what was read otherwise. */

import { h } from "../build.js";
import { link } from "../router.js";
import { duration, number, t } from "../words.js";
import { saying } from "./reading.js";

/** @typedef {import("../types.js").QueuedReading} Queued */
/** @typedef {import("../types.js").StoredReading} Stored */
/** @typedef {"accepted" | "corrected" | "none" | "skipped"} Kind */

/**
 * A reading that was looked at; `stored` is what it has become, `text` what stood in the field.
 * @typedef {{reading: Queued, kind: Kind, text: string, stored?: Stored}} Done
 */

const KINDS = /** @type {const} */ (["accepted", "corrected", "none", "skipped"]);

/** @param {Done[]} done @param {number} seconds that the session took */
export function brought(done, seconds) {
  const rows = KINDS.map((kind) => /** @type {[string, string]} */ ([t(`review.${kind}`), number(count(done, kind))]));
  rows.push([t("review.took"), duration(seconds)]);
  const facts = rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  const waiting = done.filter((one) => one.stored?.correction?.state === "waiting").length;
  const changed = done.filter((one) => one.kind === "corrected" || one.kind === "none");
  return h(
    "div",
    { class: "brought" },
    h("dl", { class: "facts-list" }, facts),
    looked(done) > 0 && h("p", {}, t("review.thanks"), waiting > 0 && ` ${t("review.second", { count: number(waiting) })}`),
    changed.length > 0 && h("div", { class: "scroll" }, table(changed)),
  );
}

/** How many were looked at, without those that were passed by. @param {Done[]} done */
export function looked(done) {
  return done.length - count(done, "skipped");
}

/** @param {Done[]} done @param {Kind} kind */
function count(done, kind) {
  return done.filter((one) => one.kind === kind).length;
}

/** @param {Done[]} changed */
function table(changed) {
  const heads = [t("review.was"), t("review.is")].map((one) => h("th", { scope: "col" }, one));
  const rows = changed.map(({ reading, stored }) => {
    const now = stored?.correction ? saying(stored.correction) : "";
    return h("tr", {}, h("td", {}, h("s", { class: "muted" }, reading.text)), h("td", {}, h("a", { href: link("reading", reading.id) }, now)));
  });
  return h("table", {}, h("caption", { class: "unseen" }, t("review.changed")), h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
}
