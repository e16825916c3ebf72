/** The pictures that a person has given since the page was loaded: they stay while other pages are looked at. */

import { Queue } from "../queue.js";
import { person } from "../session.js";

/** How pictures are to be read; `first`: whether each is looked at before it is sent. */
export class Choice {
  task = "text";
  lexicon = "";
  first = false;

  /** What the API is asked. @returns {Record<string, string | undefined>} */
  wanted() {
    return { task: this.task, lexicon: (this.task === "text" && this.lexicon) || undefined };
  }
}

/** @typedef {{who: string, choice: Choice, queue: Queue, end: AbortController}} Kept */

/** @type {Kept | undefined} */
let now;

/** What is kept for who is here. @returns {Kept} */
export function kept() {
  const who = person()?.name ?? "";
  if (now?.who !== who) forget();
  now ??= begin(who);
  return now;
}

/** @param {string} who @returns {Kept} */
function begin(who) {
  const [choice, end] = [new Choice(), new AbortController()];
  return { who, choice, end, queue: new Queue(() => choice.wanted(), () => {}, end.signal) };
}

function forget() {
  now?.end.abort();
  now = undefined;
}

addEventListener("longhand:forget", forget); // somebody signs out, or has their data erased
