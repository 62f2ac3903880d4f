/**
 * Boxes on the caption's 0..1000 grid: the JavaScript twin of `ideogram4/caption/geometry.py`.
 *
 * Why twice: the canvas must answer a pointer in a millisecond, the importer and the checks run in
 * Python, and both must agree to the unit. `tests/data/geometry_cases.json` runs against both.
 *
 * What it is not: a place to improve one side alone. Boxes are `[y_min, x_min, y_max, x_max]`, whole
 * numbers; points and distances come as y before x; rounding is `floor(value + 0.5)`, once, at the
 * end; operations stand in the order of the Python file so both compute the same bits. What are
 * keyword arguments there is the options object here, in camelCase.
 */

export const GRID = 1000;

export function roundHalfUp(value) {
  return Math.floor(value + 0.5);
}

/** Any four numbers as a box on the page: edges ordered, rounded, cut at the page's edge. */
export function clamp(box, { minSize = 1 } = {}) {
  const [yLow, yHigh] = clampSpan(box[0], box[2], minSize);
  const [xLow, xHigh] = clampSpan(box[1], box[3], minSize);
  return [yLow, xLow, yHigh, xHigh];
}

/** Smallest box around all `boxes` (at least one). */
export function bounds(boxes) {
  return clamp([
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
  ]);
}

/** The box between two points `[y, x]`, in any direction; `start` is its centre if asked. */
export function draw(start, end, { aspect = null, fromCentre = false, minSize = 1 } = {}) {
  const startY = limit(start[0]);
  const startX = limit(start[1]);
  let sizeY = Math.abs(end[0] - startY);
  let sizeX = Math.abs(end[1] - startX);
  const down = end[0] >= startY;
  const right = end[1] >= startX;
  if (aspect !== null) {
    const roomY = room(startY, down, fromCentre);
    const roomX = room(startX, right, fromCentre);
    sizeY = Math.min(Math.max(sizeY, sizeX / aspect), roomY, roomX / aspect);
    sizeX = sizeY * aspect;
  }
  const [yLow, yHigh] = drawnSpan(startY, sizeY, down, fromCentre);
  const [xLow, xHigh] = drawnSpan(startX, sizeX, right, fromCentre);
  return clamp([yLow, xLow, yHigh, xHigh], { minSize });
}

/** The boxes moved as one group; it keeps its shape and stops at the page's edge. */
export function move(boxes, dy, dx) {
  if (boxes.length === 0) return [];
  const frame = bounds(boxes);
  const stepY = roundHalfUp(Math.max(-frame[0], Math.min(GRID - frame[2], dy)));
  const stepX = roundHalfUp(Math.max(-frame[1], Math.min(GRID - frame[3], dx)));
  return boxes.map((box) =>
    clamp([box[0] + stepY, box[1] + stepX, box[2] + stepY, box[3] + stepX]),
  );
}

/** The boxes moved by an arrow key, as one group. */
export function nudge(boxes, direction, { step = 1 } = {}) {
  const dy = { up: -step, down: step }[direction] ?? 0;
  const dx = { left: -step, right: step }[direction] ?? 0;
  return move(boxes, dy, dx);
}

/** The box as it was when the drag began, its `handle` dragged by `dy, dx` in all. */
export function resize(
  box,
  handle,
  dy,
  dx,
  { keepAspect = false, fromCentre = false, minSize = 1 } = {},
) {
  const [yLow, xLow, yHigh, xHigh] = clamp(box);
  const pullY = handle.includes("n") ? -1 : handle.includes("s") ? 1 : 0;
  const pullX = handle.includes("w") ? -1 : handle.includes("e") ? 1 : 0;
  const height = yHigh - yLow;
  const width = xHigh - xLow;
  const reach = fromCentre ? 2 : 1;
  let newHeight = height + pullY * dy * reach;
  let newWidth = width + pullX * dx * reach;
  if (keepAspect) {
    let factor = Math.max(
      pullY ? Math.abs(newHeight) / height : 0,
      pullX ? Math.abs(newWidth) / width : 0,
    );
    factor = Math.min(
      factor,
      resizeRoom(yLow, yHigh, pullY, newHeight, fromCentre) / height,
      resizeRoom(xLow, xHigh, pullX, newWidth, fromCentre) / width,
    );
    newHeight = newHeight >= 0 ? factor * height : -factor * height;
    newWidth = newWidth >= 0 ? factor * width : -factor * width;
  }
  const newY = resizedSpan(yLow, yHigh, pullY, newHeight, fromCentre, minSize);
  const newX = resizedSpan(xLow, xHigh, pullX, newWidth, fromCentre, minSize);
  return [newY[0], newX[0], newY[1], newX[1]];
}

