/** The form that starts a training: recipe, model, what to begin with, further data, and the recipe's parameters. */

import { showRecipe } from "../administration.js";
import { listDatasets, listModels, train } from "../api.js";
import { fill, h } from "../build.js";
import { field, form, select } from "../controls.js";
import { notice } from "../elements/notice.js";
import { link } from "../router.js";
import { number, t } from "../words.js";
import { parameterFields } from "./recipe.js";

/** @typedef {import("../types.js").RecipeDescription} Recipe */

/** @param {string} from a version to begin with, `text/3`, or nothing */
export async function trainingPage(from) {
  const [models, datasets, first] = await Promise.all([listModels({ limit: 100 }), listDatasets({ limit: 100 }), showRecipe("starter")]);
  const recipe = select([["starter", t("jobs.starter")], ["full", t("jobs.full")]]);
  const versions = models.items.flatMap((one) => one.versions.map(({ version }) => `${one.name}/${version}`));
  const data = datasets.items.map(({ version, name, pictures }) => choice(version, name, pictures));
  const shown = h("div", { class: "stack" });
  /** @type {() => Record<string, unknown>} */
  let asked = () => ({});
  const draw = (/** @type {Recipe} */ known, /** @type {string} */ wanted) => {
    const model = select(known.models.map((one) => [one.model, one.model]), wanted);
    const begin = h("div");
    const parameters = h("div", { class: "stack" });
    const sets = h("p", { class: "hint" });
    const look = () => {
      const made = known.models.find((one) => one.model === model.value) ?? known.models[0];
      const { shown: fields, changed } = parameterFields(made.parameters);
      const start = select([["", t("jobs.scratch")], ...versions.filter((one) => one.startsWith(`${made.model}/`)).map((one) => /** @type {[string, string]} */ ([one, one]))], from);
      fill(begin, field(t("jobs.begin"), start));
      fill(sets, t("jobs.sets", { sets: made.sets.join(", ") }));
      fill(parameters, fields);
      asked = () => ({ model: made.model, params: changed(), ...(start.value ? { start_from: start.value } : {}) });
    };
    model.addEventListener("change", look);
    look();
    fill(shown, h("div", { class: "thirds" }, field(t("jobs.model"), model), begin), sets, h("h2", {}, t("jobs.params")), h("p", { class: "hint" }, t("jobs.paramshow")), parameters);
  };
  recipe.addEventListener("change", async () => {
    try {
      draw(await showRecipe(recipe.value), String(asked().model ?? ""));
    } catch (error) {
      fill(shown, notice(error));
    }
  });
  draw(first, from.split("/")[0] || "text");
  const send = async () => {
    const chosen = data.filter(({ box }) => box.checked).map(({ box }) => box.value);
    const job = await train({ recipe: recipe.value, datasets: chosen, ...asked() }, crypto.randomUUID());
    location.hash = link("jobs", job.id);
  };
  const further = data.length ? h("fieldset", { class: "ticks" }, h("legend", {}, t("jobs.data")), data.map(({ shown }) => shown)) : null;
  const fields = [h("div", { class: "thirds" }, field(t("jobs.recipe"), recipe)), shown, further];
  return h("section", { class: "page training" }, h("p", {}, h("a", { href: link("jobs") }, t("jobs.back"))), h("h1", {}, t("jobs.train")), h("p", { class: "lead" }, t("jobs.trainlead")), h("div", { class: "card" }, form(t("jobs.start"), send, ...fields)));
}

/** A dataset version to tick. @param {string} version @param {string} name @param {number} pictures */
function choice(version, name, pictures) {
  const box = h("input", { type: "checkbox", value: version });
  return { box, shown: h("label", { class: "tick" }, box, h("span", {}, `${name} · ${version.slice(0, 8)} · ${t("data.count", { count: number(pictures) })}`)) };
}
