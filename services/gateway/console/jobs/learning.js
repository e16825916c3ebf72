/** What the models would learn from now, how to have it gathered, and how far they are with what was gathered before. */

import { gather, listLearning, previewLearning } from "../administration.js";
import { h } from "../build.js";
import { button, confirm } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { link } from "../router.js";
import { ago, named, number, t } from "../words.js";

/** @typedef {import("../types.js").Upcoming} Upcoming */
/** @typedef {import("../types.js").Learning} Learning */

export async function learningCard() {
  const upcoming = await previewLearning();
  const some = upcoming.some(({ corrections }) => corrections > 0);
  const go = some ? button(t("learning.gather"), begin, { class: "small" }) : null;
  return h(
    "div",
    { class: "card" },
    h("h2", {}, t("learning.next")),
    h("ul", { class: "plain" }, upcoming.map(line)),
    h("div", { class: "row middle" }, h("p", { class: "muted" }, t(some ? "learning.itself" : "learning.nothing")), go),
    h("details", {}, h("summary", {}, t("learning.past")), past()),
  );
}

/** @param {Upcoming} one */
function line({ task, corrections, people, groups, models, gate, left_out, last_at, ...rest }) {
  const out = Object.entries(left_out).filter(([, count]) => count > 0).map(([why, count]) => `${named("leftout", why)}: ${number(count)}`);
  const facts = [t("learning.count", { count: number(corrections), fresh: number(rest.new), people: number(people), groups: number(groups) }), t("learning.models", { models: models.join(", ") }), t("learning.gate", { count: number(gate) }), last_at && t("learning.last", { when: ago(last_at) }), out.length && t("learning.leftout", { why: out.join(", ") })];
  return h("li", {}, h("strong", {}, named("task", task)), h("ul", { class: "small muted" }, facts.map((fact) => (fact ? h("li", {}, fact) : null))));
}

async function begin() {
  if (!(await confirm(t("learning.gather"), t("learning.gathers"), t("learning.gather")))) return;
  const job = await gather({}, crypto.randomUUID());
  location.hash = link("jobs", job.id);
}

function past() {
  return table({
    title: t("learning.past"),
    page: (cursor) => listLearning({ cursor, limit: 20 }),
    empty: () => empty(t("learning.none"), t("learning.first")),
    columns: [
      { title: t("jobs.model"), cell: (/** @type {Learning} */ one) => one.model },
      { title: t("jobs.state"), cell: (one) => h("span", { class: `chip ${chip(one.step)}` }, named("step", one.step)) },
      { title: t("learning.corrections"), kind: "number", cell: (one) => number(one.corrections) },
      { title: t("learning.reason"), cell: (one) => one.reason },
      { title: t("jobs.created"), cell: (one) => ago(one.begun_at) },
      { title: t("models.version"), cell: (one) => (one.version ? h("a", { href: link("models", one.model, String(one.version)) }, String(one.version)) : one.job ? h("a", { href: link("jobs", one.job) }, one.job) : "–") },
    ],
  });
}

/** @param {string} step */
function chip(step) {
  return { serving: "accept", approved: "accept", refused: "failed", withdrawn: "failed", failed: "failed", learning: "running", judging: "running", trying: "running" }[step] ?? "";
}