/** The boxes of a selection after its outline changed from `frame` to `target`. */
export function scale(boxes, frame, target) {
  const factorY = (target[2] - target[0]) / (frame[2] - frame[0]);
  const factorX = (target[3] - target[1]) / (frame[3] - frame[1]);
  return boxes.map((box) =>
    clamp([
      target[0] + (box[0] - frame[0]) * factorY,
      target[1] + (box[1] - frame[1]) * factorX,
      target[0] + (box[2] - frame[0]) * factorY,
      target[1] + (box[3] - frame[1]) * factorX,
    ]),
  );
}

/** Grid to pixels of a `width` x `height` picture, same order (y first). */
export function toPixels(box, width, height) {
  return [
    roundHalfUp((box[0] * height) / GRID),
    roundHalfUp((box[1] * width) / GRID),
    roundHalfUp((box[2] * height) / GRID),
    roundHalfUp((box[3] * width) / GRID),
  ];
}

/** Pixels of a `width` x `height` picture to the grid, same order (y first). */
export function fromPixels(box, width, height) {
  return clamp([
    (box[0] * GRID) / height,
    (box[1] * GRID) / width,
    (box[2] * GRID) / height,
    (box[3] * GRID) / width,
  ]);
}

/** The box with its low edge on axis `low` (0 is y, 1 is x) at `start`, size kept. */
export function placed(box, low, start) {
  const edges = clamp(box);
  const size = edges[low + 2] - edges[low];
  edges[low] = Math.max(0, Math.min(GRID - size, roundHalfUp(start)));
  edges[low + 2] = edges[low] + size;
  return edges;
}

export function limit(value) {
  return Math.max(0, Math.min(GRID, value));
}

function clampSpan(a, b, minSize) {
  let low = roundHalfUp(limit(Math.min(a, b)));
  let high = roundHalfUp(limit(Math.max(a, b)));
  if (high - low < minSize) {
    low = Math.min(low, GRID - minSize);
    high = low + minSize;
  }
  return [low, high];
}

function room(anchor, forward, fromCentre) {
  if (fromCentre) return Math.min(anchor, GRID - anchor);
  return forward ? GRID - anchor : anchor;
}

function drawnSpan(anchor, size, forward, fromCentre) {
  if (fromCentre) return [anchor - size, anchor + size];
  return forward ? [anchor, anchor + size] : [anchor - size, anchor];
}

function resizeRoom(low, high, pull, size, fromCentre) {
  if (fromCentre || pull === 0) return Math.min(low + high, GRID * 2 - low - high);
  const anchor = pull > 0 ? low : high;
  return pull > 0 === size >= 0 ? GRID - anchor : anchor;
}

function resizedSpan(low, high, pull, size, fromCentre, minSize) {
  if (fromCentre || pull === 0) {
    const middle = (low + high) / 2;
    return clampSpan(middle - Math.abs(size) / 2, middle + Math.abs(size) / 2, minSize);
  }
  let anchor = pull > 0 ? low : high;
  let edge = roundHalfUp(limit(pull > 0 ? low + size : high - size));
  const forward = pull > 0 ? size >= 0 : size < 0;
  if (Math.abs(edge - anchor) < minSize) {
    edge = forward ? anchor + minSize : anchor - minSize;
    // At the page's edge there is no room on that side: the anchor gives way.
    if (edge > GRID || edge < 0) {
      edge = Math.max(0, Math.min(GRID, edge));
      anchor = forward ? edge - minSize : edge + minSize;
    }
  }
  return [Math.min(anchor, edge), Math.max(anchor, edge)];
}
