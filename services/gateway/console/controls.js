/** Labelled controls, and what they do while they work. */

import { fill, h } from "./build.js";
import { notice } from "./elements/notice.js";
import { t } from "./words.js";

let fields = 0;

/**
 * A control under its label, with a sentence about it where there is one.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [about]
 */
export function field(label, control, about) {
  const id = control.id || `field-${++fields}`;
  control.id = id;
  if (about) control.setAttribute("aria-describedby", `${id}-about`);
  const hint = about ? h("span", { class: "hint", id: `${id}-about` }, about) : null;
  return h("div", { class: "field" }, h("label", { for: id }, label), control, hint);
}

/** A choice. @param {(readonly [string, string])[]} options value and text @param {string} [chosen] */
export function select(options, chosen = "") {
  const items = options.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
  return h("select", {}, items);
}

/** @param {import("./build.js").Attributes} [attributes] */
export function input(attributes = {}) {
  return h("input", { type: "text", autocomplete: "off", ...attributes });
}

/** A box to tick, with its label. @param {string} label @param {boolean} [checked] */
export function tick(label, checked = false) {
  const box = h("input", { type: "checkbox", checked });
  return { box, shown: h("label", { class: "tick" }, box, h("span", {}, label)) };
}

/**
 * A few choices beside each other, of which one holds.
 * @param {string} label
 * @param {(readonly [string, string])[]} options
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
export function segments(label, options, chosen, choose) {
  const name = `segments-${++fields}`;
  const items = options.map(([value, text]) => {
    const radio = h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => choose(value) });
    return h("label", {}, radio, h("span", {}, text));
  });
  return h("fieldset", { class: "segments" }, h("legend", {}, label), h("div", {}, items));
}

/**
 * A button that waits for what it does, and cannot be pressed twice meanwhile; what goes wrong is shown beside it.
 * @param {string} text
 * @param {() => Promise<unknown> | unknown} act
 * @param {import("./build.js").Attributes} [attributes]
 */
export function button(text, act, attributes = {}) {
  const one = h("button", { type: "button", ...attributes }, text);
  one.addEventListener("click", () => working(one, act, (error) => one.after(error)));
  return one;
}

/**
 * A form: its fields, the button that sends it, and what came of it.
 * @param {string} text of the button
 * @param {() => Promise<string | void>} send answers a sentence about what was done
 * @param {...import("./build.js").Child} children
 */
export function form(text, send, ...children) {
  const submit = h("button", { type: "submit", class: "primary" }, text);
  const result = h("div", { class: "result", role: "status" });
  const whole = h("form", {}, ...children, h("div", { class: "row" }, submit), result);
  whole.addEventListener("submit", (event) => {
    event.preventDefault();
    fill(result);
    working(submit, async () => {
      const done = await send();
      if (done) fill(result, h("p", { class: "done" }, done));
    }, (error) => fill(result, error));
  });
  return whole;
}

/** @param {HTMLButtonElement} one @param {() => unknown} act @param {(error: HTMLElement) => void} fail */
async function working(one, act, fail) {
  if (one.getAttribute("aria-disabled") === "true") return;
  one.parentElement?.querySelector(":scope > .notice.error")?.remove();
  one.setAttribute("aria-disabled", "true");
  try {
    await act();
  } catch (error) {
    fail(notice(error));
  } finally {
    one.removeAttribute("aria-disabled");
  }
}

/**
 * Ask before something happens that is not easily undone.
 * @param {string} title
 * @param {string} what will happen
 * @param {string} yes the word on the button that does it
 * @param {{danger?: boolean, further?: HTMLElement, no?: string}} [how] `further` is a choice that goes with it, `no` the
 *   word on the button that leaves all as it is
 * @returns {Promise<boolean>}
 */
export function confirm(title, what, yes, { danger = false, further, no = t("do.cancel") } = {}) {
  const box = h("dialog", { class: "confirm", "aria-labelledby": "confirm-title" });
  return new Promise((resolve) => {
    const close = (/** @type {boolean} */ answer) => {
      box.close();
      resolve(answer);
    };
    const keep = h("button", { type: "button", onclick: () => close(false) }, no);
    const go = h("button", { type: "button", class: danger ? "danger" : "primary", onclick: () => close(true) }, yes);
    const ends = h("div", { class: "row end" }, keep, go);
    fill(box, h("h2", { id: "confirm-title" }, title), h("p", {}, what), further, ends);
    box.addEventListener("close", () => {
      resolve(false);
      box.remove();
    });
    document.body.append(box);
    box.showModal();
    keep.focus();
  });
}
