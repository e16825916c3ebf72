/** Which page an address means: what stands behind `#/` names the page, then what of it, then how. */

import { h } from "./build.js";

/** @typedef {import("./words.js").Word} Word */

/**
 * How a page is asked for: `rest` follows its name in the address, `signal` says when it is left.
 * @typedef {object} Visit
 * @property {string[]} rest
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal
 */

/**
 * A page: who sees it, its name, and how to get its module; `styled` where it needs more styles than the first pages.
 * @typedef {object} Entry
 * @property {string} name
 * @property {Word} title
 * @property {string} role
 * @property {boolean} [aside] whether the menu leaves it out
 * @property {boolean} [styled]
 * @property {string} [above] the page whose list leads here
 * @property {() => Promise<{show: (visit: Visit) => HTMLElement | Promise<HTMLElement>}>} load
 */

/** @type {Entry[]} */
export const PAGES = [
  { name: "draw", title: "page.draw", role: "user", load: () => import("./pages/draw.js") },
  { name: "read", title: "page.read", role: "user", load: () => import("./pages/read.js") },
  { name: "history", title: "page.history", role: "user", load: () => import("./pages/history.js") },
  { name: "review", title: "page.review", styled: true, role: "reviewer", load: () => import("./pages/review.js") },
  { name: "models", title: "page.models", styled: true, role: "admin", load: () => import("./pages/models.js") },
  { name: "data", title: "page.data", styled: true, role: "admin", load: () => import("./pages/data.js") },
  { name: "jobs", title: "page.jobs", styled: true, role: "admin", load: () => import("./pages/jobs.js") },
  { name: "users", title: "page.users", styled: true, role: "admin", load: () => import("./pages/users.js") },
  { name: "audit", title: "page.audit", role: "admin", load: () => import("./pages/audit.js") },
  { name: "api", title: "page.api", role: "user", load: () => import("./pages/api.js") },
  { name: "reading", title: "page.reading", styled: true, role: "user", aside: true, above: "history", load: () => import("./pages/reading.js") },
  { name: "mine", title: "page.mine", styled: true, role: "user", aside: true, load: () => import("./pages/mine.js") },
  { name: "account", title: "page.account", styled: true, role: "user", aside: true, load: () => import("./pages/account.js") },
];

/** A page's module, with the styles that it needs. @param {Entry} page */
export async function open(page) {
  const [module] = await Promise.all([page.load(), page.styled && styles()]);
  return module;
}

/** @type {Promise<unknown> | undefined} */
let further;

/** The styles that the first pages do without. */
function styles() {
  further ??= new Promise((resolve) => {
    document.head.append(h("link", { rel: "stylesheet", href: "/console/style/running.css", onload: resolve, onerror: resolve }));
  });
  return further;
}

/** What the address says now. */
export function place() {
  const [path, asked = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").map(decode);
  return { name: name || PAGES[0].name, rest, query: new URLSearchParams(asked) };
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page. @param {string} name @param {...string} rest */
export function link(name, ...rest) {
  return `#/${[name, ...rest].map(encodeURIComponent).join("/")}`;
}
