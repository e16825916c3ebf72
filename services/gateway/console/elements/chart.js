/** `<lh-chart>`: bars of shares, or lines over steps, with their numbers beside them. */

import { fill, h, svg } from "../build.js";
import { number, percent } from "../words.js";

/** @typedef {{label: string, value: number}} Bar a value in 0..1 */
/** @typedef {{label: string, points: [number, number][]}} Line */

const [WIDTH, HEIGHT, LEFT, BELOW] = [480, 200, 52, 26];

export class Chart extends HTMLElement {
  /** Horizontal bars; the first one is marked. @param {Bar[]} bars @param {string} title */
  bars(bars, title) {
    this.className = "bars";
    const rows = bars.map(({ label, value }) => {
      const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span", {}));
      bar.style.setProperty("--share", String(value));
      return h("li", {}, h("span", { class: "label" }, label), bar, h("span", { class: "number" }, percent(value, 1)));
    });
    fill(this, h("ol", { "aria-label": title }, rows));
    return this;
  }

  /** Lines with an axis each way. @param {Line[]} lines @param {string} title */
  lines(lines, title) {
    this.className = "lines";
    const all = lines.flatMap((line) => line.points);
    if (all.length < 2) {
      fill(this);
      return this;
    }
    const [x, y] = [scale(all.map((one) => one[0]), LEFT, WIDTH - 8), scale(all.map((one) => one[1]), HEIGHT - BELOW, 8)];
    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title }, ...axes(x, y));
    lines.forEach((line, index) => {
      const points = line.points.map(([at, value]) => `${x.at(at).toFixed(1)},${y.at(value).toFixed(1)}`).join(" ");
      drawing.append(svg("polyline", { points, class: `line line-${index}` }));
    });
    const legend = lines.map((line, index) => {
      const last = line.points.at(-1);
      return h("li", {}, h("span", { class: `mark line-${index}`, "aria-hidden": "true" }), `${line.label}: ${number(last ? last[1] : 0, 4)}`);
    });
    fill(this, drawing, h("ul", {}, legend));
    return this;
  }
}

customElements.define("lh-chart", Chart);

/** @returns {Chart} */
export function chart() {
  return /** @type {Chart} */ (document.createElement("lh-chart"));
}

/** @param {number[]} values @param {number} from @param {number} to */
function scale(values, from, to) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || 1;
  return { least, most, at: (/** @type {number} */ value) => from + ((value - least) / span) * (to - from) };
}

/** @param {ReturnType<typeof scale>} x @param {ReturnType<typeof scale>} y */
function axes(x, y) {
  const texts = [
    text(number(y.most, 3), LEFT - 8, y.at(y.most) + 8, "end"),
    text(number(y.least, 3), LEFT - 8, y.at(y.least), "end"),
    text(number(x.least), x.at(x.least), HEIGHT - 8, "start"),
    text(number(x.most), x.at(x.most), HEIGHT - 8, "end"),
  ];
  const path = `M${LEFT} 4V${HEIGHT - BELOW}H${WIDTH - 4}`;
  return [svg("path", { d: path, class: "axis" }), ...texts];
}

/** @param {string} said @param {number} x @param {number} y @param {string} anchor */
function text(said, x, y, anchor) {
  const element = svg("text", { x, y, "text-anchor": anchor });
  element.textContent = said;
  return element;
}
