/** The pictures that a person has given since the page was loaded: they stay while other pages are looked at. */

import { listReadings } from "../api.js";
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

/** Learn what has been said elsewhere of what was read here, as far as it is among the last hundred. @param {Kept} kept */
export async function catchUp({ who, queue, end }) {
  if (!queue.count("read")) return;
  const { items } = await listReadings({ by: who, limit: 100 }, end.signal);
  const said = new Map(items.map(({ id, correction }) => [id, correction]));
  for (const item of queue.items) {
    const { reading } = item;
    if (!reading || !said.has(reading.id)) continue;
    const correction = said.get(reading.id) ?? null;
    if (JSON.stringify(correction) === JSON.stringify(reading.correction ?? null)) continue;
    item.reading = { ...reading, correction };
    queue.changed(item);
  }
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
