/** A reading, as a person looks at it: the text, how sure it is, what else it may be, and what to know of the picture. */

import { fill, h } from "../build.js";
import { person } from "../session.js";
import { named, number, percent, t } from "../words.js";
import { chart } from "./chart.js";
import { confidence, wordFor } from "./confidence.js";
import { noticed } from "./notice.js";

/** @typedef {import("../types.js").Reading} Reading */
/** @typedef {import("../types.js").Correction} Correction */
/** @typedef {import("./correcting.js").Correcting} Correcting */
/**
 * A reading with what was said of it; `by` is missing where it was only just sent, by who looks at it.
 * @typedef {Reading & {correction?: Correction | null, by?: string}} Corrected
 */

const DOUBTFUL = 0.75;
/** What is less likely would be shown as 0.0 %. */
const LEAST = 0.001;

/**
 * Everything about a reading.
 * @param {Reading} reading
 * @param {Correcting | null} correcting where a reading that is kept is corrected
 */
export function answer(reading, correcting) {
  return h(
    "div",
    { class: "reading" },
    standing(h("p", { class: `text ${reading.task}` }), reading, correcting),
    sureness(reading, correcting),
    reading.task === "character" ? bars(reading) : letters(reading),
    alternatives(reading, correcting),
    ...reading.notices.map(noticed),
    correcting,
    facts(reading, correcting !== null),
  );
}

/** What was read; where nothing of a lexicon fits, that. @param {Reading} reading */
export function read(reading) {
  if (reading.lexicon && !reading.lexicon.matched && !reading.text) return h("span", { class: "muted" }, t("reading.none"));
  return reading.text ? reading.text : h("span", { class: "muted" }, t("reading.empty"));
}

/**
 * An element that shows what a picture says: what was read or, struck through, what somebody says in place of it; and
 * goes on to do so while they correct it.
 * @template {HTMLElement} Shown
 * @param {Shown} shown
 * @param {Corrected} reading
 * @param {HTMLElement | null} [correcting]
 */
export function standing(shown, reading, correcting = null) {
  following(reading, correcting, () => fill(shown, ...says(reading)));
  return shown;
}

/**
 * How sure a reading is, or who has checked it; goes on to say so while it is corrected.
 * @param {Corrected} reading
 * @param {HTMLElement | null} [correcting]
 */
export function sureness(reading, correcting = null) {
  const shown = confidence(reading.confidence, reading.decision);
  following(reading, correcting, () => shown.show(reading.confidence, reading.decision, checked(reading)));
  return shown;
}

/**
 * Looks at a reading now, and whenever it is corrected.
 * @param {Corrected} reading
 * @param {HTMLElement | null} correcting
 * @param {() => void} look
 */
function following(reading, correcting, look) {
  correcting?.addEventListener("corrected", (event) => {
    reading.correction = /** @type {CustomEvent<Correction | null>} */ (event).detail;
    look();
  });
  look();
}

/**
 * Who has corrected a reading: who looks at it, a reviewer of their own readings, or else somebody with a name.
 * @param {Corrected} reading
 */
export function corrector({ by, correction }) {
  const me = person()?.name;
  if (!correction || correction.by === me) return "you";
  return by === undefined || by === me ? "reviewer" : "other";
}

/** @param {Corrected} reading */
function checked(reading) {
  if (!reading.correction) return "";
  return t(`checked.${corrector(reading)}`, { by: reading.correction.by });
}

/** What somebody says that a picture shows: its text, or that it has none. @param {Correction} correction */
export function saying({ answer, text }) {
  return answer === "text" ? text : named("answer", answer);
}

/** What a picture says, as text alone: empty where it says nothing that can be read. @param {Corrected} reading */
export function textOf({ text, correction }) {
  return correction ? (correction.text ?? "") : text;
}

/** @param {Corrected} reading */
function says(reading) {
  const { correction, text } = reading;
  if (!correction) return [read(reading)];
  const now = saying(correction);
  return [now !== text && h("s", { class: "muted" }, text), now !== text && " ", now];
}

/** The model, and how long it took. @param {Reading} reading @param {boolean} kept */
export function facts(reading, kept) {
  const model = t("reading.model", { name: reading.model.name, version: reading.model.version });
  const parts = [model, t("reading.time", { ms: number(reading.elapsed_ms) }), kept ? t("reading.kept") : t("reading.passing")];
  return h("p", { class: "facts muted small" }, parts.join(" · "));
}

/** @param {Reading} reading */
function bars(reading) {
  const ranked = [{ text: reading.text, confidence: reading.confidence }, ...likely(reading)];
  const rest = 1 - ranked.reduce((sum, one) => sum + one.confidence, 0);
  const shown = ranked.map((one) => ({ label: one.text, value: one.confidence }));
  if (rest >= LEAST) shown.push({ label: t("reading.rest"), value: rest });
  return chart().bars(shown, t("reading.bars"));
}

/** What else is likely enough; where the reading is to be checked, at least one. @param {Reading} reading */
function likely({ alternatives, decision }) {
  const enough = alternatives.filter((one) => one.confidence >= LEAST);
  return enough.length || decision !== "review" ? enough : alternatives.slice(0, 1);
}

/** The letters, with those in doubt marked; of a reading that is to be checked, at least the weakest. @param {Reading} reading */
export function letters({ characters, decision }) {
  if (characters.length < 1) return null;
  const weakest = Math.min(...characters.map((one) => one.confidence));
  const least = decision === "review" && characters.length > 1 && weakest >= DOUBTFUL ? weakest : -1;
  const items = characters.map((one) => {
    const doubtful = one.confidence < DOUBTFUL || one.confidence === least;
    const word = one.confidence === least ? "reading.weakest" : "reading.letter";
    const said = t(word, { letter: one.text, how: wordFor(one.confidence) });
    const bar = h("span", { class: "level", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(one.confidence));
    return h("li", { class: doubtful && "doubtful", title: `${one.text}: ${percent(one.confidence)}` }, h("span", { "aria-hidden": "true" }, one.text), bar, h("span", { class: "unseen" }, said));
  });
  return h("ol", { class: "letters", "aria-label": t("reading.letters") }, items);
}

/**
 * What else it could be. Where it can be corrected, one that is chosen is filled in there.
 * @param {Reading} reading
 * @param {Correcting | null} correcting
 */
export function alternatives(reading, correcting) {
  const others = likely(reading);
  if (reading.task === "character" || !others.length) return null;
  const items = others.map(({ text, confidence }) => {
    const parts = [text, h("span", { class: "muted small" }, ` ${percent(confidence, 1)}`)];
    const choose = () => correcting?.propose(text);
    const button = { type: "button", class: "small", onclick: choose, "aria-label": t("correct.to", { text }) };
    return h("li", {}, correcting ? h("button", button, parts) : parts);
  });
  return h("div", {}, h("h3", {}, t("reading.alternatives")), h("ul", { class: "alternatives" }, items));
}
