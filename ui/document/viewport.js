/**
 * How a page is seen: how large, and which part of it. Pure.
 *
 * Everything is in shares of the page as it fits its place: a view is `{zoom, y, x}`, where `y, x` is
 * the page's upper left corner and zoom 1 with the corner at 0, 0 is the whole page; points are
 * `[y, x]`. So a view stays right when the window changes its size. Bounds are `{least, most}` zoom.
 * What it is not: pixels or events; `canvas/zoom.js` has those.
 */

export const FIT = Object.freeze({ zoom: 1, y: 0, x: 0 });

/** How many times the fitting size a page may be. */
export const MOST = 8;
/** What a key or a button does to the size. */
export const STEP = 1.25;
/** A notch of a wheel says 100 or more, a touchpad a few: both must be good to steer with. */
const NOTCH = 24;

/** The zoom at which `shown` pixels of the screen are as many pixels of the picture. */
export function actualZoom(picture, shown) {
  return shown > 0 ? picture / shown : 1;
}

/** Smallest and largest zoom; a picture smaller than its place may be seen at its own size. */
export function limitsOf(actual) {
  return { least: Math.min(1, actual), most: Math.max(MOST, actual) };
}

/** The view kept in bounds: a page larger than its place fills it, a smaller one is centred. */
export function kept({ zoom, y, x }, bounds) {
  const scale = within(zoom, bounds);
  return { zoom: scale, y: corner(scale, y), x: corner(scale, x) };
}

/** Another size; what is under `point` stays there. */
export function zoomedTo(view, zoom, [y, x], bounds) {
  const scale = within(zoom, bounds);
  const share = scale / view.zoom;
  return kept({ zoom: scale, y: y - (y - view.y) * share, x: x - (x - view.x) * share }, bounds);
}

export function panned(view, [dy, dx], bounds) {
  return kept({ zoom: view.zoom, y: view.y + dy, x: view.x + dx }, bounds);
}

/** Two fingers went from `before` to `now`, two points each: what they hold stays under them. */
export function pinched(view, before, now, bounds) {
  const spread = ([[y, x], [v, u]]) => Math.hypot(v - y, u - x);
  const middle = ([[y, x], [v, u]]) => [(y + v) / 2, (x + u) / 2];
  const [from, to] = [middle(before), middle(now)];
  const factor = spread(before) > 0 ? spread(now) / spread(before) : 1;
  const moved = { zoom: view.zoom, y: view.y + to[0] - from[0], x: view.x + to[1] - from[1] };
  return zoomedTo(moved, view.zoom * factor, to, bounds);
}

/** How much larger a turn of the wheel makes the page; `delta` as the browser counts it. */
export function wheelFactor(delta) {
  return Math.exp(-Math.max(-NOTCH, Math.min(NOTCH, delta)) * 0.01);
}

/** The least move that shows a box of the 0..1000 grid, or its near end if it is too large. */
export function revealed(view, box, bounds) {
  const by = (low, at) => {
    const [start, end] = [box[low], box[low + 2]].map((edge) => at + (edge / 1000) * view.zoom);
    if (end - start > 1) return end < 0 || start > 1 ? -start : 0;
    if (start < 0) return -start;
    return end > 1 ? 1 - end : 0;
  };
  return panned(view, [by(0, view.y), by(1, view.x)], bounds);
}

/** In percent of the picture's own pixels. */
export function percent(zoom, actual) {
  return Math.round((zoom / actual) * 100);
}

function corner(zoom, at) {
  return zoom <= 1 ? (1 - zoom) / 2 : Math.max(1 - zoom, Math.min(0, at));
}

function within(zoom, { least = 1, most = MOST } = {}) {
  return Math.max(least, Math.min(most, zoom));
}
