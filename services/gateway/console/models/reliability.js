/** Whether the confidence of both versions means what it says: a diagram, and the same in numbers. */

import { h } from "../build.js";
import { reliability } from "../elements/reliability.js";
import { number, percent, t } from "../words.js";
import { grid } from "./figures.js";

/** @typedef {import("../types.js").GateBin} Bin */

/** Nothing of decisions that were made before it was kept. @param {import("../types.js").GateRecord} record @returns {HTMLElement[]} */
export function reliabilityPart({ reliability: found }) {
  if (!found) return [];
  const models = [{ label: t("gate.champion"), bins: found.champion }, { label: t("gate.challenger"), bins: found.challenger }];
  return [
    h("h3", {}, t("reliability.title")),
    h("p", { class: "hint" }, t("reliability.hint")),
    h("div", { class: "reliability" }, reliability().show(models, t("reliability.title")), numbers(models)),
  ];
}

/** A row for each confidence that either version had. @param {{label: string, bins: Bin[]}[]} models */
function numbers(models) {
  const ranges = new Map(models.flatMap(({ bins }) => bins.map((one) => [one.low, one])));
  const rows = [...ranges.values()].sort((a, b) => b.low - a.low).map(({ low, high }) => h("tr", {}, h("th", { scope: "row" }, `${number(100 * low)}–${percent(high)}`), models.flatMap(({ bins }) => cells(bins.find((one) => one.low === low)))));
  const groups = models.map(({ label }) => h("th", { scope: "colgroup", colspan: 3, class: "number" }, label));
  const heads = models.flatMap(() => [t("reliability.mean"), t("reliability.right"), t("gate.pictures")].map((head) => h("th", { scope: "col", class: "number" }, head)));
  return grid(t("reliability.title"), [[h("th", { scope: "col", rowspan: 2 }, t("reliability.confidence")), ...groups], heads], rows);
}

/** @param {Bin | undefined} bin */
function cells(bin) {
  const said = bin ? [percent(bin.confidence, 1), percent(bin.right, 1), number(bin.pictures)] : ["–", "–", number(0)];
  return said.map((one) => h("td", { class: "number" }, one));
}
