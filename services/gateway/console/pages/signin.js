/** Signing in; on the demonstration its accounts are buttons. */

import { showIndex } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, form, input } from "../controls.js";
import { notice } from "../elements/notice.js";
import { Problem } from "../request.js";
import { signIn } from "../session.js";
import { named, t } from "../words.js";

/** @returns {Promise<HTMLElement>} */
export async function show() {
  const { demonstration } = await showIndex();
  return h(
    "section",
    { class: "page signin" },
    h("h1", {}, t("signin.title")),
    h("p", { class: "lead" }, t("signin.lead")),
    demonstration.length ? accounts(demonstration) : null,
    byPassword(demonstration.length > 0),
  );
}

/** @typedef {import("../types.js").DemonstrationAccount} Account */

/** @param {Account[]} demonstration */
function accounts(demonstration) {
  const wrong = h("div", { class: "result" });
  const enter = async (/** @type {Account} */ one) => {
    fill(wrong);
    await signIn(one.name, one.password).catch((error) => fill(wrong, refused(error, one.name)));
  };
  const buttons = demonstration.map((one) => {
    const press = button(one.name, () => enter(one), { class: "primary" });
    return h("li", {}, press, h("span", { class: "hint" }, named("may", one.role)));
  });
  const lead = h("p", { class: "muted" }, t("signin.local"));
  const list = h("ul", { class: "accounts" }, buttons);
  return h("div", { class: "card" }, h("h2", {}, t("signin.demonstration")), lead, list, wrong);
}

/**
 * Why an account of the demonstration does not open: people change passwords there too.
 * @param {unknown} error
 * @param {string} name
 */
function refused(error, name) {
  if (!(error instanceof Problem && error.code === "wrong_password")) return notice(error);
  return h("div", { class: "notice error", role: "alert" }, h("p", {}, t("signin.changed", { name })));
}

/** @param {boolean} second whether it stands below the demonstration's accounts */
function byPassword(second) {
  const name = input({ autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false" });
  const password = input({ type: "password", autocomplete: "current-password", required: true });
  const fields = [field(t("signin.name"), name), field(t("signin.password"), password)];
  const enter = () => signIn(name.value.trim().toLowerCase(), password.value); // names are small letters by rule
  const whole = form(t("signin.do"), enter, ...fields);
  return h("div", { class: "card" }, h("h2", {}, t(second ? "signin.other" : "signin.account")), whole);
}
