/**
 * Readings as files: text, CSV and JSON. CSV begins with a byte-order mark: without it spreadsheets take UTF-8 for
 * something else, and ö and ß are lost. `checked` names who has said what the picture shows; nobody has where it is empty.
 */

import { button } from "./controls.js";
import { textOf } from "./elements/reading.js";
import { t } from "./words.js";

/** @typedef {{name: string, reading: import("./elements/reading.js").Corrected}} Named */

/** @type {Record<"txt" | "csv" | "json", {kind: string, write: (all: Named[]) => string}>} */
const FORMATS = {
  txt: { kind: "text/plain", write: (all) => all.map(({ reading }) => textOf(reading)).join("\n") + "\n" },
  csv: { kind: "text/csv", write: (all) => MARK + [HEAD, ...all.map(line)].join("\r\n") + "\r\n" },
  json: { kind: "application/json", write: (all) => JSON.stringify(all.map(noted), null, 2) },
};
const MARK = "\uFEFF";
const HEAD = "name,text,read,confidence,decision,checked,id,model,version";

/**
 * A button for each format.
 * @param {() => Named[] | Promise<Named[] | null>} readings what is to be saved, when one is pressed; null: nothing
 */
export function saving(readings) {
  const formats = /** @type {const} */ (["txt", "csv", "json"]);
  return formats.map((format) => {
    const act = async () => {
      const all = await readings();
      if (all) save(all, format);
    };
    const name = t(`read.${format}`);
    return button(name, act, { class: "small", "aria-label": t("read.save", { format: name }) });
  });
}

/** @param {Named[]} all @param {"txt" | "csv" | "json"} format */
function save(all, format) {
  const { kind, write } = FORMATS[format];
  download(new Blob([write(all)], { type: `${kind};charset=utf-8` }), `readings.${format}`);
}

/** Let the browser save a file. @param {Blob} content @param {string} name */
export function download(content, name) {
  const url = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {Named} one */
function line({ name, reading }) {
  const { text, confidence, decision, id, model } = reading;
  const judged = [confidence.toFixed(4), decision, checked(reading)];
  return [name, textOf(reading), text, ...judged, id, model.name, model.version].map(cell).join(",");
}

/** @param {Named} one */
function noted({ name, reading }) {
  return { name, checked: checked(reading), reading };
}

/** Who has said what the picture shows, by name. @param {Named["reading"]} reading */
function checked({ correction }) {
  return correction?.by ?? "";
}

/** A cell of CSV (RFC 4180); what a spreadsheet would take for a formula gets an apostrophe. @param {string | number} value */
function cell(value) {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
