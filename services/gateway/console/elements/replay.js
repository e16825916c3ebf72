/** A reading once more, by the version that made it, and what differs. */

import { replay } from "../api.js";
import { fill, h } from "../build.js";
import { button } from "../controls.js";
import { named, number, percent, t } from "../words.js";

/** @typedef {import("../types.js").Difference} Difference */

/** @param {string} id */
export function replaying(id) {
  const result = h("div", { role: "status" });
  const go = button(t("replay.do"), async () => {
    fill(result, h("p", { class: "muted" }, t("read.reading")));
    try {
      fill(result, ...outcome(await replay(id)));
    } catch (error) {
      fill(result);
      throw error;
    }
  });
  return h("div", { class: "replay" }, h("p", { class: "muted" }, t("replay.about")), h("div", { class: "row" }, go), result);
}

/** @param {import("../types.js").Replay} found */
function outcome({ same, differences, reading }) {
  if (same) return [h("p", { class: "done" }, t("replay.same", { text: reading.text, ms: number(reading.elapsed_ms) }))];
  const heads = [t("replay.what"), t("replay.before"), t("replay.now")].map((one) => h("th", { scope: "col" }, one));
  const rows = differences.map((one) => h("tr", {}, h("th", { scope: "row" }, named("differs", one.field)), h("td", {}, value(one, one.before)), h("td", {}, value(one, one.now))));
  const table = h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
  return [h("p", {}, t("replay.differs")), h("div", { class: "scroll" }, table)];
}

/** @param {Difference} one @param {string | number} said */
function value({ field }, said) {
  if (field === "confidence") return percent(Number(said), 1);
  if (field === "decision") return named("decision", String(said));
  if (field === "vocabulary") return t(said ? "replay.words" : "replay.nowords");
  return said ? String(said) : t("reading.empty");
}
