/** Readings of before: found again by what was read, when, how sure it was, and by whom it was sent. */

import { listReadings } from "../api.js";
import { h } from "../build.js";
import { field, input, select } from "../controls.js";
import { confidence } from "../elements/confidence.js";
import { empty } from "../elements/notice.js";
import { picture } from "../elements/picture.js";
import { standing } from "../elements/reading.js";
import { table } from "../elements/table.js";
import { link } from "../router.js";
import { may } from "../session.js";
import { ago, t } from "../words.js";

const TYPING_MS = 250;

/** @typedef {import("../types.js").StoredReading} StoredReading */

/** @returns {HTMLElement} */
export function show() {
  const controls = filters();
  /** @type {import("../elements/table.js").Column<StoredReading>[]} */
  const columns = [
    { title: t("history.picture"), kind: "thumb", cell: (one) => picture().of(one.id) },
    { title: t("history.text"), cell: (one) => text(one) },
    { title: t("history.confidence"), cell: (one) => confidence(one.confidence, one.decision) },
    { title: t("history.when"), kind: "ago", cell: (one) => ago(one.received_at) },
  ];
  if (may("reviewer")) columns.push({ title: t("history.by"), kind: "who", cell: (one) => one.by });
  const list = table({
    title: t("page.history"),
    page: (cursor) => listReadings({ cursor, limit: 50, ...values(controls) }),
    empty: () => nothing(controls),
    columns,
    endless: true,
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => list.again(), TYPING_MS);
  };
  const bar = h("div", { class: "choices", role: "search" }, ...controls.map(({ shown }) => shown));
  bar.addEventListener("input", again);
  return h("section", { class: "page history" }, h("h1", {}, t("page.history")), bar, list);
}

/** What can be asked for, by the names that the API gives it. */
function filters() {
  const any = /** @type {[string, string]} */ (["", t("history.any")]);
  const decisions = select([any, ["accept", t("decision.accept")], ["review", t("decision.review")]]);
  const tasks = select([any, ["text", t("draw.text")], ["character", t("draw.character")]]);
  const corrected = select([any, ["true", t("history.yes")], ["false", t("history.no")]]);
  const found = [
    { name: "contains", control: input({ type: "search" }), label: t("history.contains") },
    { name: "decision", control: decisions, label: t("history.decision") },
    { name: "task", control: tasks, label: t("read.what") },
    { name: "corrected", control: corrected, label: t("history.corrected") },
    { name: "since", control: input({ type: "date" }), label: t("history.since") },
    { name: "document", control: input({ type: "search" }), label: t("history.document") },
  ];
  if (may("reviewer")) found.push({ name: "by", control: input({ type: "search" }), label: t("history.by") });
  return found.map((one) => ({ ...one, shown: field(one.label, one.control) }));
}

/** @param {ReturnType<typeof filters>} controls */
function values(controls) {
  return Object.fromEntries(controls.map(({ name, control }) => [name, control.value.trim()]));
}

/** @param {StoredReading} one */
function text(one) {
  return standing(h("a", { href: link("reading", one.id) }), one);
}

/** @param {ReturnType<typeof filters>} controls */
function nothing(controls) {
  if (Object.values(values(controls)).some(Boolean)) return empty(t("history.nothing"), t("history.less"));
  return empty(t("history.none"), t("history.first"), h("div", { class: "row" }, h("a", { class: "button", href: link("draw") }, t("page.draw")), h("a", { class: "button", href: link("read") }, t("page.read"))));
}
