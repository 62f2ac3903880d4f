/**
 * Can the words be read? WCAG 2 contrast of a text element with what lies beneath it.
 *
 * The caption says which colours are meant, not which pixels will be there, so this is advice.
 * What it is not: a rule; Python's checks know nothing of it.
 */

import { boxOf, elementsOf, isHidden, nameOf, paletteOf, styleOf, textOf } from "./caption.js";
import { isColour } from "./colour.js";
import { fromOklch, toLight, toOklch, toRgb } from "./colourspace.js";

/** WCAG 2 level AA for text of usual size. */
export const ENOUGH = 4.5;

/** From 1 (the same) to 21 (black on white), whichever is on top. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** `{level, words}`: the level of WCAG 2, "" when none is reached, and what it means. */
export function verdict(ratio) {
  if (ratio >= 7) return { level: "AAA", words: "very easy to read" };
  if (ratio >= ENOUGH) return { level: "AA", words: "fine for text" };
  if (ratio >= 3) return { level: "AA large", words: "only for large letters" };
  return { level: "", words: "hard to read" };
}

/** "4.8 : 1, fine for text". Rounded down: 4.49 must not look as if it were enough. */
export function verdictLine(ratio) {
  return `${(Math.floor(ratio * 10) / 10).toFixed(1)} : 1, ${verdict(ratio).words}`;
}

/**
 * What lies beneath the middle of an element: the nearest object behind it that covers it, else the
 * background. Other words are no surface and do not count.
 *
 * @returns {{colour: string | null, what: string} | null} `colour` is null when an object is there
 *   but says no colour (a guess would be worse than none); null when nothing is known at all.
 */
export function beneath(caption, index) {
  const elements = elementsOf(caption);
  const box = boxOf(elements[index]);
  for (let at = index - 1; box && at >= 0; at -= 1) {
    const other = elements[at];
    if (other?.type === "text" || isHidden(other) || !covers(boxOf(other), box)) continue;
    return { colour: firstColour(paletteOf(other)), what: `“${nameOf(other, at)}”` };
  }
  const words = textOf(caption?.compositional_deconstruction?.background);
  const written = /#[0-9a-f]{6}(?![0-9a-f])/i.exec(words)?.[0];
  if (written) return { colour: written.toUpperCase(), what: "the background" };
  const first = firstColour(paletteOf(styleOf(caption)));
  return first && { colour: first, what: "the palette’s first colour" };
}

/**
 * The contrast of a text element that has colours; null for anything else.
 * @returns {{colour: string, under: {colour: string | null, what: string} | null,
 *   ratio: number | null} | null} `ratio` is null when the colour beneath is not known
 */
export function contrastOf(caption, index) {
  const element = elementsOf(caption)[index];
  const colour = element?.type === "text" ? firstColour(paletteOf(element)) : null;
  if (!colour) return null;
  const under = beneath(caption, index);
  return { colour, under, ratio: under?.colour ? contrast(colour, under.colour) : null };
}

/** The nearest lightness of a colour that reads well on another; its hue stays. */
export function betterColour(colour, under, enough = ENOUGH) {
  if (contrast(colour, under) >= enough) return colour.toUpperCase();
  const [L, C, h] = toOklch(colour);
  const steps = 200;
  for (let step = 1; step <= steps; step += 1) {
    const reach = [L - step / steps, L + step / steps].filter((light) => light >= 0 && light <= 1);
    const tried = reach.map((light) => fromOklch([light, C, h]));
    const good = tried.filter((shade) => contrast(shade, under) >= enough);
    good.sort((a, b) => contrast(b, under) - contrast(a, under));
    if (good.length > 0) return good[0];
  }
  // The ends of the scale may fall between two steps.
  return contrast("#000000", under) > contrast("#FFFFFF", under) ? "#000000" : "#FFFFFF";
}

function luminance(colour) {
  const [r, g, b] = toRgb(colour).map(toLight);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function covers(other, box) {
  if (!other) return false;
  const [y, x] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  return other[0] <= y && y <= other[2] && other[1] <= x && x <= other[3];
}

function firstColour(palette) {
  return palette.find(isColour)?.toUpperCase() ?? null;
}
