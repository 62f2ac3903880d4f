/**
 * Many boxes put in order: align, distribute, re-flow, snap lines, hit tests.
 *
 * The JavaScript twin of `ideogram4/caption/arrange.py` and `snap.py`; the conventions are those of
 * `geometry.js`, and the same table of cases runs against both languages.
 */

import { GRID, bounds, clamp, placed, roundHalfUp } from "./geometry.js";

/** The boxes with one edge (or middle) in line, sizes kept; `frame` defaults to their bounds. */
export function align(boxes, edge, { frame = null } = {}) {
  if (boxes.length === 0) return [];
  const inside = frame === null ? bounds(boxes) : frame;
  const low = ["top", "middle", "bottom"].includes(edge) ? 0 : 1;
  const share = { top: 0, left: 0, middle: 0.5, centre: 0.5, bottom: 1, right: 1 }[edge];
  return boxes.map((box) => {
    const free = inside[low + 2] - inside[low] - (box[low + 2] - box[low]);
    return placed(box, low, inside[low] + free * share);
  });
}

/** The boxes with equal gaps (or equal steps between centres) along `axis`; the outer two stay. */
export function distribute(boxes, axis, { by = "gaps" } = {}) {
  const low = axis === "y" ? 0 : 1;
  const middle = (index) => boxes[index][low] + boxes[index][low + 2];
  const order = [...boxes.keys()].sort((a, b) => middle(a) - middle(b) || a - b);
  const result = boxes.map((box) => clamp(box));
  if (boxes.length < 3) return result;
  const first = boxes[order[0]];
  const last = boxes[order.at(-1)];
  const steps = boxes.length - 1;
  const sizes = order.reduce((sum, i) => sum + (boxes[i][low + 2] - boxes[i][low]), 0);
  const gap = (last[low + 2] - first[low] - sizes) / steps;
  const stride = (last[low] + last[low + 2] - (first[low] + first[low + 2])) / 2 / steps;
  const centre = (first[low] + first[low + 2]) / 2;
  let position = first[low];
  order.forEach((index, place) => {
    const size = boxes[index][low + 2] - boxes[index][low];
    const start = by === "gaps" ? position : centre + place * stride - size / 2;
    if (place > 0 && place < steps) result[index] = placed(boxes[index], low, start);
    position = position + size + gap;
  });
  return result;
}

/** The boxes after the page's width / height went from `oldRatio` to `newRatio`. */
export function reflow(boxes, oldRatio, newRatio, { mode = "shape" } = {}) {
  const growX = mode === "stretch" ? 1 : Math.sqrt(oldRatio / newRatio);
  return boxes.map((box) => {
    const [yLow, xLow, yHigh, xHigh] = clamp(box);
    if (growX === 1) return [yLow, xLow, yHigh, xHigh];
    const height = yHigh - yLow;
    const width = xHigh - xLow;
    const fit = Math.min(1, GRID / (height / growX), GRID / (width * growX));
    const newHeight = height === GRID ? GRID : (height / growX) * fit;
    const newWidth = width === GRID ? GRID : width * growX * fit;
    const top = height === GRID ? 0 : (yLow / (GRID - height)) * (GRID - newHeight);
    const left = width === GRID ? 0 : (xLow / (GRID - width)) * (GRID - newWidth);
    return clamp([top, left, top + newHeight, left + newWidth]);
  });
}

/** Everything worth snapping to: page edges and middle, `boxes`, columns, rows and a margin. */
export function snapLines(boxes, { columns = 0, rows = 0, margin = 0 } = {}) {
  const ys = new Set([0, GRID / 2, GRID]);
  const xs = new Set(ys);
  if (margin > 0) {
    for (const lines of [ys, xs]) lines.add(margin).add(GRID - margin);
  }
  for (let i = 1; i < rows; i += 1) ys.add(roundHalfUp((i * GRID) / rows));
  for (let i = 1; i < columns; i += 1) xs.add(roundHalfUp((i * GRID) / columns));
  for (const box of boxes) {
    const [yLow, xLow, yHigh, xHigh] = clamp(box);
    ys.add(yLow).add(yHigh).add(roundHalfUp((yLow + yHigh) / 2));
    xs.add(xLow).add(xHigh).add(roundHalfUp((xLow + xHigh) / 2));
  }
  const ascending = (lines) => [...lines].sort((a, b) => a - b);
  return { y: ascending(ys), x: ascending(xs) };
}

