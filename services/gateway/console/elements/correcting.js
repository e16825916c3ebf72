/** `<lh-correcting>`: says what a picture shows, where Longhand read something else. */

import { correct, withdraw } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, form, input } from "../controls.js";
import { may } from "../session.js";
import { named, t } from "../words.js";
import { notice } from "./notice.js";
import { corrector, textOf } from "./reading.js";

/** @typedef {import("./reading.js").Corrected} Corrected */

/** What is an answer as soon as it is typed: what an accent or a second sign may follow is not. */
const PLAIN = /^[A-Za-z0-9]$/;

/** It fires `corrected` when something was said or taken back, with the correction that stands now. */
export class Correcting extends HTMLElement {
  /** @type {Corrected | undefined} */
  #reading;

  /** @param {Corrected} reading */
  show(reading) {
    this.#reading = reading;
    this.toggleAttribute("data-key", reading.task === "character" && !reading.correction);
    fill(this, reading.correction ? this.#said(reading.correction) : this.#asking(reading));
    return this;
  }

  /** Say what the picture shows. @param {{text: string} | {answer: string}} said */
  async say(said) {
    if (!this.#reading) return;
    const stored = await correct(this.#reading.id, said);
    this.#changed({ ...this.#reading, correction: stored.correction });
  }

  /** Asks with this text filled in, to be changed or saved by Enter. @param {string} text */
  propose(text) {
    if (!this.#reading) return;
    const fold = this.closest("details");
    if (fold) fold.open = true;
    fill(this, this.#asking(this.#reading));
    const field = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    field.value = text;
    field.focus();
    field.setSelectionRange(text.length, text.length);
  }

  /** @param {Corrected} reading */
  #changed(reading) {
    this.show(reading);
    this.dispatchEvent(new CustomEvent("corrected", { bubbles: true, detail: reading.correction ?? null }));
  }

  /** @param {import("../types.js").Correction} correction */
  #said(correction) {
    const reading = /** @type {Corrected} */ (this.#reading);
    const who = corrector(reading);
    const back = async () => {
      await withdraw(reading.id);
      this.#changed({ ...reading, correction: null });
    };
    const open = correction.state === "waiting" || correction.state === "disputed"; // the rest is among the steps
    const state = open && h("p", { class: "muted small" }, named("corrected", correction.state));
    const said = h("div", { role: "status" }, h("p", { class: "done" }, sentence(reading, correction)), state);
    const [mine, decides] = [who === "you", may("reviewer")];
    const { answer, text } = correction;
    const same = () => this.say(answer === "text" ? { text } : { answer });
    const choices = [
      !mine && decides && button(t("correct.right"), same, { class: "small" }),
      !mine && button(t("correct.otherwise"), () => this.propose(textOf(reading)), { class: "small" }),
      (mine || decides) && button(t("correct.undo"), back, { class: "small" }),
    ];
    return h("div", { class: "said" }, said, h("div", { class: "row" }, choices), follow(reading.id));
  }

  /** @param {Corrected} reading */
  #asking(reading) {
    const single = reading.task === "character";
    const text = input({ value: single ? "" : reading.text, required: true, maxlength: single ? "4" : "500", spellcheck: "false", autocapitalize: "none" });
    const texts = [reading.text, ...reading.alternatives.map((one) => one.text)];
    if (!single) offer(text, texts);
    const others = single ? reading.alternatives : []; // those of a text stand beside it, and are filled in
    const choices = others.map(({ text }) => button(text, () => this.say({ text }), { class: "small", "aria-label": t("correct.it", { text }) }));
    const none = [
      button(t("correct.right"), () => this.say({ text: reading.text }), { class: "small", disabled: !reading.text }),
      button(named("answer", "not_readable"), () => this.say({ answer: "not_readable" }), { class: "small" }),
      button(named("answer", "not_handwriting"), () => this.say({ answer: "not_handwriting" }), { class: "small" }),
    ];
    const about = single ? t("correct.atonce") : texts.length > 1 ? t("correct.arrows") : undefined;
    const asked = field(t(single ? "correct.key" : "correct.text"), text, about);
    const whole = form(t("correct.do"), () => this.say({ text: text.value }), asked);
    if (single) text.addEventListener("input", () => PLAIN.test(text.value) && whole.requestSubmit());
    const rows = [choices, none].filter((row) => row.length).map((row) => h("div", { class: "row" }, row));
    return h("div", { class: "asking" }, whole, rows);
  }
}

customElements.define("lh-correcting", Correcting);

/** @param {Corrected} reading @returns {Correcting} */
export function correcting(reading) {
  return /** @type {Correcting} */ (document.createElement("lh-correcting")).show(reading);
}

/** Who says what. @param {Corrected} reading @param {import("../types.js").Correction} correction */
function sentence(reading, { answer, text, by }) {
  const what = t(`answered.${answer}`, { text });
  const who = corrector(reading);
  if (who === "you") return t("correct.thanks", { what });
  return text === reading.text ? t(`confirmed.${who}`, { what, by }) : t(`correct.${who}`, { what, by });
}

/** Arrow keys bring what else a picture could say into a field. @param {HTMLInputElement} field @param {string[]} texts */
export function offer(field, texts) {
  field.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || texts.length < 2) return;
    event.preventDefault();
    field.value = texts[(Math.max(0, texts.indexOf(field.value)) + step + texts.length) % texts.length];
  });
}

/** What becomes of it, by a module that a page needs only now. @param {string} id */
function follow(id) {
  const place = h("div");
  import("./steps.js").then(({ steps }) => place.append(steps(id))).catch((error) => place.append(notice(error)));
  return place;
}
