/** The parameters of a recipe as fields of a form, of which only those that were changed are sent. */

import { h } from "../build.js";
import { field, input, select } from "../controls.js";
import { named, number, t } from "../words.js";

/** @typedef {import("../types.js").RecipeParameter} Parameter */

/** In this order; the first is open from the start, as people change it most. */
const SECTIONS = ["fit", "draw", "network", "other"];

/**
 * Fields by section, and what was changed in them.
 * @param {Parameter[]} parameters
 */
export function parameterFields(parameters) {
  const controls = parameters.map((one) => ({ one, control: controlFor(one) }));
  const there = new Set(parameters.map(sectionOf));
  const sections = [...SECTIONS.filter((section) => there.has(section)), ...[...there].filter((section) => !SECTIONS.includes(section))];
  const shown = sections.map((section) => {
    const fields = controls.filter(({ one }) => sectionOf(one) === section).map(({ one, control }) => field(nameOf(one), control, hintFor(one)));
    return h("details", { open: section === SECTIONS[0], class: "section" }, h("summary", {}, named("section", section)), h("div", { class: "thirds" }, fields));
  });
  const changed = () => Object.fromEntries(controls.filter(({ control }) => control.value !== "").map(({ one, control }) => [one.name, valueOf(one, control.value)]));
  return { shown, changed };
}

/** @param {Parameter} one `text.fit.epochs` is in the section `fit`, `text.seed` in none */
function sectionOf({ name }) {
  const parts = name.split(".");
  return parts.length > 2 ? parts[1] : "other";
}

/** @param {Parameter} one */
function nameOf({ name }) {
  return name.split(".").slice(1).join(".");
}

/** An empty control keeps what the recipe says. @param {Parameter} one */
function controlFor({ kind, value, choices, least, most }) {
  const kept = value === null || value === undefined ? "–" : String(value);
  const among = kind === "boolean" ? [true, false] : choices;
  if (among?.length) return select([["", kept], ...among.filter((choice) => choice !== value).map((choice) => /** @type {[string, string]} */ ([String(choice), String(choice)]))]);
  if (kind === "string") return input({ placeholder: kept, spellcheck: "false", autocapitalize: "none" });
  return input({ type: "number", placeholder: kept, min: least, max: most, step: kind === "integer" ? 1 : "any" });
}

/** What it sets, and its bounds. @param {Parameter} one */
function hintFor(one) {
  const { kind, least, most, open } = one;
  const about = meaningOf(one);
  const from = least === null || least === undefined ? "" : t(open?.includes("least") ? "recipe.above" : "recipe.from", { value: number(least, 6) });
  const to = most === null || most === undefined ? "" : t(open?.includes("most") ? "recipe.below" : "recipe.to", { value: number(most, 6) });
  const bounds = kind === "string" || kind === "boolean" ? "" : [from, to].filter(Boolean).join(", ");
  return `${about[0].toUpperCase()}${about.slice(1)}${bounds && ` (${bounds})`}.`;
}

/** What it sets: in the person's language, else as the API says it. @param {Parameter} one */
function meaningOf(one) {
  const word = `recipe.${nameOf(one)}`;
  const known = named("parameter", word);
  return known === word ? one.about : known;
}

/** @param {Parameter} one @param {string} text */
function valueOf({ kind }, text) {
  return kind === "boolean" ? text === "true" : kind === "string" ? text : Number(text);
}
