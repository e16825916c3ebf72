/** `<lh-reliability>`: how often readings are right beside how sure they were; on the diagonal both are the same. */

import { fill, h, svg } from "../build.js";
import { percent, t } from "../words.js";

/** @typedef {{confidence: number, right: number, pictures: number}} Bin shares of 1, and of how many pictures */
/** @typedef {{label: string, bins: Bin[]}} Model */

const [SIDE, LEFT, BELOW, EDGE] = [320, 52, 44, 20];
const [LEAST, MORE] = [2.5, 5];
const SHAPES = ["●", "■"];
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export class Reliability extends HTMLElement {
  /** Two models at most; each dot is as large as there are pictures in its bin. @param {Model[]} models @param {string} title */
  show(models, title) {
    const most = Math.max(1, ...models.flatMap(({ bins }) => bins.map((one) => one.pictures)));
    const drawing = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", "aria-label": title }, ...axes());
    models.forEach(({ bins }, index) => {
      const points = bins.map((one) => `${x(one.confidence)},${y(one.right)}`).join(" ");
      drawing.append(svg("polyline", { points, class: `line line-${index}` }), ...bins.map((one) => dot(one, index, most)));
    });
    const legend = models.map(({ label }, index) => h("li", {}, h("span", { class: `shape-${index}`, "aria-hidden": "true" }, `${SHAPES[index]} `), label));
    fill(this, drawing, h("ul", {}, legend));
    return this;
  }
}

customElements.define("lh-reliability", Reliability);

/** @returns {Reliability} */
export function reliability() {
  return /** @type {Reliability} */ (document.createElement("lh-reliability"));
}

/** @param {number} share */
function x(share) {
  return (LEFT + share * (SIDE - LEFT - EDGE)).toFixed(1);
}

/** @param {number} share */
function y(share) {
  return (SIDE - BELOW - share * (SIDE - BELOW - EDGE)).toFixed(1);
}

/** A disc of the first model, a square of the second: colour alone tells nobody apart. @param {Bin} bin @param {number} index @param {number} most */
function dot({ confidence, right, pictures }, index, most) {
  const size = LEAST + MORE * Math.sqrt(pictures / most);
  if (!index) return svg("circle", { cx: x(confidence), cy: y(right), r: size.toFixed(1), class: "dot dot-0" });
  const corner = [Number(x(confidence)) - size, Number(y(right)) - size].map((one) => one.toFixed(1));
  return svg("rect", { x: corner[0], y: corner[1], width: (2 * size).toFixed(1), height: (2 * size).toFixed(1), class: "dot dot-1" });
}

/** The frame, the diagonal, and what stands beside both. */
function axes() {
  const frame = `M${x(0)} ${y(1)}V${y(0)}H${x(1)}`;
  const middle = (SIDE - BELOW) / 2;
  return [
    svg("path", { d: frame, class: "axis" }),
    svg("path", { d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, class: "diagonal" }),
    ...TICKS.flatMap((tick) => [text(percent(tick), { x: x(tick), y: SIDE - BELOW + 16, "text-anchor": "middle" }), text(percent(tick), { x: LEFT - 6, y: Number(y(tick)) + 4, "text-anchor": "end" })]),
    text(t("reliability.confidence"), { x: (LEFT + SIDE) / 2, y: SIDE - 8, "text-anchor": "middle" }),
    text(t("reliability.right"), { x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }),
  ];
}

/** @param {string} said @param {import("../build.js").Attributes} where */
function text(said, where) {
  const element = svg("text", where);
  element.textContent = said;
  return element;
}
