/** Taking data in: an archive or a folder of this machine, a data set of the catalogue, or a folder on the server. */

import { ingestArchive } from "../administration.js";
import { ingest } from "../api.js";
import { fill, h } from "../build.js";
import { field, form, input } from "../controls.js";
import { hint, notice } from "../elements/notice.js";
import { link } from "../router.js";
import { number, t } from "../words.js";
import { fits, zip } from "./zipping.js";

/** @typedef {import("./zipping.js").Entry} Entry */

const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/;

/** @param {AbortSignal} left when the page is left */
export function takingCard(left) {
  return h("div", { class: "card" }, h("h3", {}, t("take.upload")), sending(left), h("details", {}, h("summary", {}, t("take.others")), known()));
}

/** A zip archive as it is, or a folder that is packed here. @param {AbortSignal} left */
function sending(left) {
  const archive = h("input", { type: "file", accept: ".zip,application/zip" });
  const folder = h("input", { type: "file", webkitdirectory: true });
  const state = h("div", { class: "state", role: "status" });
  const choose = async (/** @type {string} */ name, /** @type {() => Promise<Blob>} */ make) => {
    try {
      await send(name, await make(), state);
    } catch (error) {
      if (!left.aborted) fill(state, notice(error));
    }
  };
  archive.addEventListener("change", () => {
    const file = archive.files?.[0];
    if (file) choose(file.name.replace(/\.zip$/i, ""), async () => file);
    archive.value = "";
  });
  folder.addEventListener("change", () => {
    const files = [...(folder.files ?? [])];
    folder.value = "";
    const entries = entriesOf(files);
    if (!fits(entries)) return fill(state, hint(t("take.many")));
    if (entries.length) choose(files[0].webkitRelativePath.split("/")[0], () => pack(entries, state, left));
  });
  return h("div", { class: "stack" }, h("p", { class: "muted" }, t("take.how")), h("div", { class: "halves" }, field(t("take.folder"), folder), field(t("take.archive"), archive)), layouts(), state);
}

/** How a folder says what its pictures show. */
function layouts() {
  const rows = /** @type {const} */ ([["take.classes", "7/a.png, 7/b.png, x/c.png"], ["take.table", "labels.csv: image,text"], ["take.lines", 'lines.jsonl: {"image": "a.png", "text": "Genf"}'], ["take.pages", "a.jpg, a.xml (ALTO, PAGE)"]]);
  return h("details", {}, h("summary", {}, t("take.layouts")), h("dl", { class: "facts-list" }, rows.map(([word, shown]) => h("div", {}, h("dt", {}, t(word)), h("dd", {}, h("code", {}, shown))))));
}

/** What is packed of a folder: not what systems leave in it. @param {File[]} files @returns {Entry[]} */
function entriesOf(files) {
  return files.map((file) => ({ name: file.webkitRelativePath || file.name, blob: file })).filter(({ name }) => !HIDDEN.test(name));
}

/** @param {Entry[]} entries @param {HTMLElement} state @param {AbortSignal} left */
async function pack(entries, state, left) {
  const bar = h("progress", { max: entries.length, value: 0, "aria-label": t("job.progress") });
  const said = h("span", {});
  const report = (/** @type {number} */ done) => {
    bar.value = done;
    fill(said, t("take.packing", { done: number(done), all: number(entries.length) }));
  };
  fill(state, h("div", { class: "row middle" }, bar, said));
  return zip(entries, report, left);
}

/** Send an archive; the page of its job goes on from there. @param {string} name @param {Blob} archive @param {HTMLElement} state */
async function send(name, archive, state) {
  const size = number(Math.max(0.1, archive.size / 1e6), 1);
  fill(state, h("div", { class: "row middle" }, h("progress", { "aria-label": t("job.progress") }), h("span", {}, t("take.sending", { name, size }))));
  const job = await ingestArchive(archive, name.slice(0, 128) || "archive", crypto.randomUUID());
  location.hash = link("jobs", job.id);
}

function known() {
  const dataset = input({ placeholder: "digits", spellcheck: "false", autocapitalize: "none" });
  const folder = input({ spellcheck: "false", autocapitalize: "none" });
  const submit = async () => {
    const wanted = folder.value ? { folder: folder.value } : { dataset: dataset.value };
    location.hash = link("jobs", (await ingest(wanted, crypto.randomUUID())).id);
  };
  return form(t("data.take"), submit, h("div", { class: "halves" }, field(t("data.dataset"), dataset, t("data.datasethow")), field(t("data.folder"), folder, t("data.folderhow"))));
}
