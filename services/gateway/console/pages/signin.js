/** Signing in; on the demonstration its accounts are buttons. */

import { showIndex } from "../api.js";
import { h } from "../build.js";
import { button, field, form, input } from "../controls.js";
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

/** @param {import("../types.js").DemonstrationAccount[]} demonstration */
function accounts(demonstration) {
  const buttons = demonstration.map((one) =>
    h("li", {}, button(one.name, () => signIn(one.name, one.password), { class: "primary" }), h("span", { class: "hint" }, named("may", one.role))),
  );
  return h("div", { class: "card" }, h("h2", {}, t("signin.demonstration")), h("p", { class: "muted" }, t("signin.local")), h("ul", { class: "accounts" }, buttons));
}

/** @param {boolean} second whether it stands below the demonstration's accounts */
function byPassword(second) {
  const name = input({ autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false" });
  const password = input({ type: "password", autocomplete: "current-password", required: true });
  const fields = [field(t("signin.name"), name), field(t("signin.password"), password)];
  const whole = form(t("signin.do"), () => signIn(name.value, password.value), ...fields);
  return h("div", { class: "card" }, h("h2", {}, t(second ? "signin.other" : "signin.account")), whole);
}
