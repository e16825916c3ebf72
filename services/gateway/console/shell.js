/** What is around every page: the name, the menu, the person, and the choice of language and theme. */

import { fill, h } from "./build.js";
import { field, select } from "./controls.js";
import { PAGES, link, open } from "./router.js";
import { may, person, signOut } from "./session.js";
import { chooseTheme, chosenTheme } from "./theme.js";
import { LANGUAGES, current, named, speak, t } from "./words.js";

/** @type {HTMLElement | undefined} */
let menu;

/** Everything around the page. @param {HTMLElement} main */
export function frame(main) {
  const skip = h("a", { class: "skip", href: "#main", onclick: (/** @type {Event} */ event) => jump(event, main) }, t("shell.skip"));
  const who = person();
  menu = who ? navigation() : undefined;
  const header = h("header", { class: "top" }, brand(), menu && opener(menu), menu, who ? personal(who) : preferences());
  return [skip, header, main, h("div", { id: "said", class: "unseen", role: "status", "aria-live": "polite" })];
}

/** Mark where the person is. @param {string} name */
export function mark(name) {
  menu?.classList.remove("open");
  document.querySelector(".opener")?.setAttribute("aria-expanded", "false");
  for (const one of menu?.querySelectorAll("a") ?? []) {
    if (one.dataset.page === name) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
}

/** Say something to who listens to the page instead of seeing it. @param {string} text */
export function say(text) {
  const said = document.getElementById("said");
  if (said) fill(said, text);
}

/** @param {Event} event @param {HTMLElement} main */
function jump(event, main) {
  event.preventDefault();
  main.focus();
}

function brand() {
  return h("a", { class: "brand", href: "#/" }, h("img", { src: "/console/icon.svg", alt: "", width: 28, height: 28 }), "Longhand");
}

function navigation() {
  const shown = PAGES.filter((page) => !page.aside && may(page.role));
  const items = shown.map((page) => {
    const bring = () => void open(page).catch(() => {}); // who points at a page is about to open it
    return h("li", {}, h("a", { href: link(page.name), "data-page": page.name, onpointerenter: bring, onfocus: bring }, t(page.title)));
  });
  return h("nav", { id: "menu", "aria-label": t("shell.menu") }, h("ul", {}, items));
}

/** @param {HTMLElement} menu */
function opener(menu) {
  const button = h("button", { type: "button", class: "opener plain", "aria-controls": "menu", "aria-expanded": "false" }, t("shell.menu"));
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(menu.classList.toggle("open"))));
  return button;
}

/** @param {import("./types.js").User} who */
function personal(who) {
  const panel = h(
    "div",
    { class: "panel" },
    h("p", {}, h("strong", {}, who.name), h("span", { class: "muted" }, ` · ${named("role", who.role)}`)),
    h("a", { class: "button", href: link("mine") }, t("page.mine")),
    h("a", { class: "button", href: link("account") }, t("page.account")),
    ...choices(),
    h("button", { type: "button", onclick: () => signOut() }, t("shell.signout")),
  );
  const details = h("details", { class: "personal" }, h("summary", { "aria-label": t("shell.person", { name: who.name }) }, who.name), panel);
  panel.addEventListener("click", (event) => {
    if (event.target instanceof HTMLAnchorElement) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") details.open = false;
  });
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !details.contains(event.relatedTarget)) details.open = false;
  });
  return details;
}

function preferences() {
  return h("div", { class: "preferences" }, ...choices());
}

function choices() {
  const language = select(Object.entries(LANGUAGES), current());
  language.addEventListener("change", async () => {
    await speak(/** @type {keyof typeof LANGUAGES} */ (language.value), true);
    dispatchEvent(new Event("longhand:words"));
  });
  const themes = /** @type {const} */ (["system", "light", "dark"]);
  const theme = select(themes.map((one) => [one, t(`theme.${one}`)]), chosenTheme());
  theme.addEventListener("change", () => chooseTheme(/** @type {import("./theme.js").Theme} */ (theme.value)));
  return [field(t("shell.language"), language), field(t("shell.theme"), theme)];
}
