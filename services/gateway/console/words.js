/** The words of the page in the person's language, and dates and numbers as they are written there. */

/** @typedef {typeof import("./words/en.js").default} Table */
/** @typedef {keyof Table} Word */
/**
 * What the platform says, by the code that it gives or the parameter that it describes; `{detail}` stands for its own
 * sentence, where that tells more.
 * @typedef {Record<`problem.${string}` | `notice.${string}` | `left.${string}` | `parameter.${string}`, string>} Sentences
 */

/** The languages that there are, by the names that their speakers use: a further one is a file and a line. */
export const LANGUAGES = /** @type {const} */ ({ en: "English", de: "Deutsch" });

/** @typedef {keyof typeof LANGUAGES} Language */

const KEY = "longhand.language";

/** @type {Table} */
let table;
/** @type {Language} */
let language = "en";

/** The language that was chosen, else the browser's, else English. @returns {Language} */
export function preferred() {
  const asked = [localStorage.getItem(KEY), ...navigator.languages.map((one) => one.slice(0, 2))];
  return /** @type {Language} */ (asked.find((one) => one && one in LANGUAGES) ?? "en");
}

/** Speak a language, and remember it. @param {Language} chosen @param {boolean} [remember] */
export async function speak(chosen, remember = false) {
  table = (await import(`./words/${chosen}.js`)).default;
  language = chosen;
  document.documentElement.lang = chosen;
  if (remember) localStorage.setItem(KEY, chosen);
}

/** The language that is spoken now. @returns {Language} */
export function current() {
  return language;
}

/**
 * A word or sentence; `{name}` in it stands for a value.
 * @param {Word} word
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(word, values = {}) {
  return table[word].replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => String(values[name] ?? whole));
}

/**
 * The word for a value that the platform names, as `state.running`; the value itself where there is no word yet.
 * @param {string} group
 * @param {string} value
 */
export function named(group, value) {
  const word = `${group}.${value}`;
  return word in table ? t(/** @type {Word} */ (word)) : value;
}

/** A number. @param {number} value @param {number} [digits] at most, after the point */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** A share of one, in percent. @param {number} share @param {number} [digits] after the point */
export function percent(share, digits = 0) {
  return new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share);
}

/** A day and a time. @param {string | Date} moment */
export function moment(moment) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}

/** A duration, in the largest unit that fits. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return t("time.seconds", { count: number(seconds, 1) });
  if (seconds < 90) return t("time.seconds", { count: number(seconds) });
  if (seconds < 5400) return t("time.minutes", { count: number(seconds / 60) });
  return t("time.hours", { count: number(seconds / 3600, 1) });
}

/** How long ago it was, or when it was where that is long ago. @param {string} given */
export function ago(given) {
  const seconds = (Date.now() - Date.parse(given)) / 1000;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (seconds < 60) return relative.format(-Math.max(0, Math.round(seconds)), "second");
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return relative.format(-Math.round(seconds / 3600), "hour");
  return moment(given);
}
