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

/** Show what was chosen. */
export function applyTheme() {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
