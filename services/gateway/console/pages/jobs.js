/** Jobs: what waits, runs and has ended; one of them, live; what is learned next; and a form to start a training. */

import { listJobs } from "../api.js";
import { h } from "../build.js";
import { button } from "../controls.js";
import { jobState } from "../elements/job.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { jobPage, took } from "../jobs/following.js";
import { learningCard } from "../jobs/learning.js";
import { trainingPage } from "../jobs/training.js";
import { link } from "../router.js";
import { ago, named, t } from "../words.js";

/** @typedef {import("../types.js").Job} Job */

/** @param {import("../router.js").Visit} visit */
export function show({ rest, query }) {
  if (rest[0] === "new") return trainingPage(query.get("from") ?? "");
  return rest[0] ? jobPage(rest[0]) : all();
}

async function all() {
  const list = table({
    title: t("page.jobs"),
    page: (cursor) => listJobs({ cursor, limit: 30 }),
    empty: () => empty(t("jobs.none"), t("jobs.first")),
    columns: [
      { title: t("jobs.job"), cell: (/** @type {Job} */ job) => h("a", { href: link("jobs", job.id) }, job.id) },
      { title: t("jobs.kind"), cell: (job) => named("kind", job.kind) },
      { title: t("jobs.state"), cell: (job) => (job.finished_at ? jobState().show(job) : jobState().follow(job)) },
      { title: t("jobs.by"), cell: (job) => job.by },
      { title: t("jobs.created"), cell: (job) => ago(job.created_at) },
      { title: t("jobs.took"), cell: (job) => took(job) },
    ],
  });
  const actions = h("div", { class: "row" }, h("a", { class: "button", href: link("jobs", "new") }, t("jobs.train")), button(t("jobs.refresh"), () => list.again()));
  return h("section", { class: "page jobs" }, h("div", { class: "row spread" }, h("h1", {}, t("page.jobs")), actions), list, await learningCard());
}
