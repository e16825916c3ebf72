/** A challenger on trial: what is known of it while it goes on, what became of the last one, and how one is started. */

import { listCanaries, startCanary, stopCanary } from "../administration.js";
import { fill, h } from "../build.js";
import { button, confirm, field, form, input, select } from "../controls.js";
import { notice } from "../elements/notice.js";
import { ago, named, number, percent, t } from "../words.js";
import { done } from "./deploying.js";
import { grid } from "./figures.js";

/** @typedef {import("../types.js").Canary} Canary */
/** @typedef {import("../types.js").Model} Model */
/** @typedef {import("../types.js").CanaryReport["shared"]} Stage */

const LOOK_MS = 3000;
const [LEAST, USUAL, MOST] = [1, 20, 50];

/** @param {Model} model @param {Canary | undefined} last @param {AbortSignal} signal */
export function canaryCard(model, last, signal) {
  const shown = h("div", { class: "stack" });
  const under = last && !last.ended_at;
  if (last) draw(shown, last);
  if (under) follow(shown, model.name, signal);
  const others = model.versions.filter(({ version }) => version !== model.deployment?.champion);
  const begin = !under && others.length && model.deployment ? starting(model, others.map(({ version }) => version)) : null;
  return h("div", { class: "card canary" }, h("h2", {}, t("canary.title")), last ? shown : h("p", { class: "muted" }, t("canary.none")), begin);
}

/** Look again and again while the page is shown. @param {HTMLElement} shown @param {string} name @param {AbortSignal} signal */
function follow(shown, name, signal) {
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      const { items } = await listCanaries({ model: name, limit: 1 });
      if (signal.aborted) return;
      if (items[0].ended_at) done(named("canarystate", items[0].state));
      else draw(shown, items[0]);
    } catch (error) {
      if (!signal.aborted) fill(shown, notice(error));
    }
  }, LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/** @param {HTMLElement} shown @param {Canary} canary */
function draw(shown, canary) {
  const { version, champion, share, mode, state, by, started_at, ended_at, report } = canary;
  const stop = ended_at ? null : button(t("canary.stop"), () => end(canary), { class: "danger" });
  fill(
    shown,
    h("div", { class: "row spread middle" }, h("p", {}, h("span", { class: `chip ${chip(state)}` }, named("canarystate", state)), ` ${t("canary.trial", { version, champion, mode: named("mode", mode), share: percent(share) })}`), stop),
    why(state),
    h("p", { class: "muted small" }, t(ended_at ? "canary.was" : "canary.is", { by, when: ago(started_at), ended: ended_at ? ago(ended_at) : "" })),
    ...stage(t("canary.shared"), report.shared),
    ...stage(t("canary.shadow"), report.shadow),
  );
}

/** Why a trial ends or has ended. @param {string} state */
function why(state) {
  const end = { promoting: "promoted", withdrawing: "rolled_back", stopping: "stopped" }[state] ?? state;
  const reason = named("canarywhy", end);
  return reason === end ? null : h("p", {}, reason);
}

/** @param {string} state */
function chip(state) {
  return { running: "running", promoted: "accept", rolled_back: "failed" }[state] ?? "";
}

/** How much both versions have read, the evidence against the challenger, and what it comes from. @param {string} title @param {Stage} one */
function stage(title, one) {
  if (!one.challenger && !one.champion) return [];
  const share = Math.max(0, Math.min(1, Math.log(Math.max(1, one.evidence)) / Math.log(one.limit)));
  const bar = h("progress", { value: share, max: 1, "aria-label": t("canary.evidence") });
  const heads = [t("canary.measured"), t("gate.champion"), t("gate.challenger"), t("canary.evidence")];
  const rows = one.measurements.map((each) => h("tr", {}, h("th", { scope: "row" }, named("measured", each.measurement)), [percent(each.champion, 1), percent(each.challenger, 1), number(each.evidence, 2)].map((cell) => h("td", { class: "number" }, cell))));
  return [
    h("h3", {}, title),
    h("p", {}, t("canary.read", { champion: number(one.champion), challenger: number(one.challenger) })),
    h("div", { class: "row middle" }, bar, h("span", {}, t("canary.against", { evidence: number(one.evidence, 2), limit: number(one.limit, 1) }))),
    rows.length ? grid(title, [heads.map((head, place) => h("th", { scope: "col", class: place ? "number" : "" }, head))], rows) : null,
  ].filter((part) => part !== null);
}

/** @param {Canary} canary */
async function end({ model, version, champion }) {
  if (!(await confirm(t("canary.stop"), t("canary.stops", { version, champion }), t("canary.stop"), { danger: true }))) return;
  await stopCanary(model);
  done(t("canary.stopped"));
}

/** @param {Model} model @param {number[]} versions */
function starting({ name, deployment }, versions) {
  const version = select(versions.map((one) => [String(one), String(one)]));
  const mode = select([["canary", t("mode.canary")], ["shadow", t("mode.shadow")]]);
  const share = input({ type: "number", min: LEAST, max: MOST, value: USUAL, required: true });
  const about = h("p", { class: "hint" });
  const look = () => {
    fill(about, t(mode.value === "canary" ? "canary.answers" : "canary.reads"));
    share.max = String(mode.value === "canary" ? MOST : 100);
  };
  mode.addEventListener("change", look);
  look();
  const send = async () => {
    const wanted = { version: Number(version.value), mode: mode.value, share: Number(share.value) / 100 };
    const what = t(mode.value === "canary" ? "canary.starts" : "canary.shadows", { ...wanted, champion: deployment?.champion ?? "", share: percent(wanted.share) });
    if (!(await confirm(t("canary.start"), what, t("canary.start")))) return;
    await startCanary(name, wanted, crypto.randomUUID());
    done(t("canary.started"));
  };
  const fields = h("div", { class: "thirds" }, field(t("models.version"), version), field(t("canary.mode"), mode), field(t("canary.share"), share));
  return h("details", {}, h("summary", {}, t("canary.start")), form(t("canary.start"), send, fields, about));
}
