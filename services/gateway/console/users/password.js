/** A new password: its rule is said before, and checked before it is sent. */

import { h } from "../build.js";
import { field, input } from "../controls.js";
import { t } from "../words.js";

/** What the API takes, in characters. */
const [SHORTEST, LONGEST] = [12, 256];

const TYPED = { type: "password", autocomplete: "new-password", required: true };

/** A field for a new password. @param {string} label */
export function newPassword(label) {
  const control = input({ ...TYPED, minlength: SHORTEST, maxlength: LONGEST });
  control.addEventListener("input", () => control.setCustomValidity(wrong(control.value)));
  return { control, shown: field(label, control, t("account.length", { least: SHORTEST, most: LONGEST })) };
}

/** A password that is typed twice. @param {string} label */
export function newPasswordTwice(label) {
  const first = newPassword(label);
  const second = input(TYPED);
  const look = () => second.setCustomValidity(second.value === first.control.value ? "" : t("account.differs"));
  for (const one of [first.control, second]) one.addEventListener("input", look);
  const clear = () => (first.control.value = second.value = "");
  const shown = h("div", { class: "stack" }, first.shown, field(t("account.repeat"), second));
  return { control: first.control, clear, shown };
}

/** @param {string} text */
function wrong(text) {
  if (text && !text.trim()) return t("account.blank");
  return text.length < SHORTEST ? t("account.short", { count: text.length, least: SHORTEST }) : "";
}
