/** One job: how far it is, its curve, what it was asked for and what came of it, and its log, live until it ends. */

import { cancelJob, showJob, showLog } from "../api.js";
import { fill, h } from "../build.js";
import { button, confirm } from "../controls.js";
import { jobState } from "../elements/job.js";
import { sentence } from "../elements/notice.js";
import { link } from "../router.js";
import { lossCurve } from "./curve.js";
import { ago, duration, named, number, percent, t } from "../words.js";

/** @typedef {import("../types.js").Job} Job */
/** @typedef {import("../elements/job.js").JobState} JobState */

const LONGEST_LOG = 100_000;
const HASH = /^[0-9a-f]{32,}(\+dirty)?$/;
const EMPTY = new Set(["", "null", "{}", "[]"]);

/** @param {string} id */
export async function jobPage(id) {
  const job = await showJob(id);
  const state = jobState().follow(job);
  const log = h("pre", { class: "log", tabindex: "0", "aria-label": t("jobs.log") });
  const facts = h("dl", { class: "facts-list" });
  const result = h("div", { class: "stack" });
  const cancel = button(t("jobs.cancel"), () => stop(id, state), { class: "danger" });
  const look = () => {
    const now = state.job ?? job;
    fill(facts, ...about(now));
    fill(result, ...outcome(now));
    cancel.hidden = Boolean(now.finished_at) || now.cancelling;
  };
  for (const name of ["state", "progress", "end"]) state.addEventListener(name, look);
  const curve = lossCurve(state);
  const print = (/** @type {string} */ text) => {
    append(log, text);
    curve.read(text);
  };
  state.addEventListener("log", (event) => print(/** @type {CustomEvent<string>} */ (event).detail));
  look();
  if (job.finished_at) print((await showLog(id)).slice(-LONGEST_LOG));
  return h(
    "section",
    { class: "page job" },
    h("p", {}, h("a", { href: link("jobs") }, t("jobs.back"))),
    h("div", { class: "row spread" }, h("h1", {}, `${named("kind", job.kind)} ${id}`), cancel),
    h("div", { class: "card" }, state, result, facts),
    curve.card,
    h("div", { class: "card" }, h("h2", {}, t("jobs.log")), log),
  );
}

/** How long a job ran. @param {Job} job */
export function took(job) {
  if (!job.started_at) return "";
  const end = job.finished_at ? Date.parse(job.finished_at) : Date.now();
  return duration(Math.max(0, end - Date.parse(job.started_at)) / 1000);
}

/** @param {HTMLElement} log @param {string} text */
function append(log, text) {
  const below = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(text);
  if (below) log.scrollTop = log.scrollHeight;
}

/** @param {string} id @param {JobState} state */
async function stop(id, state) {
  const sure = await confirm(t("jobs.cancel"), t("jobs.cancels", { id }), t("jobs.stop"), { danger: true, no: t("jobs.keep") });
  if (sure) state.show(await cancelJob(id));
}

/** Where to go on with what a job has made, and the files that it left out. @param {Job} job */
function outcome({ result, kind }) {
  if (!result) return [];
  const { model, version, champion, unreadable, passed } = result;
  const parts = [];
  if (kind === "ingest" && typeof version === "string") parts.push(h("p", {}, h("a", { class: "button", href: link("data", version) }, t("jobs.seedata"))));
  if (typeof model === "string" && typeof version === "number") parts.push(h("p", {}, h("a", { class: "button", href: link("models", model, String(version)) }, t("jobs.seeversion", { model, version }))));
  if (typeof passed === "boolean") parts.unshift(h("p", {}, h("span", { class: `chip ${passed ? "accept" : "failed"}` }, t(passed ? "gate.passed" : "gate.failed")), " ", t(passed ? "gate.may" : "jobs.maynot", { version: said("version", version), champion: said("champion", champion) })));
  if (Array.isArray(unreadable) && unreadable.length) parts.push(leftOut(/** @type {import("../types.js").UnreadableFile[]} */ (unreadable)));
  return parts;
}

/** Files and the reason why each was left out. @param {import("../types.js").UnreadableFile[]} files */
export function leftOut(files) {
  const why = (/** @type {import("../types.js").UnreadableFile} */ { code, reason }) => sentence(code && named("left", code) !== code ? "left" : "problem", code ?? "", reason);
  const rows = files.map((one) => h("tr", {}, h("th", { scope: "row" }, one.file), h("td", {}, why(one))));
  const table = h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("data.filename")), h("th", { scope: "col" }, t("data.why")))), h("tbody", {}, rows));
  return h("details", { open: true }, h("summary", {}, t("data.notread", { count: number(files.length) })), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("data.dropped") }, table));
}

/** @param {Job} job */
function about(job) {
  const { archive: _, unreadable: __, ...known } = job.arguments;
  const { unreadable: ___, summary: ____, metrics: _____, ...result } = job.result ?? {};
  const facts = [
    [t("jobs.by"), job.by],
    [t("jobs.created"), ago(job.created_at)],
    [t("jobs.took"), took(job)],
    [t("jobs.attempt"), job.attempt],
    ...Object.entries({ ...known, ...job.progress, ...result }).map(([name, value]) => [named("fact", name), said(name, value)]),
  ];
  const shown = facts.filter(([, value]) => !EMPTY.has(String(value))).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  return job.follow_up ? [...shown, h("div", {}, h("dt", {}, t("jobs.next")), h("dd", {}, h("a", { href: link("jobs", job.follow_up) }, job.follow_up)))] : shown;
}

/** @param {string} name @param {unknown} value */
function said(name, value) {
  if (typeof value === "number") return /cer|share|exact|coverage/.test(name) ? percent(value, 2) : number(value, 4);
  if (Array.isArray(value)) return value.map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one))).join(", ");
  if (typeof value === "string" && HASH.test(value)) return `${value.slice(0, 12)} …`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).map(([key, one]) => `${key} ${typeof one === "object" ? JSON.stringify(one) : one}`).join(", ");
}
