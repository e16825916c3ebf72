/** `<lh-table>`: a list that comes page by page, in columns. */

import { fill, h } from "../build.js";
import { t } from "../words.js";
import { notice } from "./notice.js";

/**
 * @template T
 * @typedef {{title: string, cell: (item: T, again: () => void) => import("../build.js").Child | import("../build.js").Child[], kind?: string}} Column
 */

/**
 * What a table shows: its columns, whose cells can have the list fetched again, where its pages come from, and what stands there while it is empty.
 * @template T
 * @typedef {object} Plan
 * @property {string} title
 * @property {Column<T>[]} columns
 * @property {(cursor: string | number | null) => Promise<{items: T[], next?: string | number | null}>} page
 * @property {() => HTMLElement} empty
 */

/** @template T */
export class Table extends HTMLElement {
  /** @type {Plan<T> | undefined} */
  #plan;
  #body = h("tbody");
  #below = h("div", { class: "row" });
  #round = 0;

  /** @param {Plan<T>} plan */
  show(plan) {
    this.#plan = plan;
    return this.again();
  }

  /** Fetch the list from its beginning. */
  again() {
    const { title, columns } = /** @type {Plan<T>} */ (this.#plan);
    const heads = columns.map((column) => h("th", { scope: "col", class: column.kind }, column.title));
    this.#body = h("tbody");
    const table = h("table", {}, h("caption", { class: "unseen" }, title), h("thead", {}, h("tr", {}, heads)), this.#body);
    fill(this, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table), this.#below);
    this.#round += 1;
    this.#more(null);
    return this;
  }

  /** @param {string | number | null} cursor */
  async #more(cursor) {
    const plan = /** @type {Plan<T>} */ (this.#plan);
    const round = this.#round;
    fill(this.#below, h("p", { class: "muted" }, t("list.loading")));
    try {
      const page = await plan.page(cursor);
      if (round !== this.#round) return;
      this.#body.append(...page.items.map((item) => row(plan, item, () => this.again())));
      if (!this.#body.children.length) return fill(this, plan.empty());
      const next = page.next;
      fill(this.#below, next !== null && next !== undefined && h("button", { type: "button", onclick: () => this.#more(next) }, t("list.more")));
    } catch (error) {
      if (round === this.#round) fill(this.#below, notice(error), h("button", { type: "button", onclick: () => this.#more(cursor) }, t("do.again")));
    }
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
