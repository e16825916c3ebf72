/** How a version learned: its losses and scores by epoch, and which characters it confuses. */

import { showConfusion } from "../administration.js";
import { h } from "../build.js";
import { chart } from "../elements/chart.js";
import { picture } from "../elements/picture.js";
import { named, t } from "../words.js";

/** @typedef {import("../types.js").LearningCurve} Curve */

const LOSSES = new Set(["loss", "val_loss"]);
const OTHER = new Set(["epoch", "epochs", "seconds", "steps_per_second"]);

/** Nothing where the version was not trained here. @param {string} name @param {number} version @param {Curve} curve @returns {HTMLElement | null} */
export function learnedCard(name, version, { epochs = [], confusion }) {
  const kinds = [...new Set(epochs.flatMap((one) => Object.keys(one)))].filter((kind) => !OTHER.has(kind));
  const charts = [figure(t("jobs.curve"), epochs, kinds.filter((kind) => LOSSES.has(kind))), figure(t("learned.scores"), epochs, kinds.filter((kind) => !LOSSES.has(kind)))].filter((one) => one !== null);
  if (!charts.length && !confusion) return null;
  const matrix = confusion ? h("figure", { class: "confusion" }, h("figcaption", {}, t("learned.confusion")), picture().load((signal) => showConfusion(name, version, signal), t("learned.confusion"))) : null;
  return h("div", { class: "card" }, h("h2", {}, t("learned.title")), h("div", { class: "halves" }, charts), matrix);
}

/** @param {string} title @param {Record<string, number>[]} epochs @param {string[]} kinds @returns {HTMLElement | null} */
function figure(title, epochs, kinds) {
  const lines = kinds.map((kind) => ({ label: named("fact", kind), points: epochs.filter((one) => kind in one).map((one) => /** @type {[number, number]} */ ([one.epoch, one[kind]])) }));
  if (!lines.some(({ points }) => points.length > 1)) return null;
  return h("figure", {}, h("figcaption", {}, title), chart().lines(lines, title));
}
