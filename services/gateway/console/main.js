/** The console's start: a language, a theme, a session, and then the page that the address names. */

import { fill, h } from "./build.js";
import { PAGES, place } from "./router.js";
import { may, onChange, person, resume } from "./session.js";
import { frame, mark } from "./shell.js";
import { preferred, speak, t } from "./words.js";
import { applyTheme } from "./theme.js";
import { notice } from "./elements/notice.js";

const main = h("main", { id: "main", tabindex: "-1" });
let leaving = new AbortController();
let first = true;

applyTheme();
await speak(preferred());
onChange(draw);
addEventListener("hashchange", visit);
addEventListener("longhand:words", draw);
await resume().catch(() => {}); // where the gateway is away, signing in says so
draw();

/** The whole page, for who is here now. */
function draw() {
  fill(document.body, frame(main));
  visit();
}

/** Show the page that the address names. */
async function visit() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { name, rest, query } = place();
  const page = PAGES.find((one) => one.name === name && may(one.role)) ?? PAGES[0];
  mark(page.name);
  main.setAttribute("aria-busy", "true");
  try {
    const module = await (person() ? page.load() : import("./pages/signin.js"));
    const shown = await module.show({ rest, query, signal });
    if (!signal.aborted) arrive(shown, person() ? page : { name: "signin", title: "page.signin" });
  } catch (error) {
    if (!signal.aborted) arrive(h("section", { class: "page" }, notice(error)), page);
  }
}

/** @param {HTMLElement} shown @param {{name: string, title: import("./words.js").Word}} page */
function arrive(shown, { name, title }) {
  main.removeAttribute("aria-busy");
  main.dataset.page = name;
  fill(main, shown);
  document.title = `${t(title)} · Longhand`;
  if (!first) main.focus({ preventScroll: true });
  if (!first) scrollTo(0, 0);
  first = false;
}
