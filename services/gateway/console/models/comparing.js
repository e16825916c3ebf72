/** Two versions of a model beside each other. */

import { fill, h } from "../build.js";
import { field, select } from "../controls.js";
import { t } from "../words.js";
import { figures } from "./figures.js";

/** @typedef {import("../types.js").ModelVersion} Version */

/** The champion and the newest other version, until others are chosen. @param {import("../types.js").Model} model */
export function comparison({ versions, deployment }) {
  const options = versions.map(({ version }) => /** @type {[string, string]} */ ([String(version), String(version)]));
  const champion = String(deployment?.champion ?? options[1][0]);
  const controls = [select(options, champion), select(options, options.find(([version]) => version !== champion)?.[0])];
  const shown = h("div", { class: "stack" });
  const look = () => fill(shown, figures(controls.map(({ value }) => [t("models.number", { version: value }), /** @type {Version} */ (versions.find(({ version }) => String(version) === value))])));
  for (const control of controls) control.addEventListener("change", look);
  look();
  const choices = h("div", { class: "choices" }, field(t("models.one"), controls[0]), field(t("models.other"), controls[1]));
  return h("div", { class: "card" }, h("h2", {}, t("models.compare")), choices, h("p", { class: "hint" }, t("models.bold")), shown);
}
