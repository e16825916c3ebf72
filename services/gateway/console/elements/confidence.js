/** `<lh-confidence>`: how sure a reading is, in words and as a bar; `review` asks a person to look. */

import { fill, h } from "../build.js";
import { percent, t } from "../words.js";

/** From which confidence on which word holds. */
const LEVELS = /** @type {const} */ ([
  [0.95, "confidence.high"],
  [0.75, "confidence.fair"],
  [0.4, "confidence.low"],
  [0, "confidence.none"],
]);

/** The word for a confidence; what a person should check is nothing to be very sure of. @param {number} confidence in 0..1 @param {string} [decision] */
export function wordFor(confidence, decision) {
  const levels = decision === "review" ? LEVELS.slice(1) : LEVELS;
  const found = levels.find(([least]) => confidence >= least) ?? levels[levels.length - 1];
  return t(found[1]);
}

export class Confidence extends HTMLElement {
  /**
   * @param {number} confidence in 0..1
   * @param {"accept" | "review"} [decision]
   * @param {string} [checked] by whom, in place of the decision
   */
  show(confidence, decision, checked = "") {
    const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span", {}));
    bar.style.setProperty("--share", String(confidence));
    this.dataset.decision = decision ?? "";
    const kind = checked ? "checked" : decision;
    const status = decision && h("span", { class: `status ${kind}` }, checked || t(`decision.${decision}`));
    const how = h("span", { class: "how" }, wordFor(confidence, decision));
    fill(this, status, how, bar, h("span", { class: "number" }, percent(confidence, 1)));
    return this;
  }
}

customElements.define("lh-confidence", Confidence);

/** @param {number} confidence @param {"accept" | "review"} [decision] */
export function confidence(confidence, decision) {
  return /** @type {Confidence} */ (document.createElement("lh-confidence")).show(confidence, decision);
}
