/** `<lh-picture>`: a picture of handwriting, fetched when it comes into sight, or one that the page has itself. */

import { showPicture } from "../api.js";
import { fill, h } from "../build.js";
import { t } from "../words.js";

/** How long a picture has to be in sight: what is only scrolled past is not fetched. */
const DWELL_MS = 100;

export class Picture extends HTMLElement {
  /** @type {(signal: AbortSignal) => Promise<Blob>} */
  #source = async () => new Blob();
  #name = "";
  #large = false;
  /** @type {string} */
  #url = "";
  #left = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  #watch = new IntersectionObserver((seen) => this.#notice(seen), { rootMargin: "200px" });

  /** The picture of a reading that the platform keeps. @param {string} id */
  of(id) {
    return this.load((signal) => showPicture(id, signal), t("picture.alt"));
  }

  /** A picture to be fetched. @param {(signal: AbortSignal) => Promise<Blob>} source @param {string} name */
  load(source, name) {
    this.#source = source;
    this.#name = name;
    this.#watch.observe(this);
    return this;
  }

  /** Lets a click or Enter show it large. */
  enlarging() {
    this.#large = true;
    return this;
  }

  /** A picture that is here. @param {Blob} blob @param {string} name */
  here(blob, name) {
    this.#forget();
    this.#url = URL.createObjectURL(blob);
    const image = h("img", { src: this.#url, alt: name, decoding: "async" });
    const open = async () => (await import("./enlarged.js")).enlarge(image.src, name);
    const said = t("picture.enlarge", { name });
    const button = { type: "button", class: "enlarge", "aria-label": said, onclick: open };
    fill(this, this.#large ? h("button", button, image) : image);
    return this;
  }

  disconnectedCallback() {
    queueMicrotask(() => !this.isConnected && this.#leave());
  }

  #leave() {
    clearTimeout(this.#soon);
    this.#left.abort();
    this.#watch.disconnect();
    this.#forget();
  }

  #forget() {
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  /** @param {IntersectionObserverEntry[]} seen */
  #notice(seen) {
    clearTimeout(this.#soon);
    if (seen.at(-1)?.isIntersecting) this.#soon = setTimeout(() => this.#bring(), DWELL_MS);
  }

  async #bring() {
    this.#watch.disconnect();
    try {
      this.here(await this.#source(this.#left.signal), this.#name);
    } catch {
      if (!this.#left.signal.aborted) fill(this, h("span", { class: "muted small" }, t("picture.gone")));
    }
  }
}

customElements.define("lh-picture", Picture);

/** @returns {Picture} */
export function picture() {
  return /** @type {Picture} */ (document.createElement("lh-picture"));
}
