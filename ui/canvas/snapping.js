/**
 * Where boxes want to lie: the lines they snap to, and a move, resize or drawing that heeds them.
 *
 * Pure: boxes in, boxes and the guides to draw out. The arithmetic is `document/arrange.js`'s; here
 * a whole selection is moved by its frame. What it is not: a constraint; a modifier suspends it.
 */

import { snapLines, snapMove, snapResize } from "../document/arrange.js";
import { draw, limit, move, resize, scale } from "../document/geometry.js";

/** How near, in pixels of the screen, an edge must come to a line. */
const REACH = 6;
/** Shares of the page, in grid units. */
export const MARGIN = 50;
export const SAFE_AREA = 100;
export const COLUMNS = 12;

const NOTHING = { y: [], x: [] };

/**
 * The lines for one gesture: page edges and centre, margins, `others` (boxes that stay), and the
 * overlays that `view` shows.
 */
export function linesFor(others, view = {}) {
  const sets = [snapLines(others, { margin: MARGIN })];
  if (view.thirds) sets.push(snapLines([], { columns: 3, rows: 3 }));
  if (view.columns) sets.push(snapLines([], { columns: COLUMNS }));
  if (view.safe) sets.push(snapLines([], { margin: SAFE_AREA }));
  const all = (axis) => [...new Set(sets.flatMap((set) => set[axis]))].sort((a, b) => a - b);
  return { y: all("y"), x: all("x") };
}

/** `REACH` on the grid of a page of `width` by `height` pixels. */
export function reachOn({ width, height }) {
  return { toleranceY: (REACH / height) * 1000, toleranceX: (REACH / width) * 1000 };
}

/**
 * `grip` moved by `dy, dx`.
 *
 * @param grip `{boxes, frame}`: the boxes when the drag began and the frame around them
 * @param snap `{lines, reach}`, or null for none
 * @returns {{boxes, guides}} guides: the lines that were met
 */
export function movedBy(grip, [dy, dx], snap) {
  const free = move(grip.boxes, dy, dx);
  if (!snap) return { boxes: free, guides: NOTHING };
  const [frame] = move([grip.frame], dy, dx);
  // An axis that Shift holds still must not jump to a line.
  const reach = { ...snap.reach };
  if (dy === 0) reach.toleranceY = 0;
  if (dx === 0) reach.toleranceX = 0;
  const met = snapMove(frame, snap.lines, reach);
  const by = [met.box[0] - grip.frame[0], met.box[1] - grip.frame[1]];
  return { boxes: move(grip.boxes, ...by), guides: { y: met.y, x: met.x } };
}

/** `grip` resized as a whole: `handle` of its frame dragged by `dy, dx`; a proportion is not bent. */
export function resizedBy(grip, handle, [dy, dx], { keepAspect, fromCentre }, snap) {
  const target = resize(grip.frame, handle, dy, dx, { keepAspect, fromCentre });
  const boxes = (frame) => scale(grip.boxes, grip.frame, frame);
  if (!snap || keepAspect || fromCentre) return { boxes: boxes(target), guides: NOTHING };
  const met = snapResize(target, handleAfter(handle, grip.frame, target), snap.lines, snap.reach);
  return { boxes: boxes(met.box), guides: { y: met.y, x: met.x } };
}

/**
 * A new box from `start` to `end` (points `[y, x]`): both of its corners go to lines nearby; one that
 * is drawn in proportion or from its centre is not bent.
 */
export function drawnTo(start, end, { aspect, fromCentre }, snap) {
  const free = draw(start, end, { aspect, fromCentre });
  if (!snap || aspect !== null || fromCentre) return { box: free, guides: NOTHING };
  const from = ends(start, snap);
  const to = ends(end, snap);
  // Both on one line would leave no box: then the far one stays in the hand.
  const far = to.map((at, axis) => (at === from[axis] ? end[axis] : at));
  const box = draw(from, far);
  const met = (lines, low) => lines.filter((line) => line === box[low] || line === box[low + 2]);
  return { box, guides: { y: met(snap.lines.y, 0), x: met(snap.lines.x, 1) } };
}

function ends([y, x], { lines, reach }) {
  return [nearest(limit(y), lines.y, reach.toleranceY), nearest(limit(x), lines.x, reach.toleranceX)];
}

function nearest(at, lines, tolerance) {
  const away = (line) => Math.abs(line - at);
  const found = lines.reduce((best, line) => (away(line) < away(best) ? line : best), Infinity);
  return away(found) <= tolerance ? found : at;
}

/** The handle in hand once the frame was turned over: dragged past the far edge, "n" is "s". */
export function handleAfter(handle, frame, target) {
  const turned = (low, first, second) => {
    if (handle.includes(first)) return target[low + 2] === frame[low + 2] ? first : second;
    if (handle.includes(second)) return target[low] === frame[low] ? second : first;
    return "";
  };
  return turned(0, "n", "s") + turned(1, "w", "e");
}
