/** Where a reading comes from: in sentences that everybody reads, and in a table for who wants to know it exactly. */

import { showLineage } from "../api.js";
import { fill, h } from "../build.js";
import { button } from "../controls.js";
import { moment, named, number, percent, t } from "../words.js";

/** @typedef {import("../types.js").Lineage} Lineage */

/** Asks for the lineage when it is opened. @param {string} id */
export function lineage(id) {
  const body = h("div", { class: "lineage" });
  const open = button(t("lineage.show"), async () => {
    const found = await showLineage(id);
    fill(body, h("ol", { class: "sentences" }, sentences(found).map((one) => h("li", {}, one))), details(found));
  });
  fill(body, h("p", { class: "muted" }, t("lineage.about")), h("div", { class: "row" }, open));
  return body;
}

/** @param {Lineage} found */
function sentences({ by, received_at, delivered, model, origin, datasets, missing }) {
  const said = [t("lineage.sent", { by, when: moment(received_at) }), t(delivered ? "lineage.kept" : "lineage.waits")];
  const name = { name: named("model", model.name), version: model.version };
  said.push(origin ? t("lineage.read", { ...name, when: moment(origin.created_at) }) : t("lineage.readby", name));
  const before = origin?.started_from;
  if (before) said.push(t("lineage.began", { version: before.version, when: moment(before.created_at) }));
  const [all, own] = [sum(datasets, "corrections"), sum(datasets, "own")];
  if (origin) said.push(all ? t("lineage.corrections", { all: number(all), own: number(own) }) : t("lineage.nocorrections"));
  if (missing.length) said.push(t("lineage.missing"));
  return said;
}

/** @param {Lineage["datasets"]} datasets @param {"corrections" | "own"} name */
function sum(datasets, name) {
  return datasets.reduce((total, one) => total + one[name], 0);
}

/** @param {Lineage} found */
function details({ picture, terms, origin, datasets }) {
  const promise = origin?.calibration.promised_error;
  const rows = /** @type {[string, unknown][]} */ ([
    [t("lineage.picture"), picture],
    [t("lineage.asked"), [terms.charset, terms.effort, terms.lexicon?.slice(0, 12)].filter(Boolean).join(" · ")],
    [t("lineage.run"), origin?.run_id],
    [t("lineage.recipe"), origin?.recipe],
    [t("lineage.commit"), origin?.commit],
    [t("lineage.preprocessing"), origin?.preprocessing],
    [t("lineage.promise"), promise === null || promise === undefined ? null : percent(promise, 1)],
    ...datasets.map((one) => [t("lineage.dataset"), `${one.version} (${number(one.corrections)})`]),
  ]).filter(([, value]) => value);
  const body = rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "mono" }, String(value))));
  return h("details", {}, h("summary", {}, t("lineage.exactly")), h("div", { class: "scroll" }, h("table", {}, h("tbody", {}, body))));
}
