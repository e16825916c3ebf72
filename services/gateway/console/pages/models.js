/** Models: what serves, every version with its figures and the gate's word, trials, and two versions compared. */

import { listCanaries, listGates } from "../administration.js";
import { listModels, showIndex, showModel } from "../api.js";
import { h } from "../build.js";
import { button } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { canaryCard } from "../models/canary.js";
import { comparison } from "../models/comparing.js";
import { lower, raise } from "../models/deploying.js";
import { figures } from "../models/figures.js";
import { gateMark } from "../models/gate.js";
import { versionPage } from "../models/version.js";
import { link } from "../router.js";
import { moment, named, percent, t } from "../words.js";

/** @typedef {import("../types.js").Model} Model */
/** @typedef {import("../types.js").ModelVersion} Version */
/** @typedef {import("../types.js").GateDecision} Decision */

/** @param {import("../router.js").Visit} visit */
export function show({ rest: [name, version], signal }) {
  return version ? versionPage(name, Number(version)) : name ? model(name, signal) : all();
}

async function all() {
  const [{ items }, { links }] = await Promise.all([listModels({ limit: 100 }), showIndex()]);
  const elsewhere = Object.entries(links).map(([name, href]) => h("a", { class: "button", href, target: "_blank", rel: "noopener" }, name));
  const head = h("div", { class: "row spread" }, h("h1", {}, t("page.models")), h("div", { class: "row" }, elsewhere));
  return h("section", { class: "page models" }, head, h("p", { class: "lead" }, t("models.lead")), items.length ? items.map(card) : empty(t("models.none"), t("models.first")));
}

/** @param {Model} item */
function card(item) {
  const title = h("h2", {}, h("a", { href: link("models", item.name) }, item.name));
  return h("div", { class: "card" }, h("div", { class: "row spread middle" }, title, standing(item)), key(item));
}

/** Which versions serve. @param {Model} item */
function standing({ deployment }) {
  if (!deployment) return h("span", { class: "chip" }, t("models.unserved"));
  const { champion, challenger, share, mode } = deployment;
  const challenging = challenger && h("span", { class: "chip challenger" }, t("models.challenger", { version: challenger, mode: named("mode", mode), share: percent(share) }));
  return h("div", { class: "row" }, h("span", { class: "chip champion" }, t("models.champion", { version: champion })), challenging);
}

/** The champion's figures that matter first. @param {Model} item */
function key(item) {
  const champion = item.versions.find((one) => one.champion) ?? item.versions[0];
  if (!champion) return h("p", { class: "muted" }, t("models.noversions"));
  return figures([["", champion]], (name) => /\.(exact|cer|coverage)$/.test(name));
}

/** @param {string} name @param {AbortSignal} signal */
async function model(name, signal) {
  const [item, gates, canaries] = await Promise.all([showModel(name), listGates({ model: name, limit: 100 }), listCanaries({ model: name, limit: 1 })]);
  const { deployment } = item;
  const back = deployment?.challenger || deployment?.previous.length ? button(t("models.rollback"), () => lower(item), { class: "danger" }) : null;
  const training = h("a", { class: "button", href: `${link("jobs", "new")}?from=${encodeURIComponent(`${name}/${deployment?.champion ?? ""}`)}` }, t("models.train"));
  return h(
    "section",
    { class: "page model" },
    h("p", {}, h("a", { href: link("models") }, t("models.back"))),
    h("div", { class: "row spread middle" }, h("h1", {}, name), h("div", { class: "row" }, training, back)),
    standing(item),
    versions(item, gates.items),
    canaryCard(item, canaries.items[0], signal),
    item.versions.length > 1 ? comparison(item) : null,
  );
}

/** @param {Model} item @param {Decision[]} decisions */
function versions(item, decisions) {
  const { name, deployment } = item;
  return table({
    title: t("models.versions"),
    page: async () => ({ items: item.versions }),
    empty: () => empty(t("models.noversions"), t("models.first")),
    columns: [
      { title: t("models.version"), cell: (/** @type {Version} */ one) => [h("a", { href: link("models", name, String(one.version)) }, t("models.number", { version: one.version })), mark(one, item)] },
      { title: t("models.made"), cell: (one) => moment(one.created_at) },
      { title: t("models.origin"), cell: (one) => one.tags.origin ?? one.tags.recipe ?? "–" },
      { title: t("gate.title"), cell: (one) => gateMark(decisions.find(({ version }) => version === one.version)) },
      { title: "", kind: "actions", cell: (one) => one.version !== deployment?.champion && button(t("models.promote"), () => raise(item, one.version, decisions), { class: "small", "aria-label": t("models.promoteit", { version: one.version }) }) },
    ],
  });
}

/** @param {Version} version @param {Model} item */
function mark({ version }, { deployment }) {
  if (version === deployment?.champion) return h("span", { class: "chip champion" }, t("models.serves"));
  return version === deployment?.challenger ? h("span", { class: "chip challenger" }, t("models.challenges")) : null;
}
