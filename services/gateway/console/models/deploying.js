/** Which version serves everybody: promote one, by the gate or for a reason, and roll back. */

import { askGate } from "../administration.js";
import { promote, rollBack } from "../api.js";
import { fill, h } from "../build.js";
import { button, confirm, field, form } from "../controls.js";
import { link } from "../router.js";
import { say } from "../shell.js";
import { t } from "../words.js";

/** @typedef {import("../types.js").Model} Model */
/** @typedef {import("../types.js").GateDecision} Decision */

/**
 * Let a version serve everybody. One that did not pass the gate beside the champion can be sent there, or is promoted
 * for a reason.
 * @param {Model} model
 * @param {number} version
 * @param {Decision[]} decisions those of the model, newest first
 */
export async function raise({ name, deployment }, version, decisions) {
  const champion = deployment?.champion;
  const decided = decisions.find((one) => one.version === version);
  const passed = decided?.passed && decided.champion === champion;
  if (champion !== undefined && !passed) return pass(name, version, champion, decided);
  const what = champion === undefined ? t("models.firstserves", { name, version }) : t("models.promotes", { name, version, champion });
  if (!(await confirm(t("models.promote"), [what, passed && decided.summary].filter(Boolean).join(" "), t("models.promote")))) return;
  await promote(name, { version });
  done(t("models.promoted", { name, version }));
}

/** Withdraw the challenger, or let the champion before serve again. @param {Model} model */
export async function lower({ name, deployment }) {
  if (!deployment) return;
  const { champion, challenger, previous } = deployment;
  const what = challenger ? t("models.withdraws", { name, champion, challenger }) : t("models.rollsback", { name, champion, previous: previous.at(-1) ?? "" });
  if (!(await confirm(t("models.rollback"), what, t("models.rollback"), { danger: true }))) return;
  const change = await rollBack(name);
  done(t("models.promoted", { name, version: change.champion }));
}

/** Send a version to the gate; the page of the job follows it. @param {string} name @param {number} version */
export async function send(name, version) {
  const job = await askGate(name, version, crypto.randomUUID());
  location.hash = link("jobs", job.id);
}

/**
 * What can be done with a version that the gate has not let through.
 * @param {string} name
 * @param {number} version
 * @param {number} champion
 * @param {Decision} [decided]
 */
function pass(name, version, champion, decided) {
  const box = h("dialog", { "aria-labelledby": "pass-title" });
  const reason = h("textarea", { required: true, minlength: "3", maxlength: "500", rows: "3" });
  const why = !decided ? t("gate.never", { version }) : decided.passed ? t("gate.outdated", { version, before: decided.champion, champion }) : `${t("gate.refused", { version })} ${decided.summary}`;
  const nevertheless = async () => {
    await promote(name, { version, reason: reason.value });
    box.close();
    done(t("models.promoted", { name, version }));
  };
  const ask = async () => {
    await send(name, version);
    box.close();
  };
  fill(
    box,
    h("h2", { id: "pass-title" }, t("gate.pass", { version })),
    h("p", {}, why),
    h("div", { class: "row" }, button(t("gate.ask"), ask, { class: "primary" }), button(t("do.cancel"), () => box.close())),
    h("details", {}, h("summary", {}, t("gate.nevertheless")), h("p", {}, t("models.promotes", { name, version, champion })), form(t("gate.promote"), nevertheless, field(t("gate.reason"), reason, t("gate.audited")))),
  );
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

/** Say what was done, and show the page anew. @param {string} said */
export function done(said) {
  say(said);
  dispatchEvent(new Event("hashchange"));
}
