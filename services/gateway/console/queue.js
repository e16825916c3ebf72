/** Pictures being read, a few at a time; each ends with a reading or a reason. */

import { predict } from "./api.js";
import { nameOf } from "./intake.js";
import { Problem, isAborted } from "./request.js";

const AT_ONCE = 3;
const TRIES = 4;

/**
 * A picture on its way; one that is held is sent by the person.
 * @typedef {object} Item
 * @property {string} name
 * @property {Blob} picture
 * @property {"held" | "waiting" | "reading" | "read" | "failed"} state
 * @property {import("./elements/reading.js").Corrected} [reading]
 * @property {unknown} [error]
 */

/** A file's name without what cannot be seen, and no longer than the platform keeps. @param {string} name */
function seen(name) {
  return [...name.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, "")].slice(0, 200).join("");
}

export class Queue {
  /** @type {Item[]} */
  items = [];
  #busy = 0;
  #left;

  /**
   * @param {() => Record<string, string | undefined>} wanted what is asked of each picture
   * @param {(item: Item) => void} changed
   * @param {AbortSignal} left
   */
  constructor(wanted, changed, left) {
    this.wanted = wanted;
    this.changed = changed;
    this.#left = left;
  }

  /** @param {Item} item */
  add(item) {
    if (!this.items.includes(item)) this.items.push(item);
    item.state = "waiting";
    delete item.reading;
    delete item.error;
    this.changed(item);
    this.#next();
  }

  /** Send all that the person has looked at. */
  send() {
    for (const item of this.items.filter((one) => one.state === "held")) this.add(item);
  }

  /** Let go of all that is not being read just now. */
  clear() {
    this.items = this.items.filter((item) => item.state === "reading");
  }

  /** How many there are in a state. @param {Item["state"]} state */
  count(state) {
    return this.items.filter((item) => item.state === state).length;
  }

  #next() {
    while (this.#busy < AT_ONCE && !this.#left.aborted) {
      const item = this.items.find((one) => one.state === "waiting");
      if (!item) return;
      this.#busy += 1;
      this.#read(item).finally(() => {
        this.#busy -= 1;
        this.#next();
      });
    }
  }

  /** @param {Item} item */
  async #read(item) {
    item.state = "reading";
    this.changed(item);
    const { picture } = item;
    try {
      const wanted = { ...this.wanted(), name: seen(item.name) };
      const reading = await this.#patiently(picture, wanted, await nameOf(picture, wanted));
      Object.assign(item, { state: "read", reading });
    } catch (error) {
      if (isAborted(error)) return;
      Object.assign(item, { state: "failed", error });
    }
    this.changed(item);
  }

  /** Waits where the platform asks to. @param {Blob} picture @param {Record<string, string | undefined>} wanted @param {string} [key] */
  async #patiently(picture, wanted, key) {
    for (let tried = 1; ; tried += 1) {
      try {
        return await predict(picture, wanted, { key, signal: this.#left });
      } catch (error) {
        const wait = error instanceof Problem && error.wait;
        if (!wait || tried === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(wait, 10) * 1000));
      }
    }
  }
}
