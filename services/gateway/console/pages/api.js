/** The reference of the API: every call as the OpenAPI file describes it, to be tried as the person who is signed in. */

import { callAny, describeApi } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, input } from "../controls.js";
import { named, t } from "../words.js";

/** @typedef {import("../openapi.js").Description} Description */
/** @typedef {import("../openapi.js").Operation} Operation */
/** @typedef {import("../openapi.js").Schema} Schema */

const SHOWN = 20_000;
const DEEPEST = 6;

/** @returns {Promise<HTMLElement>} */
export async function show() {
  const description = await describeApi();
  const filter = input({ type: "search" });
  const tags = [...byTag(description)];
  const sections = tags.map(([tag, calls]) => h("section", { class: "card" }, h("h2", { lang: "en" }, tag), ...calls));
  filter.addEventListener("input", () => narrow(sections, filter.value.toLowerCase()));
  return h(
    "section",
    { class: "page reference" },
    h("h1", {}, t("page.api")),
    h("p", { class: "lead" }, t("api.lead"), " ", h("a", { href: "/openapi.json", target: "_blank", rel: "noopener" }, "openapi.json")),
    field(t("api.filter"), filter),
    ...sections,
  );
}

/** @param {HTMLElement[]} sections @param {string} wanted */
function narrow(sections, wanted) {
  for (const section of sections) {
    const calls = /** @type {HTMLElement[]} */ ([...section.querySelectorAll("details.call")]);
    for (const one of calls) one.hidden = !(one.dataset.search ?? "").includes(wanted);
    section.hidden = calls.every((one) => one.hidden);
  }
}

/** @param {Description} description */
function byTag(description) {
  /** @type {Map<string, HTMLElement[]>} */
  const found = new Map();
  for (const [path, verbs] of Object.entries(description.paths)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const tag = operation.tags?.[0] ?? "";
      found.set(tag, [...(found.get(tag) ?? []), call(description, verb.toUpperCase(), path, operation)]);
    }
  }
  return found;
}

/** A call that unfolds when it is looked at. @param {Description} all @param {string} verb @param {string} path @param {Operation} operation */
function call(all, verb, path, operation) {
  const about = operation.description ?? "";
  const said = h("span", { class: "muted", lang: "en" }, about);
  const summary = h("summary", {}, h("span", { class: `verb ${verb.toLowerCase()}` }, verb), h("code", {}, path), said);
  const details = h("details", { class: "call", "data-search": `${verb} ${path} ${about}`.toLowerCase() }, summary);
  details.addEventListener("toggle", () => details.open && details.children.length < 2 && details.append(body(all, verb, path, operation)));
  return details;
}

/** @param {Description} all @param {string} verb @param {string} path @param {Operation} operation */
function body(all, verb, path, operation) {
  const given = (operation.parameters ?? []).filter((one) => one.in !== "cookie").map((one) => ({ one, control: input({ required: one.required }) }));
  const json = operation.requestBody?.content["application/json"]?.schema;
  const text = json && h("textarea", { spellcheck: "false", class: "mono" }, JSON.stringify(example(all, json), null, 2));
  const result = h("div", { class: "result", role: "status" });
  const go = async () => {
    const pick = (/** @type {string} */ place) => Object.fromEntries(given.filter(({ one, control }) => one.in === place && control.value).map(({ one, control }) => [one.name, control.value]));
    const sent = text && text.value.trim() ? JSON.parse(text.value) : undefined;
    const answer = await callAny(`${verb} ${path}`, { path: pick("path"), query: pick("query"), headers: pick("header"), json: sent });
    fill(result, h("p", {}, `${answer.status}`), h("pre", { tabindex: "0" }, await readable(answer)));
  };
  return h(
    "div",
    { class: "body" },
    ...given.map(({ one, control }) => field(`${one.name} (${t(`place.${one.in}`)})`, control, about(one))),
    text && field(t("api.body"), text),
    h("div", { class: "row" }, button(t("api.send"), go, { class: "primary" })),
    result,
    h("h3", {}, t("api.answers")),
    h("ul", { class: "answers" }, Object.entries(operation.responses).map(([status, one]) => answer(status, meaning(all, one)))),
  );
}

/**
 * What a parameter means: in the person's language, else as the API says it.
 * @param {import("../openapi.js").Parameter} parameter
 */
function about({ name, in: place, description }) {
  const known = named("parameter", `${place}.${name}`);
  return description && known !== `${place}.${name}` ? known : description;
}

/** @param {string} status @param {string} said */
function answer(status, said) {
  return h("li", {}, h("code", {}, status), " ", h("span", { lang: "en" }, said));
}

/** @param {Description} all @param {{$ref?: string, description?: string}} response */
function meaning(all, response) {
  const name = response.$ref?.split("/").at(-1);
  return (name ? all.components.responses[name]?.description : response.description) ?? "";
}

/** @param {Response} answer */
async function readable(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  if (kind.startsWith("application/json")) return JSON.stringify(await answer.json(), null, 2).slice(0, SHOWN);
  return kind.startsWith("text/") ? (await answer.text()).slice(0, SHOWN) : kind;
}

/** A value of a schema, to begin with. @param {Description} all @param {Schema} schema @param {number} [depth] @returns {unknown} */
function example(all, schema, depth = 0) {
  if (depth > DEEPEST) return null;
  if (schema.$ref) return example(all, all.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, depth + 1);
  if ("default" in schema) return schema.default;
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return example(all, schema.anyOf[0], depth + 1);
  if (schema.type === "array") return [];
  if (!schema.properties) return { integer: 1, number: 1, boolean: false, string: "" }[schema.type ?? ""] ?? {};
  const fields = Object.entries(schema.properties).filter(([name, of]) => schema.required?.includes(name) || "default" in of);
  return Object.fromEntries(fields.map(([name, of]) => [name, example(all, of, depth + 1)]));
}
