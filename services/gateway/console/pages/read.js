/** Reading pictures: given in any way and number, each with what was read and what to do about it. */

import { listLexicons } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, segments, select, tick } from "../controls.js";
import { saving } from "../exports.js";
import { given, isPicture } from "../intake.js";
import { textOf } from "../elements/reading.js";
import { entry } from "../read/entry.js";
import { catchUp, kept } from "../read/kept.js";
import { say } from "../shell.js";
import { named, number, t } from "../words.js";

/** @typedef {import("../queue.js").Item} Item */
/** @typedef {import("../queue.js").Queue} Queue */

/** How long files are taken in before the page is drawn and answers again. */
const PIECE_MS = 20;

/** @param {import("../router.js").Visit} visit */
export async function show({ signal }) {
  const own = kept();
  const { choice, queue, end } = own;
  const shown = await options(choice);
  /** @type {Map<Item, ReturnType<typeof entry>>} */
  const cards = new Map();
  const list = h("ul", { class: "pictures" });
  const state = h("div", { class: "state" });
  const changed = (/** @type {Item} */ item) => {
    if (!queue.items.includes(item)) return;
    const known = cards.get(item) ?? entry(item, queue);
    if (!cards.has(item)) list.append(known.card);
    cards.set(item, known);
    known.update();
    summed();
  };
  const clear = () => {
    queue.clear();
    cards.clear();
    fill(list);
    fill(state);
    queue.items.forEach(changed);
  };
  const summed = perFrame(() => queue.items.length && fill(state, ...summary(queue, clear)));
  if (!signal.aborted) queue.changed = changed;
  signal.addEventListener("abort", () => queue.changed === changed && (queue.changed = () => {}));
  queue.items.forEach(changed);
  catchUp(own).catch(() => {}); // what is not known of stands as it was
  const take = (/** @type {File[]} */ files) => inPieces(files, (file) => admit(file, queue, choice.first), end.signal);
  addEventListener("paste", async (event) => take(await given(event.clipboardData)), { signal });
  return h(
    "section",
    { class: "page read" },
    h("h1", {}, t("page.read")),
    h("p", { class: "lead" }, t("read.lead")),
    shown,
    zone(take),
    state,
    list,
    h("p", { class: "muted small" }, t("read.next")),
  );
}

/**
 * A picture joins; what is none is said so at once.
 * @param {File} file
 * @param {Queue} queue
 * @param {boolean} first whether it is looked at before it is sent
 */
function admit(file, queue, first) {
  /** @type {Item} */
  const item = { name: file.webkitRelativePath || file.name, picture: file, state: "held" };
  if (isPicture(file) && !first) return queue.add(item);
  queue.items.push(item);
  if (!isPicture(file)) Object.assign(item, { state: "failed", error: new TypeError("no picture") });
  queue.changed(item);
}

/**
 * Takes files in, a few at a time: the first ones after the task in which the browser hands them over, which is long.
 * @param {File[]} files
 * @param {(file: File) => void} act
 * @param {AbortSignal} left
 */
async function inPieces(files, act, left) {
  let begun = -Infinity;
  for (const file of files) {
    if (performance.now() - begun > PIECE_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      begun = performance.now();
    }
    if (left.aborted) return;
    act(file);
  }
}

/** Does something before the next frame, and once however often it was asked for. @param {() => void} act */
function perFrame(act) {
  let asked = false;
  return () => {
    if (!asked) requestAnimationFrame(() => ((asked = false), act()));
    asked = true;
  };
}

/** @param {import("../read/kept.js").Choice} choice */
async function options(choice) {
  const lexicons = (await listLexicons({ limit: 100 })).items;
  const tasks = /** @type {[string, string][]} */ ([["text", t("draw.text")], ["character", t("draw.character")]]);
  const lists = lexicons.map(({ name, count }) => /** @type {[string, string]} */ ([name, `${named("lexicon", name)} (${number(count)})`]));
  const lexicon = select([["", t("read.nolexicon")], ...lists], choice.lexicon);
  const listed = field(t("read.lexicon"), lexicon);
  const first = tick(t("read.first"), choice.first);
  const look = () => {
    choice.lexicon = lexicon.value;
    choice.first = first.box.checked;
    listed.hidden = choice.task !== "text";
  };
  const kind = segments(t("read.what"), tasks, choice.task, (chosen) => {
    choice.task = chosen;
    look();
  });
  const shown = h("div", { class: "choices" }, kind, listed, first.shown);
  shown.addEventListener("change", look);
  look();
  return shown;
}

/** Where pictures are dropped, and the ways to choose them. @param {(files: File[]) => void} take */
function zone(take) {
  const chooser = (/** @type {import("../build.js").Attributes} */ attributes) => {
    const input = h("input", { type: "file", class: "unseen", tabindex: "-1", "aria-hidden": "true", ...attributes });
    input.addEventListener("change", () => {
      take([...(input.files ?? [])]);
      input.value = "";
    });
    return input;
  };
  const accept = "image/png,image/jpeg,image/gif,image/bmp,image/tiff,image/webp";
  const [files, folder, camera] = [chooser({ multiple: true, accept }), chooser({ webkitdirectory: true }), chooser({ accept: "image/*", capture: "environment" })];
  const open = (/** @type {HTMLInputElement} */ input, /** @type {string} */ text, kind = "") => h("button", { type: "button", class: kind, onclick: () => input.click() }, text);
  const area = h("div", { class: "zone" }, h("p", {}, t("read.drop")), h("div", { class: "row" }, open(files, t("read.choose"), "primary"), open(folder, t("read.folder")), open(camera, t("read.camera"))), files, folder, camera);
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", async (event) => {
    event.preventDefault();
    area.classList.remove("over");
    take(await given(event.dataTransfer));
  });
  return area;
}

/** How far all of them are, and what can be done with what was read. @param {Queue} queue @param {() => void} clear */
function summary(queue, clear) {
  const [held, read, failed] = [queue.count("held"), queue.count("read"), queue.count("failed")];
  const all = queue.items.length - held;
  const waits = t(held === 1 ? "read.heldone" : "read.held", { count: held });
  const text = [all && t("read.progress", { read, all, failed }), held && waits].filter(Boolean).join(" · ");
  if (read + failed === all) say(text);
  const readings = () => queue.items.flatMap(({ name, reading }) => (reading ? [{ name, reading }] : []));
  const copy = () => navigator.clipboard.writeText(readings().map((one) => textOf(one.reading)).join("\n"));
  const done = read > 0 && [button(t("read.copyall"), copy, { class: "small" }), ...saving(readings)];
  const emptying = h("button", { type: "button", class: "small", onclick: clear }, t("read.clear"));
  const send = held > 1 && h("button", { type: "button", class: "small primary", onclick: () => queue.send() }, t("read.sendall"));
  const far = all > 0 && h("progress", { value: read + failed, max: all, "aria-label": t("job.progress") });
  return [
    h("div", { class: "row middle spread" }, h("div", { class: "row middle" }, far, h("span", {}, text)), h("div", { class: "row" }, send, done, emptying)),
  ];
}
