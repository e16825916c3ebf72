/** `<lh-canvas>`: a surface to write on, with pen, finger or mouse. */

import { point, trace } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * It fires `draw` while a stroke grows, and `change` when one has ended or the strokes have changed otherwise.
 */
export class Canvas extends HTMLElement {
  /** @type {Stroke[]} */
  strokes = [];
  /** How wide the pen is, in pixels of the page. */
  size = 12;

  /** @type {Stroke[][]} what the strokes were before each change, the latest last */
  #before = [];
  /** @type {Stroke[][]} */
  #undone = [];
  /** @type {Stroke | null} */
  #growing = null;
  #pointer = -1;
  #last = 0;
  #surface = document.createElement("canvas");
  #watch = new ResizeObserver(() => this.#fit());
  #themed = () => this.#fit();

  connectedCallback() {
    this.replaceChildren(this.#surface);
    this.#surface.setAttribute("role", "img");
    this.#surface.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.#surface.onpointerdown = (event) => this.#begin(event);
    this.#surface.onpointermove = (event) => this.#grow(event);
    this.#surface.onpointerup = (event) => this.#finish(event);
    this.#surface.onpointercancel = (event) => this.#finish(event);
    this.#watch.observe(this);
    addEventListener("longhand:theme", this.#themed);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    removeEventListener("longhand:theme", this.#themed);
  }

  get canUndo() {
    return this.#before.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  undo() {
    const strokes = this.#before.pop();
    if (!strokes) return;
    this.#undone.push(this.strokes);
    this.#become(strokes);
  }

  redo() {
    const strokes = this.#undone.pop();
    if (!strokes) return;
    this.#before.push(this.strokes);
    this.#become(strokes);
  }

  /** Everything goes; `undo` brings it back. */
  clear() {
    if (this.strokes.length) this.#keep();
    this.#become([]);
  }

  #keep() {
    this.#before.push(this.strokes);
    this.#undone = [];
  }

  /** @param {Stroke[]} strokes */
  #become(strokes) {
    this.strokes = strokes;
    this.#fit();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (this.#growing || event.button !== 0) return;
    event.preventDefault();
    this.#surface.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#keep();
    this.#growing = { size: this.size, points: [] };
    this.strokes = [...this.strokes, this.#growing];
    this.#add(event);
  }

  /** @param {PointerEvent} event */
  #grow(event) {
    if (!this.#growing || event.pointerId !== this.#pointer) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    for (const one of parts.length ? parts : [event]) this.#add(one);
    this.dispatchEvent(new Event("draw"));
  }

  /** @param {PointerEvent} event */
  #finish(event) {
    if (!this.#growing || event.pointerId !== this.#pointer) return;
    this.#growing = null;
    this.#pointer = -1;
    this.#fit();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {PointerEvent} event */
  #add(event) {
    const stroke = /** @type {Stroke} */ (this.#growing);
    const box = this.#surface.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    const before = stroke.points.at(-1);
    if (before && Math.hypot(at.x - before.x, at.y - before.y) < 1) return;
    stroke.points.push(point(event, at, before, event.timeStamp - this.#last));
    this.#last = event.timeStamp;
    trace(this.#context(), stroke, stroke.points.length - 2);
  }

  #context() {
    const context = /** @type {CanvasRenderingContext2D} */ (this.#surface.getContext("2d"));
    context.strokeStyle = context.fillStyle = getComputedStyle(this).color;
    return context;
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this;
    this.#surface.width = width * devicePixelRatio;
    this.#surface.height = height * devicePixelRatio;
    const context = this.#context();
    context.scale(devicePixelRatio, devicePixelRatio);
    for (const stroke of this.strokes) trace(context, stroke);
  }
}

customElements.define("lh-canvas", Canvas);
