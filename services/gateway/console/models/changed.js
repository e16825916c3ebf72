/** Pictures that one of two versions reads better: what each shows, and what both have read, for better and for worse. */

import { showGatePicture } from "../administration.js";
import { fill, h } from "../build.js";
import { button } from "../controls.js";
import { picture } from "../elements/picture.js";
import { link } from "../router.js";
import { number, t } from "../words.js";

/** @typedef {import("../types.js").GateRecord} GateRecord */
/** @typedef {import("../types.js").GateChange} GateChange */

const SHOWN = 8;

/** Pictures of longer texts stand above what was read in them. */
const SHORT = 8;

/** Two folds beside each other; pictures are fetched when one is opened. @param {GateRecord} record @returns {HTMLElement | null} */
export function changedPart(record) {
  const better = record.changed.filter((one) => one.challenger < one.champion);
  const worse = record.changed.filter((one) => one.challenger > one.champion);
  const folds = [better.length ? fold(record, t("gate.better", { count: number(better.length) }), better) : null, worse.length ? fold(record, t("gate.worse", { count: number(worse.length) }), worse) : null];
  return record.changed.length ? h("div", { class: "halves changed" }, folds) : null;
}

/** @param {GateRecord} record @param {string} title @param {GateChange[]} some */
function fold(record, title, some) {
  const list = h("ul", {});
  const below = h("div", { class: "row" });
  const more = () => {
    const shown = list.children.length;
    list.append(...some.slice(shown, shown + SHOWN).map((one) => change(record, one)));
    fill(below, list.children.length < some.length && button(t("list.more"), more, { class: "small" }));
  };
  const box = h("details", {}, h("summary", {}, h("h3", {}, title)), list, below);
  box.addEventListener("toggle", () => box.open && !list.children.length && more());
  return box;
}

/** @param {GateRecord} record @param {GateChange} one */
function change(record, one) {
  const truth = one.text ? h("div", {}, h("dt", {}, t("gate.shows")), h("dd", {}, said(one.text))) : null;
  return h("li", { class: one.text && one.text.length > SHORT ? "line" : "" }, shown(record, one), h("dl", {}, truth, answer(t("gate.champion"), one.champion_read, one.champion), answer(t("gate.challenger"), one.challenger_read, one.challenger)));
}

/** @param {string} name @param {string | null | undefined} read @param {number} edits */
function answer(name, read, edits) {
  const how = edits ? t("gate.edits", { count: number(edits) }) : t("gate.right");
  return h("div", {}, h("dt", {}, name), h("dd", {}, said(read), h("span", { class: "small muted" }, how)));
}

/** Nothing is known of it in older decisions. @param {string | null | undefined} read */
function said(read) {
  if (read === null || read === undefined) return null;
  return read ? h("span", { class: "text" }, read) : h("span", { class: "muted" }, t("reading.empty"));
}

/** The picture of a reading lies with it; one of the gate set is asked for by its name. @param {GateRecord} record @param {GateChange} one */
function shown({ model, version }, { id, source, text }) {
  if (source === "corrections") return h("a", { href: link("reading", id), "aria-label": t("gate.reading", { text: text ?? id }) }, picture().of(id));
  return h("div", { class: "stack" }, picture().load((signal) => showGatePicture(model, version, id, signal), text ?? id), h("code", { class: "small muted" }, id));
}
