/** Drawing: a surface, and beside it what Longhand reads while the pen moves. */

import "../elements/canvas.js";
import { predict } from "../api.js";
import { fill, h } from "../build.js";
import { field, segments, select } from "../controls.js";
import { notice } from "../elements/notice.js";
import { answer } from "../elements/reading.js";
import { picture } from "../elements/strokes.js";
import { isAborted } from "../request.js";
import { number, t } from "../words.js";

const MOVING_MS = 250;
const RESTING_MS = 1500;
/** How soon a new version of one's own answers, and how often that is looked at. */
const [SERVED_MS, TRIES] = [1000, 30];
const CHARSETS = /** @type {const} */ (["full", "digits", "lowercase", "uppercase", "36"]);

/** @typedef {import("../types.js").Reading} Reading */

/** @param {import("../router.js").Visit} visit */
export function show({ signal }) {
  const surface = /** @type {import("../elements/canvas.js").Canvas} */ (h(/** @type {any} */ ("lh-canvas"), { label: t("draw.surface"), class: "character" }));
  const result = h("div", { class: "answer", "aria-live": "polite" }, waiting("character"));
  const reader = new Live(surface, result, signal);
  const charset = charsets(reader);
  const modes = /** @type {[string, string][]} */ ([["character", t("draw.character")], ["text", t("draw.text")]]);
  const mode = segments(t("draw.what"), modes, reader.task, (task) => {
    reader.task = task;
    surface.className = task;
    charset.hidden = task !== "character";
    surface.clear();
  });
  return h(
    "section",
    { class: "page draw" },
    h("div", { class: "head" }, h("h1", {}, t("draw.title")), h("p", { class: "lead" }, t("draw.lead"))),
    h("div", { class: "choices" }, mode, charset),
    h("div", { class: "sides" }, h("div", { class: "desk" }, surface, tools(surface, signal)), h("div", { class: "card" }, result)),
  );
}

/** Has the drawing read while it grows; the newest answer counts, and only one that stands for a while is kept. */
class Live {
  task = "character";
  charset = "full";
  /** @type {AbortController | null} */
  #asking = null;
  #due = 0;
  /** How often something was said of the drawing, or taken back. */
  #said = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;

  /** @param {import("../elements/canvas.js").Canvas} surface @param {HTMLElement} result @param {AbortSignal} left */
  constructor(surface, result, left) {
    this.surface = surface;
    this.result = result;
    surface.addEventListener("draw", () => this.ask(false));
    surface.addEventListener("change", () => this.ask(true));
    result.addEventListener("adapted", () => this.#again());
    result.addEventListener("corrected", () => {
      this.#said += 1;
      result.querySelector(".again")?.remove();
    });
    left.addEventListener("abort", () => this.#stop());
  }

  /** @param {boolean} ended whether a stroke has ended, so that the answer should come at once */
  ask(ended) {
    clearTimeout(this.#rest);
    if (!this.surface.strokes.length) return this.#clear();
    if (!ended && (this.#asking || Date.now() < this.#due)) return;
    this.#due = Date.now() + MOVING_MS;
    this.#read(false);
    if (ended) this.#rest = setTimeout(() => this.#read(true), RESTING_MS);
  }

  /** @param {boolean} keep whether this drawing is done, so that its reading can be corrected */
  async #read(keep) {
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    try {
      const drawing = await picture(this.surface.strokes);
      const reading = await predict(drawing, this.#wanted(keep), { signal: mine.signal });
      const correcting = keep ? (await import("../elements/correcting.js")).correcting(reading) : null;
      if (mine === this.#asking) fill(this.result, answer(reading, correcting));
    } catch (error) {
      if (mine === this.#asking && !isAborted(error)) fill(this.result, notice(error));
    } finally {
      if (mine === this.#asking) this.#asking = null;
    }
  }

  /** Reads the same drawing once more, now that the person's own model has learned from it. */
  async #again() {
    const [drawn, mine, said] = [this.surface.strokes, this.#asking, this.#said];
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const reading = await predict(await picture(drawn), { ...this.#wanted(true), keep: "false" }).catch(() => null);
      if (mine !== this.#asking || drawn !== this.surface.strokes || said !== this.#said) return;
      if (reading?.adapter) return this.result.querySelector("lh-correcting")?.after(h("p", { class: "again", role: "status" }, t("draw.again", { text: reading.text })));
      await new Promise((resolve) => setTimeout(resolve, SERVED_MS));
    }
  }

  /** @param {boolean} keep */
  #wanted(keep) {
    const charset = this.task === "character" ? this.charset : undefined;
    return { task: this.task, charset, effort: keep ? "best" : "fast", keep: String(keep) };
  }

  #clear() {
    this.#stop();
    fill(this.result, waiting(this.task));
  }

  #stop() {
    clearTimeout(this.#rest);
    this.#asking?.abort();
    this.#asking = null;
  }
}

/** @param {string} task */
function waiting(task) {
  return h("p", { class: "muted waiting" }, t(task === "text" ? "draw.waitingtext" : "draw.waiting"));
}

/** @param {Live} reader */
function charsets(reader) {
  const choice = select(CHARSETS.map((one) => [one, t(`charset.${one}`)]), reader.charset);
  choice.addEventListener("change", () => {
    reader.charset = choice.value;
    reader.ask(true);
  });
  return field(t("draw.charset"), choice);
}

/** @param {import("../elements/canvas.js").Canvas} surface @param {AbortSignal} signal */
function tools(surface, signal) {
  const undo = h("button", { type: "button", onclick: () => surface.undo() }, t("draw.undo"));
  const redo = h("button", { type: "button", onclick: () => surface.redo() }, t("draw.redo"));
  const clear = h("button", { type: "button", onclick: () => surface.clear() }, t("draw.clear"));
  const size = h("input", { type: "range", min: "3", max: "36", value: String(surface.size) });
  size.addEventListener("input", () => {
    surface.size = Number(size.value);
    size.setAttribute("aria-valuetext", t("draw.pixels", { count: number(surface.size) }));
  });
  const look = () => {
    undo.disabled = !surface.canUndo;
    clear.disabled = !surface.strokes.length;
    redo.disabled = !surface.canRedo;
  };
  surface.addEventListener("change", look);
  look();
  addEventListener("keydown", (event) => shortcut(event, surface), { signal });
  return h("div", { class: "tools" }, undo, redo, clear, field(t("draw.size"), size));
}

/** The right key corrects a drawing that was kept. @param {KeyboardEvent} event @param {import("../elements/canvas.js").Canvas} surface */
function shortcut(event, surface) {
  const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=range], [type=radio]), select, textarea");
  if (typing) return;
  const correcting = /** @type {import("../elements/correcting.js").Correcting | null} */ (document.querySelector("lh-correcting[data-key]"));
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && correcting && /^[A-Za-z0-9]$/.test(event.key)) correcting.say({ text: event.key }).catch((error) => correcting.append(notice(error)));
  const held = event.ctrlKey || event.metaKey;
  if (held && event.key.toLowerCase() === "z") (event.shiftKey ? surface.redo() : surface.undo(), event.preventDefault());
  if (held && event.key.toLowerCase() === "y") (surface.redo(), event.preventDefault());
  if (event.key === "Escape") surface.clear();
}
