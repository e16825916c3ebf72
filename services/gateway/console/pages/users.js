/** Accounts: add, change the role, switch off, reset the password, delete; and everybody's keys. */

import { addUser, changeUser, deleteKey, deleteUser, listAllKeys, listUsers } from "../api.js";
import { h } from "../build.js";
import { button, confirm, field, form, input, select } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { person } from "../session.js";
import { erase, eraseClosed, erasures } from "../users/erasing.js";
import { newPassword } from "../users/password.js";
import { scopeNames } from "../users/scopes.js";
import { ago, moment, named, t } from "../words.js";

/** @typedef {import("../types.js").User} User */
/** @typedef {import("../types.js").ApiKey} ApiKey */

/** @param {import("../router.js").Visit} visit @returns {HTMLElement} */
export function show({ signal }) {
  const erased = erasures(signal);
  const list = accounts(() => erased.again());
  return h(
    "section",
    { class: "page users" },
    h("h1", {}, t("page.users")),
    h("div", { class: "card" }, h("h2", {}, t("users.add")), adding(() => list.again())),
    list,
    h("h2", {}, t("users.keys")),
    keys(),
    h("h2", {}, t("erase.all")),
    h("div", { class: "card" }, eraseClosed(() => erased.again())),
    erased,
  );
}

/** @param {string} [chosen] */
function roles(chosen) {
  const all = ["user", "reviewer", "admin"];
  return select(all.map((role) => [role, named("role", role)]), chosen);
}

/** @param {() => void} done */
function adding(done) {
  const name = input({ required: true, pattern: "[a-z0-9][a-z0-9._\\-]{1,63}", title: t("users.name"), autocapitalize: "none", spellcheck: "false" });
  const password = newPassword(t("signin.password"));
  const role = roles("user");
  const send = async () => {
    const user = await addUser({ name: name.value, password: password.control.value, role: role.value });
    name.value = password.control.value = "";
    done();
    return t("users.added", { name: user.name });
  };
  return form(t("users.add"), send, h("div", { class: "thirds" }, field(t("signin.name"), name, t("users.name")), password.shown, field(t("users.role"), role)));
}

/** @param {() => void} erased when an erasure has begun */
function accounts(erased) {
  return table({
    title: t("page.users"),
    page: (cursor) => listUsers({ cursor, limit: 50 }),
    empty: () => empty(t("users.none"), ""),
    columns: [
      { title: t("signin.name"), cell: (/** @type {User} */ one) => [one.name, !one.active && h("span", { class: "chip failed" }, t("users.off"))] },
      { title: t("users.role"), cell: (one, again) => role(one, again) },
      { title: t("users.since"), cell: (one) => moment(one.created_at) },
      { title: "", kind: "actions", cell: (one, again) => (one.name === person()?.name ? t("users.you") : actions(one, again, erased)) },
    ],
  });
}

/** @param {User} one @param {() => void} again */
function role(one, again) {
  if (one.name === person()?.name) return named("role", one.role);
  const choice = roles(one.role);
  choice.setAttribute("aria-label", t("users.roleof", { name: one.name }));
  choice.addEventListener("change", async () => {
    const sure = await confirm(t("users.role"), t("users.rolechange", { name: one.name, role: named("role", choice.value) }), t("users.change"));
    if (sure) await changeUser(one.name, { role: choice.value });
    again();
  });
  return choice;
}

/** @param {User} one @param {() => void} again @param {() => void} erased */
function actions(one, again, erased) {
  const { name, active } = one;
  const turn = async () => {
    if (active && !(await confirm(t("users.disable"), t("users.disables", { name }), t("users.disable"), { danger: true }))) return;
    await changeUser(name, { active: !active });
    again();
  };
  const remove = async () => {
    if (!(await confirm(t("users.delete"), t("users.deletes", { name }), t("users.delete"), { danger: true }))) return;
    await deleteUser(name);
    again();
  };
  return h("div", { class: "row end" }, button(t("users.reset"), () => reset(name), { class: "small" }), button(t(active ? "users.disable" : "users.enable"), turn, { class: "small" }), button(t("erase.do"), () => erase(name, erased), { class: "small" }), button(t("do.delete"), remove, { class: "small" }));
}

/** @param {string} name */
function reset(name) {
  const password = newPassword(t("account.next"));
  const box = h("dialog", { "aria-labelledby": "reset-title" });
  const send = async () => {
    await changeUser(name, { password: password.control.value });
    box.close();
  };
  box.append(h("h2", { id: "reset-title" }, t("users.resetof", { name })), h("p", {}, t("users.resets")), form(t("users.reset"), send, password.shown), h("button", { type: "button", onclick: () => box.close() }, t("do.cancel")));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

function keys() {
  return table({
    title: t("users.keys"),
    page: (cursor) => listAllKeys({ cursor, limit: 50 }),
    empty: () => empty(t("users.nokeys"), t("users.nokeysyet")),
    columns: [
      { title: t("users.owner"), cell: (/** @type {ApiKey} */ one) => one.owner },
      { title: t("account.label"), cell: (one) => one.label },
      { title: t("account.scopes"), cell: (one) => scopeNames(one.scopes) },
      { title: t("account.used"), cell: (one) => (one.last_used_at ? ago(one.last_used_at) : t("account.never")) },
      { title: "", kind: "actions", cell: (one, again) => button(t("do.delete"), () => removeKey(one, again), { class: "small" }) },
    ],
  });
}

/** @param {ApiKey} one @param {() => void} again */
async function removeKey(one, again) {
  if (!(await confirm(t("account.deletekey"), t("account.deletes", { label: one.label }), t("do.delete"), { danger: true }))) return;
  await deleteKey(one.id);
  again();
}
