/**
 * Colours that go with a colour: turns of its hue, and steps of its lightness, in OKLCH.
 *
 * Why OKLCH: equal turns look equal, and lightness stays what it was, which HSL does not keep.
 * What it is not: taste.
 */

import { fromOklch, toOklch } from "./colourspace.js";

/** Less chroma than this is a grey: its hue is an accident of rounding. */
const GREY = 0.02;

const TURNS = [
  { id: "complementary", name: "Complementary", degrees: [0, 180] },
  { id: "analogous", name: "Analogous", degrees: [0, -30, 30] },
  { id: "triadic", name: "Triadic", degrees: [0, 120, 240] },
  { id: "split", name: "Split complementary", degrees: [0, 150, 210] },
  { id: "tetradic", name: "Tetradic", degrees: [0, 90, 180, 270] },
];
/** Lightness of the darkest and the lightest monochrome step, and how many there are. */
const SHADES = { dark: 0.25, light: 0.95, count: 5 };

/**
 * @param {string} colour `#RRGGBB`
 * @returns {{id: string, name: string, colours: string[]}[]} each with at least two colours; the
 *   given colour is in all of them, first in those that turn the hue. A grey has only shades.
 */
export function harmonies(colour) {
  const base = colour.toUpperCase();
  const [L, C, h] = toOklch(base);
  const turned = ({ id, name, degrees }) => ({
    id,
    name,
    colours: unique(degrees.map((by) => (by === 0 ? base : fromOklch([L, C, (h + by + 360) % 360])))),
  });
  const found = C < GREY ? [] : TURNS.map(turned);
  found.push({ id: "monochrome", name: "Monochrome", colours: shades(base, [L, C, h]) });
  return found.filter(({ colours }) => colours.length > 1);
}

/** Dark to light; the colour itself takes the place of the step that is nearest to it. */
function shades(base, [L, C, h]) {
  const { dark, light, count } = SHADES;
  const steps = Array.from({ length: count }, (_, i) => dark + ((light - dark) * i) / (count - 1));
  const away = steps.map((step) => Math.abs(step - L));
  const own = away.indexOf(Math.min(...away));
  return unique(steps.map((step, i) => (i === own ? base : fromOklch([step, C, h]))));
}

function unique(colours) {
  return [...new Set(colours)];
}
