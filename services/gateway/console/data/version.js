/** A dataset version: its licence and origin, how it is distributed, and sheets of its pictures. */

import { lookAtDataset, showDatasetPicture } from "../administration.js";
import { showDataset } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, select } from "../controls.js";
import { chart } from "../elements/chart.js";
import { notice } from "../elements/notice.js";
import { picture } from "../elements/picture.js";
import { leftOut } from "../jobs/following.js";
import { link } from "../router.js";
import { moment, named, number, t } from "../words.js";

/** @typedef {import("../types.js").DatasetVersion} Dataset */
/** @typedef {import("../types.js").DatasetLook} Look */

const [SHEET, COMMON] = [24, 12];

/** @param {string} version */
export async function datasetPage(version) {
  const dataset = await showDataset(version);
  const dropped = Object.entries(dataset.dropped);
  return h(
    "section",
    { class: "page dataset" },
    h("p", {}, h("a", { href: link("data") }, t("data.back"))),
    h("h1", {}, dataset.name),
    h("div", { class: "card" }, h("dl", { class: "facts-list" }, facts(dataset).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))),
    await sheet(dataset),
    dropped.length || dataset.unreadable.length ? h("div", { class: "card" }, h("h2", {}, t("data.dropped")), dropped.length ? h("ul", { class: "plain" }, dropped.map(([why, count]) => h("li", {}, `${named("leftout", why)}: ${number(count)}`))) : null, dataset.unreadable.length ? leftOut(dataset.unreadable) : null) : null,
  );
}

/** @param {Dataset} dataset @returns {[string, import("../build.js").Child][]} */
function facts({ version, created_at, pictures, duplicates, licence, source, ...rest }) {
  const terms = licence ? h("span", {}, `${licence.title}: ${licence.licence} (`, h("a", { href: licence.source, rel: "noopener", target: "_blank" }, new URL(licence.source).host), ")") : t(rest.private ? "data.ownlicence" : "data.nolicence");
  return [
    [t("data.version"), h("code", {}, version)],
    [t("data.licence"), terms],
    [t("data.frozen"), moment(created_at)],
    [t("data.pictures"), number(pictures)],
    [t("data.duplicates"), number(duplicates)],
    ...Object.entries(source).filter(([name]) => name !== "archive" && name !== "name").map(([name, value]) => /** @type {[string, string]} */ ([named("fact", name), typeof value === "string" ? value : JSON.stringify(value)])),
  ];
}

/** What is looked at: all of it or one part, and other pictures on request. @param {Dataset} dataset */
async function sheet({ version, splits, pictures }) {
  const parts = Object.keys(splits);
  const part = select([["", t("data.allparts")], ...parts.map((name) => /** @type {[string, string]} */ ([name, `${named("split", name)} (${number(splits[name])})`]))]);
  const shown = h("div", { class: "stack" });
  let seed = 0;
  const look = async () => {
    try {
      fill(shown, ...drawn(version, await lookAtDataset(version, { count: SHEET, split: part.value, seed })));
    } catch (error) {
      fill(shown, notice(error));
    }
  };
  part.addEventListener("change", look);
  await look();
  const others = pictures > SHEET ? button(t("data.others"), () => (seed++, look())) : null;
  return h("div", { class: "card" }, h("div", { class: "row spread" }, h("h2", {}, t("data.inside")), h("div", { class: "row" }, field(t("data.splits"), part), others)), shown);
}

/** @param {string} version @param {Look} look */
function drawn(version, { pictures, groups, sets, lengths, characters, samples }) {
  const charts = /** @type {[string, Record<string, number>][]} */ ([[t("data.lengths"), lengths], [t("data.characters"), characters], [t("data.bysets"), sets]]);
  const telling = charts.filter(([, counts]) => Object.keys(counts).length > 1);
  return [
    h("p", { class: "muted" }, counted(pictures, groups)),
    h("ul", { class: "sheet" }, samples.map((one) => h("li", {}, picture().load((signal) => showDatasetPicture(version, one.picture, signal), one.text), h("span", { class: "label" }, one.text)))),
    h("div", { class: "thirds" }, telling.map(([title, counts]) => h("figure", {}, h("figcaption", {}, title), bars(counts, title)))),
  ];
}

/** Where nobody has said who wrote, each picture is a group of its own. @param {number} pictures @param {number} groups */
function counted(pictures, groups) {
  const count = t("data.count", { count: number(pictures) });
  return groups < pictures ? `${count}; ${t("data.groups", { groups: number(groups) })}` : count;
}

/** The commonest first, as shares of all. @param {Record<string, number>} counts @param {string} title */
function bars(counts, title) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const sorted = Object.entries(counts).sort((a, b) => b[1] - a[1]).slice(0, COMMON);
  return chart().bars(sorted.map(([label, count]) => ({ label: label === " " ? "␣" : label, value: count / Math.max(1, all) })), title);
}
