/** The audit log: who did what, to what, and when. */

import { listAudit } from "../api.js";
import { h } from "../build.js";
import { field, input } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { moment, t } from "../words.js";

/** @typedef {import("../types.js").AuditEntry} Entry */

const TYPING_MS = 300;
const NAMES = /** @type {const} */ (["by", "action", "subject"]);

/** @returns {HTMLElement} */
export function show() {
  const named = NAMES.map((name) => ({ name, offered: h("datalist", { id: `audit-${name}` }), control: input({ type: "search", list: `audit-${name}` }), label: t(`audit.${name}`) }));
  const times = [{ name: "since", control: input({ type: "date" }), label: t("history.since") }, { name: "until", control: input({ type: "date" }), label: t("audit.until") }];
  const controls = [...named, ...times];
  const list = table({
    title: t("page.audit"),
    page: async (cursor) => {
      const page = await listAudit({ cursor, limit: 50, ...Object.fromEntries(controls.map(({ name, control }) => [name, control.value.trim()])) });
      for (const { name, offered } of named) offer(offered, page.items.map((one) => one[name]));
      return page;
    },
    empty: () => empty(t("history.nothing"), t("history.less")),
    endless: true,
    columns: [
      { title: t("history.when"), kind: "when", cell: (/** @type {Entry} */ one) => moment(one.at) },
      { title: t("audit.by"), cell: (one) => one.by },
      { title: t("audit.action"), cell: (one) => h("code", {}, one.action) },
      { title: t("audit.subject"), cell: (one) => one.subject },
      { title: t("audit.detail"), cell: (one) => one.detail },
    ],
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const bar = h("div", { class: "choices", role: "search" }, ...controls.map(({ label, control }) => field(label, control)), ...named.map(({ offered }) => offered));
  bar.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => list.again(), TYPING_MS);
  });
  return h("section", { class: "page" }, h("h1", {}, t("page.audit")), h("p", { class: "lead" }, t("audit.lead")), bar, h("p", { class: "hint" }, t("audit.exact")), list);
}

/** Names that were seen, to choose from: only a whole one is found. @param {HTMLDataListElement} list @param {string[]} names */
function offer(list, names) {
  const known = new Set([...list.options].map(({ value }) => value));
  list.append(...[...new Set(names)].filter((name) => name && !known.has(name)).map((value) => h("option", { value })));
}
