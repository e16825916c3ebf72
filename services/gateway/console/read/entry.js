/** What is shown of a picture that was given: itself, how it can be changed, and what was read in it. */

import { fill, h } from "../build.js";
import { button } from "../controls.js";
import { correcting } from "../elements/correcting.js";
import { crop, turned } from "../elements/cropping.js";
import { hint, notice, noticed } from "../elements/notice.js";
import { picture } from "../elements/picture.js";
import { alternatives, facts, letters, standing, sureness, textOf } from "../elements/reading.js";
import { t } from "../words.js";

/** @typedef {import("../queue.js").Item} Item */
/** @typedef {import("../queue.js").Queue} Queue */

/**
 * The card of a picture; `update` shows what has become of it since.
 * @param {Item} item
 * @param {Queue} queue
 */
export function entry(item, queue) {
  const what = h("div", { class: "what" });
  const card = h("li", { class: "card picture" }, side(item, queue), what);
  return { card, update: () => fill(what, ...outcome(item, queue)) };
}

/** The picture and its tools; a file that is no picture has its name alone. @param {Item} item @param {Queue} queue */
function side(item, queue) {
  const name = h("p", { class: "small muted name" }, item.name);
  if (item.error instanceof TypeError) return h("div", { class: "side" }, name);
  const shown = picture().enlarging().here(item.picture, item.name);
  const change = async (/** @type {Blob | null} */ changed) => {
    if (!changed) return;
    item.picture = changed;
    shown.here(changed, item.name);
    if (item.state !== "held") queue.add(item);
  };
  const turn = button(t("read.turn"), async () => change(await turned(item.picture)), { class: "small" });
  const cut = button(t("read.crop"), async () => change(await crop(item.picture)), { class: "small" });
  return h("div", { class: "side" }, shown, name, h("div", { class: "row" }, turn, cut));
}

/** @param {Item} item @param {Queue} queue */
function outcome(item, queue) {
  const { reading, error, state } = item;
  if (state === "waiting" || state === "reading") return [h("p", { class: "muted" }, t(`read.${state}`))];
  const again = (/** @type {string} */ text, kind = "") => h("button", { type: "button", class: `small ${kind}`, onclick: () => queue.add(item) }, text);
  if (error instanceof TypeError) return [hint(t("read.nopicture"))];
  if (error) return [notice(error), h("div", { class: "row" }, again(t("do.again")))];
  if (!reading) return [h("p", { class: "muted" }, t("read.look")), h("div", { class: "row" }, again(t("read.send"), "primary"))];
  const asked = correcting(reading);
  return [
    h("div", { class: "row middle spread" }, standing(h("p", { class: "text" }), reading, asked), button(t("do.copy"), () => navigator.clipboard.writeText(textOf(reading)), { class: "small" })),
    sureness(reading, asked),
    letters(reading),
    alternatives(reading, asked),
    ...reading.notices.map(noticed),
    h("details", {}, h("summary", {}, t("correct.open")), asked),
    facts(reading, true),
  ];
}
