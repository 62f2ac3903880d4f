/**
 * The colours of a picture: k-means over its pixels in OKLab, the same answer every time.
 *
 * Pixels are counted in a coarse grid first, so the work does not grow with the picture. The first
 * centre is the commonest colour, each next one the most pixels that are farthest off, so a small
 * but different spot is found; nothing is drawn by chance.
 * What it is not: a reader of picture files; the page's canvas does that.
 */

import { oklabToRgb, rgbToOklab, toHex } from "./colourspace.js";

/** Colours nearer than this in OKLab look like one in a row of swatches. */
const SAME = 0.045;
/** A spot smaller than this share of the picture is noise. */
const NOISE = 0.0005;
const MOST_CELLS = 4096;
const ROUNDS = 16;

/**
 * @param {ArrayLike<number>} pixels RGBA bytes, as a canvas gives them; see-through ones are skipped
 * @param {number} wanted how many colours at most
 * @returns {string[]} the commonest first; fewer when the picture has fewer
 */
export function extractColours(pixels, wanted) {
  const points = count(pixels);
  if (points.length === 0 || wanted < 1) return [];
  let centres = firstCentres(points, wanted);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = settle(points, centres);
    const still = next.every(({ lab }, i) => distance(lab, centres[i].lab) < 1e-9);
    centres = next;
    if (still) break;
  }
  return merged(centres).map(({ lab }) => toHex(oklabToRgb(lab)));
}

/** Pixels in 32 x 32 x 32 cells; a cell stands for the mean of what is in it. */
function count(pixels) {
  const cells = new Map();
  let total = 0;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    if (pixels[at + 3] < 128) continue;
    const [r, g, b] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    const key = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    const cell = cells.get(key) ?? { weight: 0, sum: [0, 0, 0] };
    cell.weight += 1;
    cell.sum[0] += r;
    cell.sum[1] += g;
    cell.sum[2] += b;
    cells.set(key, cell);
    total += 1;
  }
  return worthwhile([...cells.values()], total).map(({ weight, sum }) => ({
    weight,
    lab: rgbToOklab(sum.map((channel) => channel / weight / 255)),
  }));
}

/** Cells that are more than noise; of a picture that is all noise, the fullest. */
function worthwhile(cells, total) {
  const common = cells.filter(({ weight }) => weight >= total * NOISE);
  const share = common.reduce((sum, { weight }) => sum + weight, 0) / total;
  if (share >= 0.5) return common;
  return cells.sort((a, b) => b.weight - a.weight).slice(0, MOST_CELLS);
}

function firstCentres(points, wanted) {
  const heaviest = points.reduce((best, point) => (point.weight > best.weight ? point : best));
  const centres = [heaviest];
  const away = points.map((point) => distance(point.lab, heaviest.lab));
  while (centres.length < Math.min(wanted, points.length)) {
    // The square root of the weight: a large quiet area must not outvote a small bright one.
    let [next, most] = [-1, 0];
    points.forEach((point, i) => {
      const worth = Math.sqrt(point.weight) * away[i];
      if (worth > most) [next, most] = [i, worth];
    });
    if (next < 0) break;
    centres.push(points[next]);
    points.forEach((point, i) => {
      away[i] = Math.min(away[i], distance(point.lab, points[next].lab));
    });
  }
  return centres;
}

function settle(points, centres) {
  const groups = centres.map(() => ({ weight: 0, sum: [0, 0, 0] }));
  for (const { lab, weight } of points) {
    let [nearest, least] = [0, Infinity];
    centres.forEach((centre, i) => {
      const far = distance(lab, centre.lab);
      if (far < least) [nearest, least] = [i, far];
    });
    const group = groups[nearest];
    group.weight += weight;
    lab.forEach((value, axis) => {
      group.sum[axis] += value * weight;
    });
  }
  return groups.map(({ weight, sum }, i) =>
    weight > 0 ? { weight, lab: sum.map((value) => value / weight) } : { ...centres[i], weight: 0 },
  );
}

/** Heavier ones swallow those that look the same. */
function merged(centres) {
  const kept = [];
  const order = centres.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  for (const centre of order) {
    if (kept.every(({ lab }) => distance(lab, centre.lab) >= SAME ** 2)) kept.push(centre);
  }
  return kept;
}

/** Squared. */
function distance(one, other) {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}
