/** The person's own account: password, sessions, and keys for programs. */

import { addKey, changePassword, closeSession, deleteKey, downloadData, listKeys, listSessions } from "../api.js";
import { fill, h } from "../build.js";
import { button, confirm, field, form, input, tick } from "../controls.js";
import { empty } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { download } from "../exports.js";
import { link } from "../router.js";
import { may, person, signOut } from "../session.js";
import { eraseOwn } from "../users/erasing.js";
import { newPasswordTwice } from "../users/password.js";
import { scopeName, scopeNames } from "../users/scopes.js";
import { ago, moment, named, t } from "../words.js";

const USUAL = ["predict", "read"];
const SCOPES = [...USUAL, "correct"];
const ADMIN_SCOPES = ["admin:read", "admin:jobs", "admin:lexicons", "admin:models", "admin:users"];

/** @param {import("../router.js").Visit} visit @returns {HTMLElement} */
export function show({ signal }) {
  const [who, open] = [person(), sessions()];
  return h(
    "section",
    { class: "page account" },
    h("h1", {}, t("page.account")),
    h("p", { class: "lead" }, t("account.who", { name: who?.name ?? "", role: named("role", who?.role ?? "") })),
    h("p", {}, h("a", { href: link("mine") }, t("account.mine"))),
    h("div", { class: "halves" }, card(t("account.password"), password(() => open.again())), card(t("account.newkey"), newKey())),
    card(t("account.sessions"), open),
    card(t("account.keys"), keys()),
    card(t("account.data"), ...data(who?.name ?? "", signal)),
  );
}

/** All that is kept of the person, to take away and to erase. @param {string} name @param {AbortSignal} left */
function data(name, left) {
  const save = async () => download(await downloadData(), `longhand-${name}.zip`);
  const take = button(t("account.take"), save, { class: "small" });
  const [erase, state] = eraseOwn(name, left);
  return [h("p", { class: "muted" }, t("account.holds")), h("div", { class: "row" }, take, erase), state];
}

/** @param {string} title @param {...Node} children */
function card(title, ...children) {
  return h("div", { class: "card" }, h("h2", {}, title), ...children);
}

/** @param {() => void} changed when it is another one, and other sessions have ended */
function password(changed) {
  const current = input({ type: "password", autocomplete: "current-password", required: true });
  const next = newPasswordTwice(t("account.next"));
  return form(t("account.change"), async () => {
    await changePassword(current.value, next.control.value);
    current.value = "";
    next.clear();
    changed();
    return t("account.changed");
  }, field(t("account.current"), current), next.shown);
}

function newKey() {
  const label = input({ required: true, maxlength: "100" });
  const days = input({ type: "number", min: "1", max: "730", value: "90" });
  const all = [...SCOPES, ...(may("admin") ? ADMIN_SCOPES : [])];
  const scopes = all.map((scope) => ({ scope, ...tick(scopeName(scope), USUAL.includes(scope)) }));
  const made = h("div", { role: "status" });
  const whole = form(t("account.make"), async () => {
    const chosen = scopes.filter((one) => one.box.checked).map((one) => one.scope);
    const { key } = await addKey({ label: label.value, days: Number(days.value), scopes: chosen });
    fill(made, h("p", {}, t("account.once")), h("code", { class: "key" }, key), button(t("do.copy"), () => navigator.clipboard.writeText(key)));
    dispatchEvent(new Event("longhand:keys"));
  }, field(t("account.label"), label), field(t("account.days"), days), h("fieldset", { class: "scopes" }, h("legend", {}, t("account.scopes")), ...scopes.map((one) => one.shown)));
  return h("div", {}, whole, made);
}

function sessions() {
  return table({
    title: t("account.sessions"),
    page: (cursor) => listSessions({ cursor, limit: 20 }),
    empty: () => empty(t("account.nosessions"), ""),
    columns: [
      { title: t("account.address"), cell: (one) => [one.address ?? "", one.current && h("span", { class: "chip running" }, t("account.here"))] },
      { title: t("account.opened"), cell: (one) => moment(one.opened_at) },
      { title: t("account.used"), cell: (one) => ago(one.used_at) },
      { title: "", kind: "actions", cell: (one, again) => button(t("account.end"), () => endSession(one, again), { class: "small" }) },
    ],
  });
}

/** @param {import("../types.js").OpenSession} one @param {() => void} again */
async function endSession(one, again) {
  if (one.current) return signOut();
  await closeSession(one.id);
  again();
}

function keys() {
  const list = table({
    title: t("account.keys"),
    page: async () => ({ items: await listKeys() }),
    empty: () => empty(t("account.nokeys"), t("account.keysare")),
    columns: [
      { title: t("account.label"), cell: (/** @type {import("../types.js").ApiKey} */ one) => one.label },
      { title: t("account.scopes"), cell: (one) => scopeNames(one.scopes) },
      { title: t("account.expires"), cell: (one) => moment(one.expires_at) },
      { title: t("account.used"), cell: (one) => (one.last_used_at ? ago(one.last_used_at) : t("account.never")) },
      { title: "", kind: "actions", cell: (one, again) => button(t("do.delete"), () => remove(one, again), { class: "small" }) },
    ],
  });
  addEventListener("longhand:keys", () => list.isConnected && list.again());
  return list;
}

/** @param {import("../types.js").ApiKey} one @param {() => void} again */
async function remove(one, again) {
  if (!(await confirm(t("account.deletekey"), t("account.deletes", { label: one.label }), t("do.delete"), { danger: true }))) return;
  await deleteKey(one.id);
  again();
}
