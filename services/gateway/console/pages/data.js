/** Data: dataset versions and what is in them, taking more in, and lists of texts. */

import { listDatasets } from "../api.js";
import { h } from "../build.js";
import { lexicons } from "../data/lexicons.js";
import { takingCard } from "../data/taking.js";
import { datasetPage } from "../data/version.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { link } from "../router.js";
import { ago, number, t } from "../words.js";

/** @typedef {import("../types.js").DatasetVersion} Dataset */

/** @param {import("../router.js").Visit} visit */
export function show({ rest, signal }) {
  return rest[0] ? datasetPage(rest[0]) : all(signal);
}

/** @param {AbortSignal} signal */
function all(signal) {
  return h("section", { class: "page data" }, h("h1", {}, t("page.data")), h("h2", {}, t("data.sets")), datasets(), takingCard(signal), h("h2", {}, t("data.lexicons")), ...lexicons());
}

function datasets() {
  return table({
    title: t("data.sets"),
    page: (cursor) => listDatasets({ cursor, limit: 30 }),
    empty: () => empty(t("data.none"), t("data.first")),
    columns: [
      { title: t("data.name"), cell: (/** @type {Dataset} */ one) => [h("a", { href: link("data", one.version) }, one.name), one.private && h("span", { class: "chip" }, t("data.private"))] },
      { title: t("data.version"), cell: (one) => h("code", {}, one.version.slice(0, 12)) },
      { title: t("data.pictures"), kind: "number", cell: (one) => number(one.pictures) },
      { title: t("data.frozen"), cell: (one) => ago(one.created_at) },
    ],
  });
}
