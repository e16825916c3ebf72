/** The review queue, one picture at a time: Enter says that the text is right as it stands, Tab passes it by. */

import { claimNext, correct, release, showPicture, withdraw } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, input } from "../controls.js";
import { brought, looked } from "../elements/brought.js";
import { offer } from "../elements/correcting.js";
import { confidence } from "../elements/confidence.js";
import { empty, hint, notice, noticed } from "../elements/notice.js";
import { picture } from "../elements/picture.js";
import { letters, saying } from "../elements/reading.js";
import { Tally } from "../review/tally.js";
import { say } from "../shell.js";
import { named, number, t } from "../words.js";

/** @typedef {import("../types.js").QueuedReading} Queued */
/** @typedef {import("../elements/brought.js").Done} Done */

/** So many readings lie ready with their pictures, and no more are claimed at once. */
const [AHEAD, MOST] = [6, 100];

/** @param {import("../router.js").Visit} visit */
export async function show({ signal }) {
  const desk = new Desk(signal);
  signal.addEventListener("abort", () => desk.leave());
  await Promise.all([desk.more(), desk.tally.ask(0)]);
  await desk.next();
  setTimeout(() => desk.focus()); // when the page stands there
  const head = h("div", { class: "row middle spread" }, h("h1", {}, t("page.review")), desk.tally.shown);
  return h("section", { class: "page review" }, head, h("p", { class: "lead" }, t("review.lead")), desk.shown);
}

/** What lies before the person, what waits behind it, and what was done. */
class Desk {
  shown = h("div", { class: "card desk-card" });
  tally = new Tally();
  /** @type {Queued[]} */
  #waiting = [];
  /** @type {Done[]} */
  #done = [];
  /** @type {Queued | undefined} */
  #now;
  /** @type {Map<string, Promise<Blob>>} */
  #pictures = new Map();
  #busy = false;
  #left;

  /** @param {AbortSignal} left */
  constructor(left) {
    this.#left = left;
  }

