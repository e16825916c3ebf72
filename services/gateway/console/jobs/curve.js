/** The loss by epoch: as a job reports it, and of the epochs before, as its log has them. */

import { h } from "../build.js";
import { chart } from "../elements/chart.js";
import { named, t } from "../words.js";

const LINE = /^(?=.*\bepoch (\d+)\b).*$/gm;
const LOSSES = ["loss", "val_loss"];

/** A card that is hidden until there is a line to draw. @param {import("../elements/job.js").JobState} state */
export function lossCurve(state) {
  /** @type {Map<string, Map<number, number>>} */
  const seen = new Map();
  const shown = chart();
  const card = h("div", { class: "card", hidden: true }, h("h2", {}, t("jobs.curve")), shown);
  const take = (/** @type {number} */ epoch, /** @type {Record<string, unknown>} */ values) => {
    for (const name of LOSSES) {
      const value = values[name];
      if (typeof value === "number" && Number.isFinite(value)) seen.set(name, (seen.get(name) ?? new Map()).set(epoch, value));
    }
  };
  const draw = () => {
    const lines = [...seen].map(([label, points]) => ({ label: named("fact", label), points: [...points].sort((a, b) => a[0] - b[0]) }));
    card.hidden = !lines.some((line) => line.points.length > 1);
    if (!card.hidden) shown.lines(lines, t("jobs.curve"));
  };
  const report = () => {
    const { epoch, ...values } = state.job?.progress ?? {};
    if (typeof epoch !== "number") return;
    take(epoch, values);
    draw();
  };
  for (const name of ["state", "progress"]) state.addEventListener(name, report);
  const read = (/** @type {string} */ text) => {
    for (const [line, epoch] of text.matchAll(LINE)) take(Number(epoch), Object.fromEntries(LOSSES.map((name) => [name, valueIn(line, name)])));
    draw();
  };
  return { card, read };
}

/** @param {string} line `epoch 3  loss 0.31` @param {string} name */
function valueIn(line, name) {
  const found = new RegExp(`(?:^|\\s)${name} (\\S+)`).exec(line);
  return found ? Number(found[1]) : undefined;
}
