/** Light or dark: as the system says, unless the person says otherwise. */

const KEY = "longhand.theme";

/** @typedef {"system" | "light" | "dark"} Theme */

/** What was chosen. @returns {Theme} */
export function chosenTheme() {
  return /** @type {Theme} */ (localStorage.getItem(KEY) ?? "system");
}

/** @param {Theme} theme */
export function chooseTheme(theme) {
  localStorage.setItem(KEY, theme);
  applyTheme();
}

/** Show what was chosen, now and when the system changes between light and dark. */
export function startTheme() {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
  applyTheme();
}

/** It says `longhand:theme` to what paints its colours itself. */
function applyTheme() {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event("longhand:theme"));
}
