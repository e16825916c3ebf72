/** A long list in parts: those far out of sight give way to an empty row of their height, so that scrolling stays smooth. */

import { fill, h } from "../build.js";

/** How far from the window a part still stands, in pixels. */
const NEAR = 1500;

export class Parts {
  /** @type {Map<Element, () => Node[]>} */
  #made = new Map();
  #watch = new IntersectionObserver((seen) => seen.forEach((one) => this.#turn(one)), { rootMargin: `${NEAR}px 0px` });

  /** @param {HTMLElement} part @param {() => Node[]} make its rows, again whenever it comes back into sight */
  add(part, make) {
    fill(part, make());
    this.#made.set(part, make);
    this.#watch.observe(part);
  }

  /** Forget them all. */
  end() {
    this.#watch.disconnect();
    this.#made.clear();
  }

  /** @param {IntersectionObserverEntry} seen */
  #turn({ target, isIntersecting, boundingClientRect: { height } }) {
    const away = target.firstElementChild?.className === "away";
    if (isIntersecting && away) fill(target, this.#made.get(target)?.() ?? []);
    if (!isIntersecting && !away && height && !target.contains(document.activeElement)) fill(target, space(target, height));
  }
}

/** An empty row as wide as those of the part. @param {Element} part @param {number} height */
function space(part, height) {
  const cell = h("td", { colspan: part.firstElementChild?.childElementCount });
  cell.style.setProperty("height", `${height}px`);
  return h("tr", { class: "away", "aria-hidden": "true" }, cell);
}