/** A box being moved, shifted so that an edge or its middle lies on the nearest line. */
export function snapMove(box, lines, { toleranceY = 8, toleranceX = 8 } = {}) {
  const start = clamp(box);
  const shiftY = nearestShift(start[0], start[2], lines.y, toleranceY);
  const shiftX = nearestShift(start[1], start[3], lines.x, toleranceX);
  const moved = placed(placed(start, 0, start[0] + shiftY), 1, start[1] + shiftX);
  return {
    box: moved,
    y: linesMet(moved[0], moved[2], lines.y),
    x: linesMet(moved[1], moved[3], lines.x),
  };
}

/** A box being resized: only the edges that `handle` drags snap, and never onto the far edge. */
export function snapResize(
  box,
  handle,
  lines,
  { toleranceY = 8, toleranceX = 8, minSize = 1 } = {},
) {
  let [yLow, xLow, yHigh, xHigh] = clamp(box);
  const yEdges = [];
  const xEdges = [];
  if (handle.includes("n")) {
    yLow = snappedEdge(yLow, lines.y, toleranceY, 0, yHigh - minSize);
    yEdges.push(yLow);
  }
  if (handle.includes("s")) {
    yHigh = snappedEdge(yHigh, lines.y, toleranceY, yLow + minSize, GRID);
    yEdges.push(yHigh);
  }
  if (handle.includes("w")) {
    xLow = snappedEdge(xLow, lines.x, toleranceX, 0, xHigh - minSize);
    xEdges.push(xLow);
  }
  if (handle.includes("e")) {
    xHigh = snappedEdge(xHigh, lines.x, toleranceX, xLow + minSize, GRID);
    xEdges.push(xHigh);
  }
  return {
    box: [yLow, xLow, yHigh, xHigh],
    y: lines.y.filter((line) => yEdges.includes(line)),
    x: lines.x.filter((line) => xEdges.includes(line)),
  };
}

/** Indices of the boxes under a point, edges included, the front one (last in order) first. */
export function hit(boxes, y, x) {
  const found = [];
  for (let i = boxes.length - 1; i >= 0; i -= 1) {
    const box = boxes[i];
    if (box[0] <= y && y <= box[2] && box[1] <= x && x <= box[3]) found.push(i);
  }
  return found;
}

/** Indices of the boxes that a marquee `frame` touches, or holds as a `whole`, back to front. */
export function caught(boxes, frame, { whole = false } = {}) {
  const top = Math.min(frame[0], frame[2]);
  const left = Math.min(frame[1], frame[3]);
  const bottom = Math.max(frame[0], frame[2]);
  const right = Math.max(frame[1], frame[3]);
  const inside = whole
    ? (box) => top <= box[0] && left <= box[1] && box[2] <= bottom && box[3] <= right
    : (box) => box[0] <= bottom && top <= box[2] && box[1] <= right && left <= box[3];
  return [...boxes.keys()].filter((index) => inside(boxes[index]));
}

function nearestShift(low, high, lines, tolerance) {
  let best = null;
  for (const line of lines) {
    for (const mark of [low, (low + high) / 2, high]) {
      const shift = line - mark;
      if (Math.abs(shift) <= tolerance && (best === null || Math.abs(shift) < Math.abs(best))) {
        best = shift;
      }
    }
  }
  return best === null ? 0 : roundHalfUp(best);
}

function linesMet(low, high, lines) {
  const middle = (low + high) / 2;
  return lines.filter(
    (line) => line === low || line === high || Math.abs(line - middle) <= 0.5,
  );
}

function snappedEdge(edge, lines, tolerance, lowest, highest) {
  let best = null;
  for (const line of lines) {
    if (Math.abs(line - edge) > tolerance || line < lowest || line > highest) continue;
    if (best === null || Math.abs(line - edge) < Math.abs(best - edge)) best = line;
  }
  return best === null ? edge : best;
}