  /** Claim readings until enough wait; those that were passed by come again, so as many more are asked for. */
  async more() {
    const skipped = this.#done.filter((one) => one.kind === "skipped").length;
    const { items } = await claimNext(Math.min(MOST, AHEAD + skipped));
    const known = new Set([this.#now, ...this.#waiting, ...this.#done.map((one) => one.reading)].map((one) => one?.id));
    this.#waiting.push(...items.filter((one) => !known.has(one.id)));
    for (const { id } of this.#waiting) this.#load(id);
  }

  /** Show the next reading, with the text that stood there where it comes back. @param {string} [text] */
  async next(text) {
    if (!this.#waiting.length) await this.more();
    else if (this.#waiting.length < AHEAD / 2) this.more().catch(() => {}); // the last one asks again, and says why not
    this.#now = this.#waiting.shift();
    this.tally.show(looked(this.#done));
    if (!this.#now) return this.#end();
    this.shown.dataset.reading = this.#now.id;
    fill(this.shown, ...this.#ask(this.#now, text ?? this.#now.text));
    this.focus();
  }

  /** What is typed now is what the picture says. */
  focus() {
    this.shown.querySelector("input")?.select();
  }

  /** What is claimed and was not decided is for others. */
  leave() {
    const skipped = this.#done.filter((one) => one.kind === "skipped").map((one) => one.reading);
    for (const one of [this.#now, ...this.#waiting, ...skipped]) if (one) release(one.id).catch(() => {});
  }

  /** @param {string} id */
  #load(id) {
    if (!this.#pictures.has(id)) this.#pictures.set(id, showPicture(id, this.#left));
    this.#pictures.get(id)?.catch(() => this.#pictures.delete(id));
  }

  /** @param {string} id */
  #picture(id) {
    const shown = picture().enlarging();
    const ready = this.#pictures.get(id) ?? Promise.reject(new Error("not fetched"));
    ready.then((blob) => shown.here(blob, t("picture.alt"))).catch(() => shown.of(id));
    return shown;
  }

  /** @param {Queued} reading @param {string} said */
  #ask(reading, said) {
    const text = input({ value: said, spellcheck: "false", autocapitalize: "none", maxlength: "500", enterkeyhint: "send" });
    text.addEventListener("keydown", (event) => this.#key(event, text));
    offer(text, [reading.text, ...alternatives(reading)]);
    const put = (/** @type {string} */ other) => {
      text.value = other;
      text.focus();
    };
    const others = alternatives(reading).map((one) =>
      h("button", { type: "button", class: "small", onclick: () => put(one), "aria-label": t("correct.to", { text: one }) }, one),
    );
    return [
      this.#picture(reading.id),
      field(t("correct.text"), text, t("review.keys")),
      this.#choices(text),
      h("div", { class: "row middle" }, confidence(reading.confidence, reading.decision), letters(reading)),
      others.length > 0 ? h("div", { class: "row" }, others) : "",
      ...sayings(reading).map((one) => hint(t("review.said", { text: one }))),
      ...reading.notices.map(noticed),
    ];
  }

  /**
   * What can be done with a reading: above all that differs from one to the next, so that it stays at its place.
   * @param {HTMLInputElement} text
   */
  #choices(text) {
    return h(
      "div",
      { class: "row choices-row" },
      button(t("review.send"), () => this.#send(text.value), { class: "primary" }),
      button(t("review.skip"), () => this.#skip(text.value)),
      button(named("answer", "not_readable"), () => this.#none("not_readable", text.value)),
      button(named("answer", "not_handwriting"), () => this.#none("not_handwriting", text.value)),
      button(t("draw.undo"), () => this.#undo(), { disabled: !this.#done.length }),
      button(t("review.stop"), () => this.#stop(), { class: "plain" }),
    );
  }

  /** By the key's place where Alt is held: with Alt some keyboards write other signs. @param {KeyboardEvent} event @param {HTMLInputElement} text */
  #key(event, text) {
    /** @type {Record<string, () => Promise<void>>} */
    const keys = {
      Enter: () => this.#send(text.value),
      Tab: () => this.#skip(text.value),
      Escape: () => this.#undo(),
      "Alt+Digit1": () => this.#none("not_readable", text.value),
      "Alt+Digit2": () => this.#none("not_handwriting", text.value),
    };
    const act = event.shiftKey || event.isComposing ? undefined : keys[event.altKey ? `Alt+${event.code}` : event.key];
    if (!act) return;
    event.preventDefault();
    if (!event.repeat) act().catch((error) => this.shown.append(notice(error)));
  }

  /** @param {string} text */
  #send(text) {
    return this.#finish(text === this.#now?.text ? "accepted" : "corrected", text, (id) => correct(id, { text }));
  }

  /** @param {string} answer @param {string} text */
  #none(answer, text) {
    return this.#finish("none", text, (id) => correct(id, { answer }));
  }

  /** @param {string} text */
  #skip(text) {
    return this.#finish("skipped", text, async (id) => void (await release(id)));
  }

  /** @param {Done["kind"]} kind @param {string} text @param {(id: string) => Promise<import("../types.js").StoredReading | void>} act */
  async #finish(kind, text, act) {
    const reading = this.#now;
    if (!reading || this.#busy) return;
    this.#busy = true;
    try {
      const stored = (await act(reading.id)) ?? undefined;
      this.#done.push({ reading, kind, text, stored });
      say(t(`review.${kind}`));
      await this.next();
    } finally {
      this.#busy = false;
    }
  }

  async #undo() {
    const last = this.#done.at(-1);
    if (!last || this.#busy) return;
    this.#busy = true;
    try {
      if (last.kind !== "skipped") await withdraw(last.reading.id);
      this.#done.pop();
      this.#stop();
      this.#waiting.unshift(last.reading);
      await this.next(last.text);
    } finally {
      this.#busy = false;
    }
  }

  /** Put back what lies here, and show what the session has brought. */
  #stop() {
    if (this.#now) this.#waiting.unshift(this.#now);
    this.#now = undefined;
    this.#end();
  }

  #end() {
    if (!this.#done.length && !this.#waiting.length) return fill(this.shown, empty(t("review.empty"), t("review.nothing")));
    const more = this.#waiting.length > 0;
    const skipped = this.#done.filter((one) => one.kind === "skipped").length;
    const actions = [
      more && button(t("review.go"), () => this.next(), { class: "primary" }),
      !more && skipped > 0 && button(t("review.again"), () => this.#again(), { class: "primary" }),
      this.#done.length > 0 && button(t("draw.undo"), () => this.#undo()),
    ];
    const title = more ? t("review.sofar") : skipped ? t("review.passed", { count: number(skipped) }) : t("review.end");
    fill(this.shown, h("h2", {}, title), brought(this.#done, this.tally.seconds), h("div", { class: "row" }, actions));
  }

  /** Go through those that were skipped once more; others may have taken some of them since. */
  async #again() {
    this.#done = this.#done.filter((one) => one.kind !== "skipped");
    await Promise.all([this.more(), this.tally.ask(looked(this.#done))]);
    await this.next();
  }
}

/** What else the picture could say: as somebody has corrected it, and what was almost read. @param {Queued} reading */
function alternatives(reading) {
  const said = answers(reading).map((one) => one.text);
  return [...new Set([...said, ...reading.alternatives.map((one) => one.text)])].filter((one) => one && one !== reading.text);
}

/** What people have said of a reading that waits for one more. @param {Queued} reading */
function sayings(reading) {
  return answers(reading).map((one) => (one.answer === "text" ? t("review.quoted", { text: one.text }) : saying(one)));
}

/** @param {Queued} reading */
function answers({ correction, disagreements }) {
  return [...(correction ? [correction] : []), ...disagreements];
}
