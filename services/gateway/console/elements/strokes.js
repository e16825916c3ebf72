/** Strokes of a pen: how wide they are, how they are drawn smoothly, and what they cover. */

/** @typedef {{x: number, y: number, width: number}} Point in pixels of the page; the width as a share of the pen's */
/** @typedef {{size: number, points: Point[]}} Stroke */

const MARGIN = 24;
/** What is left free around strokes, in heights of them: a straight upright one that went through most of a picture would pass for an edge of a form's cell. */
const SPACE = 0.4;
const LONGEST = 1200;

/**
 * A point of a stroke. A pen says how hard it presses; of a finger or mouse, speed decides: fast is thin.
 * @param {PointerEvent} event
 * @param {{x: number, y: number}} at
 * @param {Point | undefined} before
 * @param {number} elapsed milliseconds since the point before
 * @returns {Point}
 */
export function point(event, at, before, elapsed) {
  const pressed = event.pointerType === "pen" && event.pressure > 0;
  const speed = before && elapsed > 0 ? Math.hypot(at.x - before.x, at.y - before.y) / elapsed : 0;
  const wanted = pressed ? 0.4 + 1.2 * event.pressure : Math.max(0.8, 1.1 - 0.12 * speed);
  return { ...at, width: before ? before.width * 0.7 + wanted * 0.3 : wanted };
}

/**
 * Draw a stroke from one of its points on: curves through the middles between points, each as wide as its pen was.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 * @param {number} [from]
 */
export function trace(context, { size, points }, from = 0) {
  context.lineCap = context.lineJoin = "round";
  if (points.length === 1) return dot(context, points[0], size);
  for (let index = Math.max(1, from); index < points.length; index += 1) {
    const [before, here] = [points[index - 1], points[index]];
    const start = index > 1 ? middle(points[index - 2], before) : before;
    const end = index === points.length - 1 ? here : middle(before, here);
    context.lineWidth = (size * (before.width + here.width)) / 2;
    context.beginPath();
    context.moveTo(start.x, start.y);
    context.quadraticCurveTo(before.x, before.y, end.x, end.y);
    context.stroke();
  }
}

/**
 * What the strokes look like in black on white, cut to them with a margin.
 * @param {Stroke[]} strokes
 * @returns {Promise<Blob>}
 */
export async function picture(strokes) {
  const box = bounds(strokes);
  const scale = Math.min(1, LONGEST / Math.max(box.width, box.height));
  const canvas = new OffscreenCanvas(Math.ceil(box.width * scale), Math.ceil(box.height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (canvas.getContext("2d")));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
  context.strokeStyle = context.fillStyle = "#111";
  for (const stroke of strokes) trace(context, stroke);
  return canvas.convertToBlob({ type: "image/png" });
}

/** @param {CanvasRenderingContext2D} context @param {Point} point @param {number} size */
function dot(context, { x, y, width }, size) {
  context.beginPath();
  context.arc(x, y, (size * width) / 2, 0, 2 * Math.PI);
  context.fill();
}

/** @param {Point} one @param {Point} other */
function middle(one, other) {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

/** @param {Stroke[]} strokes */
function bounds(strokes) {
  const all = strokes.flatMap(({ size, points }) => points.map((one) => ({ ...one, reach: (size * one.width) / 2 })));
  const least = { x: Math.min(...all.map((one) => one.x - one.reach)), y: Math.min(...all.map((one) => one.y - one.reach)) };
  const most = { x: Math.max(...all.map((one) => one.x + one.reach)), y: Math.max(...all.map((one) => one.y + one.reach)) };
  const margin = Math.max(MARGIN, SPACE * (most.y - least.y));
  return { x: least.x - margin, y: least.y - margin, width: most.x - least.x + 2 * margin, height: most.y - least.y + 2 * margin };
}
