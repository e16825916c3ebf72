/** What Longhand has learned from one person for that person: their words, and their own versions of the models. */

import { deleteWord, deleteWords, forgetOwnModel, listWords, showOwnModel } from "../api.js";
import { fill, h } from "../build.js";
import { button, confirm, tick } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { link } from "../router.js";
import { ago, moment, named, number, t } from "../words.js";

/** @typedef {import("../types.js").OwnModel} OwnModel */

/** @returns {Promise<HTMLElement>} */
export async function show() {
  const vocabulary = words();
  const own = await models(() => vocabulary.list.again());
  return h("section", { class: "page mine" }, h("h1", {}, t("page.mine")), h("p", { class: "lead" }, t("mine.lead")), own, vocabulary.card);
}

/** @param {() => void} emptied when the words are gone too */
async function models(emptied) {
  const card = h("div", { class: "card" });
  const look = async () => {
    const { items, since } = await showOwnModel();
    const forgotten = since ? h("p", { class: "muted small" }, t("mine.since", { when: moment(since) })) : null;
    const body = items.length ? h("ul", { class: "own" }, items.map(own)) : empty(t("mine.nomodel"), t("mine.howmodel"));
    const drop = async () => {
      if (await forget(emptied)) await look();
    };
    const ends = items.length ? h("div", { class: "row" }, button(t("mine.forget"), drop)) : null;
    fill(card, h("h2", {}, t("mine.models")), body, forgotten, ends);
  };
  await look();
  return card;
}

/** @param {OwnModel} one */
function own(one) {
  const chip = h("span", { class: `chip ${one.serves ? "accept" : "review"}` }, t(one.serves ? "mine.serves" : "mine.refused"));
  const learned = [t("mine.learned", { count: number(one.corrections), version: one.version, when: ago(one.at) })];
  if (one.deep_corrections) learned.push(t("mine.deep", { count: number(one.deep_corrections) }));
  return h("li", {}, h("div", { class: "row middle" }, h("strong", {}, named("model", one.model)), chip), h("p", { class: "small muted" }, learned.join(" ")), !one.adapter && h("p", {}, t(one.serves ? "mine.before" : "mine.why"), " ", one.code ? named("refusal", one.code) : h("q", { lang: "en" }, one.reason)));
}

/** Whether the models were forgotten; the words stay unless that is ticked. @param {() => void} emptied */
async function forget(emptied) {
  const too = tick(t("mine.alsowords"));
  if (!(await confirm(t("mine.forget"), t("mine.forgets"), t("mine.forget"), { danger: true, further: too.shown }))) return false;
  await forgetOwnModel();
  if (too.box.checked) {
    await deleteWords();
    emptied();
  }
  return true;
}

function words() {
  const list = table({
    title: t("mine.words"),
    page: (cursor) => listWords({ cursor, limit: 50 }),
    empty: () => empty(t("mine.nowords"), t("mine.howwords"), h("a", { class: "button", href: link("history") }, t("page.history"))),
    columns: [
      { title: t("mine.word"), cell: (/** @type {import("../types.js").VocabularyWord} */ one) => h("strong", {}, one.word) },
      { title: t("mine.count"), kind: "number", cell: (one) => number(one.count) },
      { title: t("mine.last"), cell: (one) => ago(one.last) },
      { title: "", kind: "actions", cell: (one, again) => button(t("do.delete"), () => deleteWord(one.word).then(again), { class: "small", "aria-label": t("mine.deleteword", { word: one.word }) }) },
    ],
  });
  const all = button(t("mine.deleteall"), async () => {
    if (!(await confirm(t("mine.deleteall"), t("mine.deletes"), t("do.delete"), { danger: true }))) return;
    await deleteWords();
    list.again();
  });
  const head = h("div", { class: "row middle spread" }, h("h2", {}, t("mine.words")), all);
  return { list, card: h("div", { class: "card" }, head, h("p", { class: "muted" }, t("mine.about")), list) };
}
