/** What the gate decided on a version: the sentence, the claims with their intervals, and what it may cost. */

import { showGate } from "../administration.js";
import { h } from "../build.js";
import { button } from "../controls.js";
import { interval } from "../elements/interval.js";
import { ago, named, number, percent, t } from "../words.js";
import { changedPart } from "./changed.js";
import { send } from "./deploying.js";
import { grid } from "./figures.js";
import { reliabilityPart } from "./reliability.js";

/** @typedef {import("../types.js").GateRecord} GateRecord */
/** @typedef {import("../types.js").GateDecision} Decision */

/** @type {Record<GateRecord["comparisons"][number]["claim"], import("../words.js").Word>} */
const REFUTED = { not_worse: "gate.isworse", better: "gate.notbetter", no_loss: "gate.loses" };

/**
 * @param {string} name
 * @param {number} version
 * @param {Decision | undefined} decided
 * @param {boolean} serves
 */
export async function gateCard(name, version, decided, serves) {
  const ask = serves ? null : button(t(decided ? "gate.again" : "gate.ask"), () => send(name, version));
  const head = h("div", { class: "row spread middle" }, h("h2", {}, t("gate.title")), ask);
  if (!decided) return h("div", { class: "card" }, head, h("p", { class: "muted" }, t(serves ? "gate.needless" : "gate.none")));
  return h("div", { class: "card gate" }, head, ...decision(await showGate(name, version)));
}

/** Whether a version passed, as a mark. @param {Decision | undefined} decided */
export function gateMark(decided) {
  if (!decided) return h("span", { class: "muted" }, "–");
  return verdict(decided.passed);
}

/** @param {boolean} passed */
function verdict(passed) {
  return h("span", { class: `chip ${passed ? "accept" : "failed"}` }, t(passed ? "gate.passed" : "gate.failed"));
}

/** @param {GateRecord} record */
function decision(record) {
  const { passed, version, champion, decided_at, by, gate_set, corrections } = record;
  const refuted = reasons(record);
  return [
    h("p", {}, verdict(passed), " ", t(passed ? "gate.may" : "gate.maynot", { version, champion })),
    refuted.length ? h("ul", { class: "reasons" }, refuted.map((one) => h("li", {}, one))) : null,
    h("p", { class: "muted small" }, t("gate.facts", { champion, when: ago(decided_at), by, pictures: number(gate_set.pictures), groups: number(gate_set.groups), corrections: number(corrections.pictures) })),
    gate_set.made ? h("p", { class: "notice" }, t("gate.made")) : null,
    h("h3", {}, t("gate.claims")),
    claims(record),
    h("p", { class: "hint" }, t("gate.read", { level: percent(1 - 2 * record.rule.level) })),
    budgets(record),
    ...reliabilityPart(record),
    changedPart(record),
  ].filter((one) => one !== null);
}

/** What does not hold, each in a sentence. @param {GateRecord} record */
function reasons({ comparisons, budgets: costs }) {
  const points = (/** @type {number} */ rate) => number(100 * rate, 2);
  const claimed = comparisons.filter(({ holds }) => !holds).map(({ claim, name, ...one }) => t(REFUTED[claim], { name: named("gatename", name), high: points(one.high), margin: points(one.margin), difference: points(one.difference), pictures: number(one.pictures) }));
  const spent = costs.filter(({ holds }) => !holds).map((one) => t("gate.overspent", { name: named("budget", one.name), challenger: number(one.challenger, 3), most: number(one.most, 3) }));
  return [...claimed, ...spent];
}

/** @param {GateRecord} record */
function claims({ comparisons }) {
  const reach = Math.max(0.001, ...comparisons.flatMap((one) => [Math.abs(one.low), Math.abs(one.high), one.margin]));
  const heads = [t("gate.what"), t("gate.claim"), t("gate.champion"), t("gate.challenger"), t("gate.difference"), t("gate.interval"), t("gate.pictures"), t("gate.holds")];
  const kinds = ["", "", "number", "number", "number", "", "number", ""];
  const rows = comparisons.map((one) => {
    const range = `${percent(one.low, 2)} … ${percent(one.high, 2)}`;
    const cells = [named("claim", one.claim), percent(one.champion, 2), percent(one.challenger, 2), percent(one.difference, 2), h("div", { class: "interval" }, interval().show(one, reach, range), h("span", { class: "small muted" }, range)), number(one.pictures), mark(one.holds)];
    return h("tr", {}, h("th", { scope: "row" }, named("gatename", one.name)), cells.map((cell, place) => h("td", { class: kinds[place + 1] }, cell)));
  });
  return grid(t("gate.claims"), [heads.map((head, place) => h("th", { scope: "col", class: kinds[place] }, head))], rows);
}

/** @param {GateRecord} record @returns {HTMLElement | null} */
function budgets({ budgets: all }) {
  if (!all.length) return null;
  const heads = [t("gate.budget"), t("gate.champion"), t("gate.challenger"), t("gate.most"), t("gate.holds")];
  const rows = all.map((one) => h("tr", {}, h("th", { scope: "row" }, named("budget", one.name)), [one.champion, one.challenger, one.most].map((value) => h("td", { class: "number" }, number(value, 3))), h("td", {}, mark(one.holds))));
  return grid(t("gate.budget"), [heads.map((head, place) => h("th", { scope: "col", class: place % 4 ? "number" : "" }, head))], rows);
}

/** @param {boolean} holds */
function mark(holds) {
  return h("span", { class: `chip ${holds ? "accept" : "failed"}` }, t(holds ? "gate.yes" : "gate.no"));
}
