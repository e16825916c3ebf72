/** Lists of texts that may stand in a picture: made, imported from a file, changed and deleted. */

import { deleteLexicon, listLexicons, putLexicon, showLexicon } from "../api.js";
import { h } from "../build.js";
import { button, confirm, field, form, input } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { ago, named, number, t } from "../words.js";

/** @typedef {import("../types.js").LexiconVersion} Lexicon */

/** The list of lists, and the form that changes them. @returns {HTMLElement[]} */
export function lexicons() {
  const name = input({ required: true, pattern: "[a-z0-9][a-z0-9\\-]{0,62}", autocapitalize: "none", spellcheck: "false" });
  const entries = h("textarea", { required: true, spellcheck: "false", rows: "8" });
  const file = h("input", { type: "file", accept: ".txt,.csv,text/plain,text/csv" });
  const counted = h("p", { class: "hint", "aria-live": "polite" });
  const count = () => (counted.textContent = t("data.lineson", { count: number(linesOf(entries.value).length) }));
  const list = table({
    title: t("data.lexicons"),
    page: (cursor) => listLexicons({ cursor, limit: 50 }),
    empty: () => empty(t("data.nolexicons"), t("data.lexiconis")),
    columns: [
      { title: t("data.name"), cell: (/** @type {Lexicon} */ { name }) => called(name) },
      { title: t("data.entries"), kind: "number", cell: (lexicon) => number(lexicon.count) },
      { title: t("data.changed"), cell: (lexicon) => `${ago(lexicon.created_at)}, ${lexicon.by}` },
      { title: "", kind: "actions", cell: (lexicon, again) => h("div", { class: "row end" }, button(t("data.edit"), () => edit(lexicon.name), { class: "small", "aria-label": t("data.editit", { name: lexicon.name }) }), button(t("do.delete"), () => remove(lexicon.name, again), { class: "small", "aria-label": t("data.deleteit", { name: lexicon.name }) })) },
    ],
  });
  const edit = async (/** @type {string} */ which) => {
    entries.value = await showLexicon(which);
    name.value = which;
    count();
    entries.focus();
  };
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    entries.value = linesOf(await chosen.text()).map(firstCell).join("\n");
    name.value ||= chosen.name.replace(/\.\w+$/, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    count();
  });
  entries.addEventListener("input", count);
  count();
  const send = async () => {
    const given = linesOf(entries.value);
    const made = await putLexicon(name.value, given);
    list.again();
    const saved = t("data.saved", { name: name.value, count: number(made.count) });
    const twice = given.length - made.count;
    return twice > 0 ? `${saved} ${t("data.twice", { count: number(twice) })}` : saved;
  };
  const fields = [h("div", { class: "halves" }, field(t("data.name"), name, t("data.namehow")), field(t("data.file"), file, t("data.filehow"))), field(t("data.lines"), entries), counted];
  return [list, h("div", { class: "card" }, h("h3", {}, t("data.newlexicon")), form(t("data.save"), send, ...fields))];
}

/** The name by which programs ask for a list, and that in words where the platform brings it. @param {string} name */
function called(name) {
  const words = named("lexicon", name);
  return [name, words !== name && h("span", { class: "muted" }, ` (${words})`)];
}

/** @param {string} text */
function linesOf(text) {
  return text.replace(/^\uFEFF/, "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
}

/** The first cell of a line of CSV where that is quoted, else the line: texts have commas of their own. @param {string} line */
function firstCell(line) {
  const quoted = /^"((?:[^"]|"")*)"/.exec(line);
  return quoted ? quoted[1].replaceAll('""', '"') : line;
}

/** @param {string} name @param {() => void} again */
async function remove(name, again) {
  if (!(await confirm(t("data.delete"), t("data.deletes", { name }), t("do.delete"), { danger: true }))) return;
  await deleteLexicon(name);
  again();
}
