/** A picture, as large as the window lets it be, above the page. */

import { h } from "../build.js";
import { t } from "../words.js";

/** Escape closes it, and the focus returns to what has opened it. @param {string} src @param {string} name */
export function enlarge(src, name) {
  const close = h("button", { type: "button", onclick: () => box.close() }, t("do.close"));
  const image = h("img", { src, alt: name });
  const box = h("dialog", { class: "enlarged", "aria-label": name }, image, h("div", { class: "row end" }, close));
  const left = () => box.close();
  addEventListener("hashchange", left);
  box.addEventListener("close", () => {
    removeEventListener("hashchange", left);
    box.remove();
  });
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
}
