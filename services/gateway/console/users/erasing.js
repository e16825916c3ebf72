/** A person's data, erased: asked for by the person's name, and followed until nothing is left. */

import { eraseData, listErasures } from "../administration.js";
import { eraseOwnData, showErasure } from "../api.js";
import { fill, h } from "../build.js";
import { button, field, form, input } from "../controls.js";
import { empty, notice } from "../elements/notice.js";
import { table } from "../elements/table.js";
import { link } from "../router.js";
import { ago, moment, named, number, t } from "../words.js";

/** @typedef {import("../types.js").Erasure} Erasure */

const LOOK_MS = 2000;

/**
 * Ask for the name once more before anything is erased.
 * @param {string} name
 * @param {(erasure: Erasure) => void} begun
 * @param {() => Promise<Erasure>} [act]
 */
export function erase(name, begun, act = () => eraseData(name)) {
  const again = input({ required: true, autocapitalize: "none", spellcheck: "false" });
  const look = () => again.setCustomValidity(again.value.trim() === name ? "" : t("erase.name"));
  again.addEventListener("input", look);
  look();
  const box = h("dialog", { "aria-labelledby": "erase-title" });
  const send = async () => {
    const erasure = await act();
    box.close();
    begun(erasure);
  };
  const asked = form(t("erase.do"), send, field(t("erase.again", { name }), again));
  const go = /** @type {HTMLElement} */ (asked.querySelector("[type=submit]"));
  go.className = "danger";
  go.before(button(t("do.cancel"), () => box.close()));
  go.parentElement?.classList.add("end");
  fill(box, h("h2", { id: "erase-title" }, t("erase.of", { name })), h("p", {}, t("erase.what", { name })), asked);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

/** One's own data: what was begun is followed here. @param {string} name @param {AbortSignal} left */
export function eraseOwn(name, left) {
  const shown = h("div", { role: "status" });
  const begun = (/** @type {Erasure} */ erasure) => {
    dispatchEvent(new Event("longhand:forget"));
    fill(shown, state(erasure, left));
  };
  return [button(t("erase.own"), () => erase(name, begun, eraseOwnData), { class: "small" }), shown];
}

/** Erases the data of an account that is closed, which no list has any more. @param {() => void} begun */
export function eraseClosed(begun) {
  const pattern = "[a-z0-9][a-z0-9._\\-]{1,63}";
  const name = input({ required: true, pattern, title: t("users.name"), autocapitalize: "none", spellcheck: "false" });
  const send = async () => erase(name.value, begun);
  const whole = form(t("erase.do"), send, h("div", { class: "thirds" }, field(t("erase.account"), name)));
  return h("details", {}, h("summary", {}, t("erase.closed")), whole);
}

/** The records of what was erased, which stay. @param {AbortSignal} left */
export function erasures(left) {
  return table({
    title: t("erase.all"),
    page: (cursor) => listErasures({ cursor, limit: 30 }),
    empty: () => empty(t("erase.none"), t("erase.noneyet")),
    columns: [
      { title: t("signin.name"), cell: (/** @type {Erasure} */ one) => one.person },
      { title: t("erase.by"), cell: (one) => one.by },
      { title: t("history.when"), cell: (one) => moment(one.at) },
      { title: t("jobs.state"), cell: (one) => state(one, left) },
    ],
  });
}

/** How far it is, looked at until it has ended. @param {Erasure} first @param {AbortSignal} left */
function state(first, left) {
  const shown = h("div", { class: "stack" });
  const look = (/** @type {Erasure} */ one) => {
    fill(shown, ...facts(one));
    if (one.ended_at) return;
    setTimeout(async () => {
      if (left.aborted) return;
      try {
        look(await showErasure(one.id));
      } catch (error) {
        fill(shown, notice(error));
      }
    }, LOOK_MS);
  };
  look(first);
  return shown;
}

/** @param {Erasure} one */
function facts({ step, ended_at, held, models, jobs }) {
  const done = step === "done";
  const counts = Object.values(held ?? {}).flatMap((each) => Object.values(each));
  return [
    h("div", {}, h("span", { class: `chip ${done ? "accept" : "running"}` }, named("erasestep", step)), ended_at ? ` ${ago(ended_at)}` : ""),
    counts.length ? h("span", { class: "small muted" }, t("erase.held", { count: number(counts.reduce((sum, count) => sum + count, 0)) })) : null,
    models?.length ? h("span", { class: "small muted" }, t("erase.models", { models: models.map(({ name, version }) => `${name}/${version}`).join(", ") })) : null,
    jobs?.length ? h("span", { class: "small" }, t("erase.jobs"), jobs.flatMap((id) => [" ", h("a", { href: link("jobs", id) }, id)])) : null,
  ].filter((part) => part !== null);
}
