/** How many readings a person has looked at, how fast, and how many wait for them. */

import { lookAhead } from "../api.js";
import { fill, h } from "../build.js";
import { number, t } from "../words.js";

/** The platform names no more of those that wait than it hands out at once. */
const MOST = 100;

export class Tally {
  shown = h("p", { class: "muted", role: "status" });
  #begun = Date.now();
  /** How many waited when that was last asked, and how many had been looked at then. */
  #asked = { waiting: 0, looked: 0 };

  /** Seconds since the session began. */
  get seconds() {
    return (Date.now() - this.#begun) / 1000;
  }

  /** Ask how many readings wait. @param {number} looked how many were looked at until now */
  async ask(looked) {
    const { items } = await lookAhead(MOST);
    this.#asked = { waiting: items.length, looked };
  }

  /** @param {number} looked how many were looked at until now */
  show(looked) {
    const rate = number(looked / Math.max(1 / 6, this.seconds / 60));
    const many = this.#asked.waiting >= MOST;
    const left = many ? MOST : Math.max(0, this.#asked.waiting - (looked - this.#asked.looked));
    if (many) this.ask(looked).catch(() => {}); // the next one says it
    const waiting = t(many ? "review.many" : "review.left", { left });
    fill(this.shown, `${t("review.tally", { count: looked, rate })} · ${waiting}`);
  }
}
