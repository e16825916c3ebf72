/** One version: its figures, the gate's decision, and where it came from. */

import { listGates, showCurve } from "../administration.js";
import { showModel, showVersion } from "../api.js";
import { h } from "../build.js";
import { button } from "../controls.js";
import { link } from "../router.js";
import { moment, named, number, t } from "../words.js";
import { raise } from "./deploying.js";
import { figures } from "./figures.js";
import { gateCard } from "./gate.js";
import { learnedCard } from "./learned.js";

/** @typedef {import("../types.js").TracedVersion} Version */

/** The hashes of a version's files say nothing to a person, and stand in its card. */
const HASH = /^[0-9a-f]{64}$/;

/** Tags that are shown elsewhere on the page. */
const SHOWN = new Set(["gate", "gate.summary", "started_from", "commit", "dataset_version"]);

/** @param {string} name @param {number} which */
export async function versionPage(name, which) {
  const [model, version, { items: decisions }, curve] = await Promise.all([showModel(name), showVersion(name, which), listGates({ model: name, limit: 100 }), showCurve(name, which)]);
  const serves = model.deployment?.champion === which;
  const decided = decisions.find((one) => one.version === which);
  const promote = serves ? h("span", { class: "chip champion" }, t("models.serves")) : button(t("models.promote"), () => raise(model, which, decisions), { class: "primary" });
  return h(
    "section",
    { class: "page" },
    h("p", {}, h("a", { href: link("models", name) }, t("models.all", { name }))),
    h("div", { class: "row spread middle" }, h("h1", {}, t("reading.model", { name, version: which })), promote),
    h("div", { class: "card" }, h("h2", {}, t("models.figures")), figures([["", version]])),
    await gateCard(name, which, decided, serves),
    learnedCard(name, which, curve),
    origin(version),
    h("details", { class: "card" }, h("summary", {}, t("models.card")), h("pre", { tabindex: "0" }, JSON.stringify(version.card, null, 2))),
  );
}

/** Lineage: from which version, data, commit and run, and what it has read since. @param {Version} version */
function origin(version) {
  const { tags, card, run_id, datasets, read, created_at } = version;
  const parent = tags.started_from?.match(/^(.+)\/(\d+)$/);
  const commit = tags.commit ?? card.commit;
  const facts = [
    [t("models.made"), moment(created_at)],
    parent && [t("models.parent"), h("a", { href: link("models", parent[1], parent[2]) }, t("reading.model", { name: parent[1], version: parent[2] }))],
    commit && [t("models.commit"), h("code", {}, String(commit).slice(0, 12))],
    run_id && [t("models.run"), h("code", {}, run_id)],
    read && [t("models.has"), t("models.hasread", { readings: number(read.readings), corrected: number(read.corrected) })],
    ...Object.entries(tags).filter(([tag, value]) => !SHOWN.has(tag) && !HASH.test(value)).map(([tag, value]) => [named("fact", tag), value]),
  ];
  const list = facts.flatMap((one) => (one ? [h("div", {}, h("dt", {}, one[0]), h("dd", {}, one[1]))] : []));
  const sets = datasets.length ? h("ul", { class: "plain" }, datasets.map(dataset)) : null;
  return h("div", { class: "card" }, h("h2", {}, t("models.from")), h("dl", { class: "facts-list" }, list), sets && h("h3", {}, t("models.learned")), sets);
}

/** @param {import("../types.js").DatasetUse} use */
function dataset({ version, frozen, corrections }) {
  const short = h("code", {}, version.slice(0, 12));
  if (!frozen) return h("li", {}, short, h("span", { class: "muted" }, ` ${t("models.byrecipe")}`));
  return h("li", {}, h("a", { href: link("data", version) }, short), corrections ? ` ${t("models.corrections", { count: number(corrections) })}` : "");
}
