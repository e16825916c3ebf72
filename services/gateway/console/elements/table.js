/** `<lh-table>`: a list that comes page by page, in columns. */

import { fill, h } from "../build.js";
import { t } from "../words.js";
import { notice } from "./notice.js";
import { Parts } from "./parts.js";

/** How far the end of an endless list may be from the window before more of it is fetched, in pixels. */
const AHEAD = 3000;

/**
 * @template T
 * @typedef {{title: string, cell: (item: T, again: () => void) => import("../build.js").Child | import("../build.js").Child[], kind?: string}} Column
 */

/**
 * What a table shows: its columns, whose cells can have the list fetched again, where its pages come from, and what stands there while it is empty.
 * An `endless` one goes on by itself where one scrolls; its columns keep their widths, and nothing can stand below it.
 * @template T
 * @typedef {object} Plan
 * @property {string} title
 * @property {Column<T>[]} columns
 * @property {(cursor: string | number | null) => Promise<{items: T[], next?: string | number | null}>} page
 * @property {() => HTMLElement} empty
 * @property {boolean} [endless]
 */

/** @template T */
export class Table extends HTMLElement {
  /** @type {Plan<T> | undefined} */
  #plan;
  #table = h("table");
  #parts = new Parts();
  #below = h("div", { class: "row" });
  #round = 0;
  /** @type {(() => void) | undefined} */
  #next;
  #end = new IntersectionObserver((seen) => seen.at(-1)?.isIntersecting && this.#next?.(), { rootMargin: `${AHEAD}px 0px` });

  /** @param {Plan<T>} plan */
  show(plan) {
    this.#plan = plan;
    this.classList.toggle("endless", Boolean(plan.endless));
    return this.again();
  }

  /** Fetch the list from its beginning. */
  again() {
    const { title, columns } = /** @type {Plan<T>} */ (this.#plan);
    const heads = columns.map((column) => h("th", { scope: "col", class: column.kind }, column.title));
    this.#parts.end();
    this.#table = h("table", {}, h("caption", { class: "unseen" }, title), h("thead", {}, h("tr", {}, heads)));
    fill(this, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, this.#table), this.#below);
    this.#round += 1;
    this.#more(null);
    return this;
  }

  /** @param {string | number | null} cursor */
  async #more(cursor) {
    const plan = /** @type {Plan<T>} */ (this.#plan);
    const round = this.#round;
    this.#next = undefined;
    fill(this.#below, h("p", { class: "muted" }, t("list.loading")));
    try {
      const { items, next } = await plan.page(cursor);
      if (round !== this.#round) return;
      this.#add(plan, items);
      if (!this.#table.rows[1]) return fill(this, plan.empty());
      this.#next = next === null || next === undefined ? undefined : () => this.#more(next);
      fill(this.#below, this.#next && h("button", { type: "button", onclick: this.#next }, t("list.more")));
      this.#watch(plan);
    } catch (error) {
      if (round === this.#round) fill(this.#below, notice(error), h("button", { type: "button", onclick: () => this.#more(cursor) }, t("do.again")));
    }
  }

  /** @param {Plan<T>} plan @param {T[]} items */
  #add(plan, items) {
    const body = h("tbody");
    const rows = () => items.map((item) => row(plan, item, () => this.again()));
    this.#table.append(body);
    if (plan.endless) this.#parts.add(body, rows);
    else fill(body, rows());
  }

  /** See whether the end is near, now that the list is longer. @param {Plan<T>} plan */
  #watch(plan) {
    this.#end.disconnect();
    if (plan.endless && this.#next) this.#end.observe(this.#below);
  }
}

customElements.define("lh-table", Table);

/** @template T @param {Plan<T>} plan @returns {Table<T>} */
export function table(plan) {
  return /** @type {Table<T>} */ (document.createElement("lh-table")).show(plan);
}

/** @template T @param {Plan<T>} plan @param {T} item @param {() => void} again */
function row(plan, item, again) {
  const cells = plan.columns.map((column) => h("td", { class: column.kind, "data-title": column.title }, h("div", {}, column.cell(item, again))));
  return h("tr", {}, cells);
}
