/** The audit log: who did what, to what, and when. */

import { listAudit, listUsers } from "../api.js";
import { h } from "../build.js";
import { field, input, select } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { moment, named, t } from "../words.js";

/** @typedef {import("../types.js").AuditEntry} Entry */

const TYPING_MS = 300;
/** All that is noted. */
const ACTIONS = [
  "data.erased", "gate.asked", "job.cancelled", "job.submitted", "key.created", "key.deleted", "lexicon.deleted",
  "lexicon.put", "model.assigned", "model.canary-stopped", "model.challenged", "model.forgotten", "model.promoted",
  "model.rolled-back", "password.changed", "session.closed", "session.left", "session.opened", "session.refused",
  "session.stolen", "user.changed", "user.created", "user.deleted",
];

/** @returns {HTMLElement} */
export function show() {
  const people = choosing("by");
  const subjects = choosing("subject");
  const controls = [
    { name: "by", control: people.control, label: t("audit.by") },
    { name: "action", control: select([["", t("history.any")], ...actions()]), label: t("audit.action") },
    { name: "subject", control: subjects.control, label: t("audit.subject") },
    { name: "since", control: input({ type: "date" }), label: t("history.since") },
    { name: "until", control: input({ type: "date" }), label: t("audit.until") },
  ];
  const know = (/** @type {string[]} */ names) => [people, subjects].forEach((one) => one.offer(names));
  listUsers({ limit: 100 }).then(({ items }) => know(items.map(({ name }) => name)), () => {}); // others can be typed
  const list = table({
    title: t("page.audit"),
    page: async (cursor) => {
      const page = await listAudit({ cursor, limit: 50, ...Object.fromEntries(controls.map(({ name, control }) => [name, control.value.trim()])) });
      people.offer(page.items.map((one) => one.by));
      subjects.offer(page.items.map((one) => one.subject));
      return page;
    },
    empty: () => empty(t("history.nothing"), `${t("history.less")} ${t("audit.exact")}`),
    endless: true,
    columns: [
      { title: t("history.when"), kind: "when", cell: (/** @type {Entry} */ one) => moment(one.at) },
      { title: t("audit.by"), cell: (one) => one.by },
      { title: t("audit.action"), cell: ({ action }) => [named("action", action), " ", h("code", { class: "muted" }, action)] },
      { title: t("audit.subject"), cell: (one) => one.subject },
      { title: t("audit.detail"), cell: (one) => h("span", { lang: "en" }, one.detail) },
    ],
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const fields = controls.map(({ label, control }) => field(label, control));
  const bar = h("div", { class: "choices", role: "search" }, fields, people.offered, subjects.offered);
  bar.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => list.again(), TYPING_MS);
  });
  return h("section", { class: "page" }, h("h1", {}, t("page.audit")), h("p", { class: "lead" }, t("audit.lead")), bar, h("p", { class: "hint" }, t("audit.exact")), list);
}

/** What can have been done, by its words. @returns {[string, string][]} */
function actions() {
  const all = ACTIONS.map((action) => /** @type {[string, string]} */ ([action, named("action", action)]));
  return all.sort(([, one], [, other]) => one.localeCompare(other));
}

/** A field for a name, with those that are known to choose from: only a whole one is found. @param {string} name */
function choosing(name) {
  const offered = h("datalist", { id: `audit-${name}` });
  const control = input({ type: "search", list: offered.id, placeholder: t("audit.whole") });
  const offer = (/** @type {string[]} */ names) => {
    const known = new Set([...offered.options].map(({ value }) => value));
    const further = [...new Set(names)].filter((one) => one && !known.has(one));
    offered.append(...further.map((value) => h("option", { value })));
  };
  return { control, offered, offer };
}
