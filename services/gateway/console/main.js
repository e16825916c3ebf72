/** The console's start: a language, a theme, a session, and then the page that the address names. */

import { fill, h } from "./build.js";
import { PAGES, link, open, place } from "./router.js";
import { expected, may, onChange, person, resume } from "./session.js";
import { frame, mark } from "./shell.js";
import { preferred, speak, t } from "./words.js";
import { startTheme } from "./theme.js";
import { notice } from "./elements/notice.js";

/** @typedef {import("./router.js").Entry} Entry */

const main = h("main", { id: "main", tabindex: "-1" });
let leaving = new AbortController();
let first = true;

startTheme();
if (expected()) open(wanted()).catch(() => {}); // on its way while the session is renewed
await Promise.all([speak(preferred()), resume().catch(() => {})]); // where the gateway is away, signing in says so
onChange(draw);
addEventListener("hashchange", visit);
addEventListener("longhand:words", draw);
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
  const { rest, query } = place();
  const page = may(wanted().role) ? wanted() : PAGES[0];
  mark(page.name);
  main.setAttribute("aria-busy", "true");
  try {
    const module = await (person() ? open(page) : import("./pages/signin.js"));
    const shown = await module.show({ rest, query, signal });
    if (!signal.aborted) arrive(shown, person() ? page : { name: "signin", title: "page.signin" });
  } catch (error) {
    if (!signal.aborted) arrive(broken(page, error), page);
  }
}

/** The page that the address names, whoever is here. @returns {Entry} */
function wanted() {
  return PAGES.find((one) => one.name === place().name) ?? PAGES[0];
}

/** What stands in place of a page that cannot be shown. @param {Entry} page @param {unknown} error */
function broken({ name, title, above }, error) {
  const back = above ?? (place().rest.length ? name : undefined);
  const way = PAGES.find((one) => one.name === back);
  const leads = way && h("a", { href: link(way.name) }, t("page.back", { page: t(way.title) }));
  return h("section", { class: "page" }, h("h1", {}, t(title)), notice(error), leads && h("p", {}, leads));
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
