/**
 * The small tags of a wireframe: number, colours and a few words of an element, where they cover
 * the least.
 *
 * What it is not: part of the layout; the tags stand above everything and say what is below.
 */

import { gaugeOf, PLAIN, shorten, spread } from "./lettering.js";
import { node } from "./markup.js";

const INK = "#1F2328";
/** More letters than any tag has room for. */
const LONGEST = 600;
const BOLD = { ...PLAIN, weight: 700 };

/**
 * One SVG group for each item with something to tell.
 * @param {object} options `unit`: the size of a tag's letters in pixels; `numbered`: with numbers
 */
export function tagsOf({ items, width, height }, { unit, numbered, measure }) {
  const taken = [];
  return items.map((item, index) => {
    if (!item.box) return null;
    const parts = partsOf(item, { unit, numbered, measure });
    if (parts.length === 0) return null;
    const size = [unit * 1.7, parts.reduce((sum, part) => sum + part.width, unit * 0.4)];
    const inFront = items.slice(index + 1).filter(({ box }) => box).map(({ box }) => box);
    const own = item.type === "text" ? [item.box] : [];
    const place = bestPlace(item, size, { page: [height, width], avoid: [...inFront, ...own, ...taken], unit });
    taken.push([place[0], place[1], place[0] + size[0], place[1] + size[1]]);
    return drawn(item, parts, place, size, unit);
  });
}

function partsOf({ number, type, words, desc, colours, box }, { unit, numbered, measure }) {
  const parts = [];
  const gap = unit * 0.4;
  if (numbered) {
    const width = gaugeOf(measure, BOLD)(String(number)) * unit;
    parts.push({ kind: "number", words: String(number), letters: width, width: width + gap });
  }
  for (const colour of colours.slice(0, 5)) parts.push({ kind: "colour", colour, width: unit * 1.1 });
  // Words that are set on the page need no tag to say them; the sheet's table has the descriptions.
  const said = numbered || (type === "text" && words) ? "" : desc || (type === "text" ? "Text" : "Object");
  const gauge = gaugeOf(measure, PLAIN);
  const room = Math.max(box[3] - box[1] - unit * 0.8 - parts.reduce((sum, part) => sum + part.width, 0), unit * 4);
  const label = said && shorten(said.slice(0, LONGEST).replace(/\s+/g, " "), room / unit, gauge);
  if (label) {
    const letters = gauge(label) * unit;
    parts.push({ kind: "label", words: label, letters, width: letters + gap });
  }
  return parts;
}

/** Inside the corners and the middle of an object, outside of words; the first of equals wins. */
function bestPlace({ type, box }, [tall, wide], { page, avoid, unit }) {
  const [top, left, bottom, right] = box;
  const inset = Math.min(unit * 0.4, (bottom - top) / 8, (right - left) / 8);
  const inside = [
    [top + inset, left + inset],
    [top + inset, right - inset - wide],
    [bottom - inset - tall, left + inset],
    [bottom - inset - tall, right - inset - wide],
    [(top + bottom - tall) / 2, (left + right - wide) / 2],
  ];
  const outside = [
    [bottom + unit * 0.2, left],
    [top - tall - unit * 0.2, left],
    [bottom + unit * 0.2, right - wide],
    [top - tall - unit * 0.2, right - wide],
    [top, right + unit * 0.2],
    [top, left - wide - unit * 0.2],
  ];
  const places = (type === "text" ? [...outside, ...inside] : [...inside, ...outside]).map(([y, x]) => [
    Math.max(0, Math.min(page[0] - tall, y)),
    Math.max(0, Math.min(page[1] - wide, x)),
  ]);
  const cost = ([y, x]) =>
    avoid.reduce((sum, other) => sum + overlap([y, x, y + tall, x + wide], other), 0);
  return places.reduce((best, place) => (cost(place) < cost(best) - 1 ? place : best));
}

function overlap(one, other) {
  const tall = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const wide = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return tall > 0 && wide > 0 ? tall * wide : 0;
}

/** A square of a colour, with a line around it for those that are nearly the paper's. */
export function swatch(colour, x, y, side) {
  const line = { stroke: INK, "stroke-opacity": 0.35, "stroke-width": side / 14 };
  return node("rect", { x, y, width: side, height: side, fill: colour, ...line });
}

function drawn({ number }, parts, [y, x], [tall, wide], unit) {
  let at = x + unit * 0.4;
  const baseline = y + tall / 2 + unit * 0.36;
  const pieces = parts.map((part) => {
    const left = at;
    at += part.width;
    if (part.kind === "colour") {
      const side = unit * 0.9;
      return swatch(part.colour, left, y + (tall - side) / 2, side);
    }
    return node(
      "text",
      {
        x: left,
        y: baseline,
        "font-size": unit,
        "font-weight": part.kind === "number" ? 700 : null,
        ...spread(part.letters),
      },
      part.words,
    );
  });
  return node(
    "g",
    { class: "tag", "data-tag": number, "font-family": PLAIN.family, fill: INK },
    node("rect", {
      ...{ x, y, width: wide, height: tall, rx: unit * 0.25, fill: "#FFFFFF", "fill-opacity": 0.92 },
      ...{ stroke: INK, "stroke-opacity": 0.3, "stroke-width": unit / 14 },
    }),
    ...pieces,
  );
}
