/** How well versions read, by data set: of one version, or of several beside each other. */

import { h } from "../build.js";
import { named, number, percent, t } from "../words.js";

/** @typedef {import("../types.js").ModelVersion} Version */

const SHARES = new Set(["exact", "coverage", "accepted_error", "calibration_error", "cer", "wer"]);
const MORE_IS_BETTER = new Set(["exact", "coverage"]);
const FACTS = new Set(["pictures", "suspicious"]);
/** What the figure of a set is called that leaves out the pictures whose texts are in doubt. */
const APART = "_without_suspicious";

/**
 * Figures by data set: a row each, a column for each figure and version; of several, the best is marked.
 * @param {[string, Version][]} versions with their titles
 * @param {(name: string) => boolean} [wanted]
 */
export function figures(versions, wanted = () => true) {
  const names = [...new Set(versions.flatMap(([, version]) => Object.keys(version.metrics)))].filter(wanted).sort();
  const sets = [...new Set(names.map(setOf))];
  const kinds = [...new Set(names.map((name) => name.slice(name.lastIndexOf(".") + 1).replace(APART, "")))];
  if (!sets.length) return h("p", { class: "muted" }, t("models.nofigures"));
  const several = versions.length > 1;
  const groups = kinds.map((kind) => h("th", { scope: several ? "colgroup" : "col", class: "number", colspan: versions.length }, named("figure", kind)));
  const titles = kinds.flatMap(() => versions.map(([title]) => h("th", { scope: "col", class: "number" }, title)));
  const first = h("th", { scope: "col", rowspan: several ? 2 : 1 }, t("models.set"));
  const rows = sets.map((set) => h("tr", {}, h("th", { scope: "row" }, titleOf(set)), kinds.flatMap((kind) => cells(kind, versions.map(([, { metrics }]) => metrics[metricOf(set, kind)])))));
  return grid(t("models.figures"), several ? [[first, ...groups], titles] : [[first, ...groups]], rows);
}

/** The set of a metric; without the pictures in doubt it counts as one of its own. @param {string} metric */
function setOf(metric) {
  return metric.slice(0, metric.lastIndexOf(".")) + (metric.endsWith(APART) ? APART : "");
}

/** @param {string} set @param {string} kind */
function metricOf(set, kind) {
  return set.endsWith(APART) ? `${set.replace(APART, "")}.${kind}${APART}` : `${set}.${kind}`;
}

/** @param {string} set */
function titleOf(set) {
  return set.endsWith(APART) ? t("figure.apart", { set: set.replace(APART, "") }) : set;
}

/** A table that scrolls sideways where it has to. @param {string} title @param {HTMLElement[][]} heads row by row @param {HTMLElement[]} rows */
export function grid(title, heads, rows) {
  const table = h("table", {}, h("caption", { class: "unseen" }, title), h("thead", {}, heads.map((cells) => h("tr", {}, cells))), h("tbody", {}, rows));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
}

/** One figure of all versions. @param {string} kind @param {(number | undefined)[]} values */
function cells(kind, values) {
  const known = values.filter((value) => value !== undefined);
  const best = MORE_IS_BETTER.has(kind) ? Math.max(...known) : Math.min(...known);
  const differ = known.length > 1 && !FACTS.has(kind) && known.some((value) => value !== best);
  return values.map((value) => h("td", { class: differ && value === best ? "number better" : "number" }, figure(kind, value), differ && value === best && h("span", { class: "unseen" }, t("models.better"))));
}

/** @param {string} kind @param {number | undefined} value */
function figure(kind, value) {
  if (value === undefined) return "–";
  return SHARES.has(kind) ? percent(value, 1) : number(value, 2);
}
