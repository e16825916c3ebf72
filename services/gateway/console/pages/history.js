/** Readings of before: found again by what was read, when, how sure it was, and by whom it was sent. */

import { listReadings } from "../api.js";
import { fill, h } from "../build.js";
import { field, input, select } from "../controls.js";
import { empty } from "../elements/notice.js";
import { picture } from "../elements/picture.js";
import { standing, sureness } from "../elements/reading.js";
import { table } from "../elements/table.js";
import { saving } from "../exports.js";
import { link } from "../router.js";
import { may } from "../session.js";
import { ago, number, t } from "../words.js";

const TYPING_MS = 250;
/** How many readings a page of the list has at most. */
const MOST = 100;

/** @typedef {import("../types.js").StoredReading} StoredReading */

/** @param {import("../router.js").Visit} visit @returns {HTMLElement} */
export function show({ signal }) {
  const controls = filters();
  /** @type {import("../elements/table.js").Column<StoredReading>[]} */
  const columns = [
    { title: t("history.picture"), kind: "thumb", cell: (one) => picture().enlarging().of(one.id) },
    { title: t("history.text"), cell: (one) => text(one) },
    { title: t("history.confidence"), cell: (one) => sureness(one) },
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
  const far = h("span", { class: "muted small", role: "status" });
  const files = saving(() => found(values(controls), far, signal));
  const saved = h("div", { class: "row middle" }, h("span", { class: "small" }, t("history.save")), files, far);
  return h("section", { class: "page history" }, h("h1", {}, t("page.history")), bar, saved, list);
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

/**
 * What is asked for: what is still to be checked is what nobody has corrected or confirmed, unless that is asked for.
 * @param {ReturnType<typeof filters>} controls
 */
function values(controls) {
  const asked = Object.fromEntries(controls.map(({ name, control }) => [name, control.value.trim()]));
  return asked.decision === "review" ? { ...asked, corrected: asked.corrected || "false" } : asked;
}

/**
 * All that these filters show, also what was not scrolled to yet; nothing where the page is left meanwhile.
 * @param {Record<string, string>} asked
 * @param {HTMLElement} far says how far it is
 * @param {AbortSignal} left
 */
async function found(asked, far, left) {
  /** @type {import("../exports.js").Named[]} */
  const all = [];
  try {
    for (let cursor = /** @type {string | number | null | undefined} */ (null); cursor !== undefined; ) {
      const { items, next } = await listReadings({ ...asked, cursor, limit: MOST });
      if (left.aborted) return null;
      all.push(...items.map((reading) => ({ name: reading.name ?? reading.document ?? "", reading })));
      fill(far, t("history.fetched", { count: number(all.length) }));
      cursor = next ?? undefined;
    }
  } finally {
    fill(far);
  }
  return all;
}

/** @param {StoredReading} one */
function text(one) {
  const said = standing(h("a", { href: link("reading", one.id) }), one);
  return one.name ? [said, h("p", { class: "small muted name" }, one.name)] : said;
}

/** @param {ReturnType<typeof filters>} controls */
function nothing(controls) {
  if (Object.values(values(controls)).some(Boolean)) return empty(t("history.nothing"), t("history.less"));
  return empty(t("history.none"), t("history.first"), h("div", { class: "row" }, h("a", { class: "button", href: link("draw") }, t("page.draw")), h("a", { class: "button", href: link("read") }, t("page.read"))));
}
