/** Turning a picture by a quarter, and cutting it to a part. */

import { fill, h } from "../build.js";
import { field } from "../controls.js";
import { t } from "../words.js";

/** @typedef {{left: number, top: number, right: number, bottom: number}} Edges how much is cut off each side, in percent */

const LARGEST = 4000;

/** The picture turned to the right. @param {Blob} picture @returns {Promise<Blob>} */
export async function turned(picture) {
  const image = await createImageBitmap(picture);
  return draw(image.height, image.width, (context) => {
    context.translate(image.height, 0);
    context.rotate(Math.PI / 2);
    context.drawImage(image, 0, 0);
  });
}

/** The part inside these edges. @param {Blob} picture @param {Edges} edges */
async function cut(picture, { left, top, right, bottom }) {
  const image = await createImageBitmap(picture);
  const [x, y] = [(image.width * left) / 100, (image.height * top) / 100];
  const width = Math.max(1, image.width - x - (image.width * right) / 100);
  const height = Math.max(1, image.height - y - (image.height * bottom) / 100);
  return draw(width, height, (context) => context.drawImage(image, -x, -y));
}

/** @param {number} width @param {number} height @param {(context: OffscreenCanvasRenderingContext2D) => void} paint @returns {Promise<Blob>} */
function draw(width, height, paint) {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  paint(context);
  return canvas.convertToBlob({ type: "image/png" });
}

/**
 * Ask which part of a picture counts: drawn with the pointer, or set side by side with sliders.
 * @param {Blob} picture
 * @returns {Promise<Blob | null>} the part, null where nothing was changed
 */
export function crop(picture) {
  const url = URL.createObjectURL(picture);
  /** @type {Edges} */
  const edges = { left: 0, top: 0, right: 0, bottom: 0 };
  const frame = h("div", { class: "frame" });
  const stage = h("div", { class: "stage" }, h("img", { src: url, alt: t("picture.alt"), draggable: "false" }), frame);
  const sliders = /** @type {(keyof Edges)[]} */ (Object.keys(edges)).map((side) => slider(side, edges, () => show()));
  const show = () => {
    for (const [side, value] of Object.entries(edges)) frame.style.setProperty(side, `${value}%`);
    for (const { side, control } of sliders) control.value = String(Math.round(edges[side]));
  };
  pull(stage, edges, show);
  return new Promise((resolve) => {
    const box = h("dialog", { class: "crop", "aria-labelledby": "crop-title" });
    const done = async (/** @type {boolean} */ used) => {
      resolve(used ? await cut(picture, edges) : null);
      box.close();
    };
    const buttons = [h("button", { type: "button", onclick: () => done(false) }, t("do.cancel")), h("button", { type: "button", class: "primary", onclick: () => done(true) }, t("crop.do"))];
    fill(box, h("h2", { id: "crop-title" }, t("crop.title")), h("p", { class: "muted" }, t("crop.how")), stage, h("div", { class: "halves" }, ...sliders.map((one) => one.shown)), h("div", { class: "row end" }, ...buttons));
    box.addEventListener("close", () => {
      resolve(null);
      URL.revokeObjectURL(url);
      box.remove();
    });
    document.body.append(box);
    box.showModal();
  });
}

/** @param {keyof Edges} side @param {Edges} edges @param {() => void} changed */
function slider(side, edges, changed) {
  const control = h("input", { type: "range", min: "0", max: "95", value: "0" });
  const opposite = /** @type {const} */ ({ left: "right", right: "left", top: "bottom", bottom: "top" })[side];
  control.addEventListener("input", () => {
    edges[side] = Math.min(Number(control.value), 97 - edges[opposite]);
    changed();
  });
  return { side, control, shown: field(t(`crop.${side}`), control) };
}

/** @param {HTMLElement} stage @param {Edges} edges @param {() => void} changed */
function pull(stage, edges, changed) {
  /** @type {{x: number, y: number} | null} */
  let start = null;
  const at = (/** @type {PointerEvent} */ event) => {
    const box = stage.getBoundingClientRect();
    const share = (/** @type {number} */ value, /** @type {number} */ all) => Math.min(100, Math.max(0, (100 * value) / all));
    return { x: share(event.clientX - box.left, box.width), y: share(event.clientY - box.top, box.height) };
  };
  stage.onpointerdown = (event) => {
    stage.setPointerCapture(event.pointerId);
    start = at(event);
  };
  stage.onpointermove = (event) => {
    if (!start) return;
    const end = at(event);
    if (Math.abs(end.x - start.x) < 2 || Math.abs(end.y - start.y) < 2) return;
    Object.assign(edges, { left: Math.min(start.x, end.x), right: 100 - Math.max(start.x, end.x), top: Math.min(start.y, end.y), bottom: 100 - Math.max(start.y, end.y) });
    changed();
  };
  stage.onpointerup = () => (start = null);
}
