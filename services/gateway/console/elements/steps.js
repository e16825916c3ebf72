/** `<lh-steps>`: what becomes of a correction, live, from the person's own vocabulary to the model of everybody. */

import { followCorrection } from "../api.js";
import { fill, h } from "../build.js";
import { isAborted } from "../request.js";
import { link } from "../router.js";
import { duration, named, t } from "../words.js";
import { notice } from "./notice.js";

/** @typedef {import("../types.js").CorrectionSteps} Steps */
/** @typedef {import("../types.js").CorrectionStep} Step */

/** How long after a correction it is asked how often, in milliseconds. */
const PACE = /** @type {const} */ ([[30_000, 1000], [180_000, 5000], [Infinity, 30_000]]);
const SIGNS = { done: "✓", waiting: "…", ended: "✕", skipped: "–", unknown: "?" };

/** It fires `adapted` when the person's own model has learned from the correction while they look on. */
export class CorrectionProgress extends HTMLElement {
  #reading = "";
  #left = new AbortController();
  #list = h("ol", { class: "steps", "aria-label": t("steps.title") });
  #trouble = h("div");

  /** @param {string} reading the id of the reading that was corrected */
  follow(reading) {
    this.#reading = reading;
    const mine = h("a", { href: link("mine") }, t("steps.mine"));
    fill(this, h("h3", {}, t("steps.title")), this.#list, this.#trouble, h("p", { class: "small" }, mine));
    this.#watch();
    return this;
  }

  disconnectedCallback() {
    this.#left.abort();
  }

  async #watch() {
    const begun = Date.now();
    let waited = false;
    while (!this.#left.signal.aborted) {
      const steps = document.hidden ? null : await this.#ask();
      const own = steps?.steps.find((one) => one.stage === "own_model")?.state;
      if (own === "done" && waited) this.dispatchEvent(new CustomEvent("adapted", { bubbles: true }));
      waited = steps ? own === "waiting" : waited;
      if (steps?.settled && steps.steps.length) return; // without steps the correction is still on its way
      await pause(Date.now() - begun, this.#left.signal);
    }
  }

  async #ask() {
    try {
      const steps = await followCorrection(this.#reading, this.#left.signal);
      fill(this.#list, steps.steps.map((step, place) => row(step, steps, place)));
      fill(this.#trouble);
      return steps;
    } catch (error) {
      if (!isAborted(error)) fill(this.#trouble, notice(error));
      return null;
    }
  }
}

customElements.define("lh-steps", CorrectionProgress);

/** @param {string} reading @returns {CorrectionProgress} */
export function steps(reading) {
  return /** @type {CorrectionProgress} */ (document.createElement("lh-steps")).follow(reading);
}

/** @param {number} age @param {AbortSignal} signal @returns {Promise<void>} */
function pause(age, signal) {
  const [, wait] = PACE.find(([until]) => age < until) ?? PACE[2];
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, wait);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** @param {Step} step @param {Steps} all @param {number} place */
function row(step, all, place) {
  const before = all.steps[place - 1];
  const said = step.reason && step.reason === before?.reason && place > 3 ? "" : explain(step);
  const sign = h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[step.state]);
  const what = h("span", { class: "what" }, named("stage", step.stage), h("span", { class: "unseen" }, `: ${named("progress", step.state)}`));
  return h("li", { "data-stage": step.stage, "data-state": step.state }, sign, what, h("span", { class: "took number" }, took(step, all)), said && h("span", { class: "why" }, said));
}

/** What a step has come to, in a sentence. @param {Step} step */
function explain({ stage, state, reason, detail }) {
  if (state === "done" && stage === "dataset") return t("steps.dataset", { version: detail.slice(0, 10) });
  if (state === "done" && stage === "version") return t("steps.version", { version: detail });
  if (stage === "own_model" && reason === "refused") return t("steps.refused");
  return reason ? named("why", reason) : "";
}

/** How long after the correction a step was taken. @param {Step} step @param {Steps} all */
function took(step, all) {
  if (!step.at || !all.corrected_at) return "";
  const seconds = (Date.parse(step.at) - Date.parse(all.corrected_at)) / 1000;
  return step.stage === "received" ? t("steps.now") : t("steps.after", { time: duration(Math.max(0, seconds)) });
}
