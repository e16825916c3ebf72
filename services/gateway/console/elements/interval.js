/** `<lh-interval>`: a difference with its interval, on an axis around zero that it shares with others. */

import { fill, svg } from "../build.js";

const [WIDTH, HEIGHT, MIDDLE] = [160, 20, 10];

export class Interval extends HTMLElement {
  /**
   * @param {{difference: number, low: number, high: number, margin: number}} measured
   * @param {number} reach what the ends of the axis stand for
   * @param {string} said the same in words
   */
  show({ difference, low, high, margin }, reach, said) {
    const at = (/** @type {number} */ value) => WIDTH / 2 + (Math.max(-reach, Math.min(reach, value)) / reach) * (WIDTH / 2 - 6);
    const parts = [
      svg("path", { d: `M${at(0)} 1V${HEIGHT - 1}`, class: "zero" }),
      svg("path", { d: `M${at(margin)} 3V${HEIGHT - 3}`, class: "margin" }),
      svg("path", { d: `M${at(low)} ${MIDDLE}H${at(high)}`, class: "range" }),
      svg("circle", { cx: at(difference), cy: MIDDLE, r: 4 }),
    ];
    fill(this, svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": said }, ...parts));
    return this;
  }
}

customElements.define("lh-interval", Interval);

/** @returns {Interval} */
export function interval() {
  return /** @type {Interval} */ (document.createElement("lh-interval"));
}
