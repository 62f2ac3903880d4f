/**
 * The one drawing of a layout: a caption's boxes, words and colours as SVG, without any model.
 *
 * `wireframe` is a file for designers, `sketch` the small picture of a list; both are `pageNodes`.
 * The drawing has no script, no style sheet, no font and no address of anything outside it, and
 * every word of a person stands in it as text (`markup.js`).
 * What it is not: a guess at the picture. A coloured box is filled with its first colour, a box
 * without colours is a see-through grey, and a crossed box is a place for a picture.
 */

import { contrast, betterColour } from "./contrast.js";
import { layoutOf, surfaceOf } from "./layout.js";
import { estimate, fit, letteringOf, LINE, spread } from "./lettering.js";
import { node, SVG, toXml } from "./markup.js";
import { rectangle, shapeIn } from "./shapes.js";
import { tagsOf } from "./tags.js";

const GREY = "#80868B";
/** WCAG 2 for large letters: below it a colour moves towards light or dark until it is reached. */
const READABLE = 3;

/**
 * The page as an SVG file.
 * @param {unknown} caption
 * @param {object} options `width`, `height` of the picture in pixels; `scale`: of the file against
 *   the picture; `measure`: see `lettering.js`
 * @returns {string}
 */
export function wireframe(caption, { width, height, scale = 1, measure = estimate }) {
  const layout = layoutOf(caption, { width, height });
  return toXml(
    sheet(
      { width: width * scale, height: height * scale, viewBox: `0 0 ${width} ${height}` },
      titleOf(layout),
      descOf(layout),
      ...pageNodes(layout, { measure }),
    ),
  );
}

/**
 * A small picture without tags and crosses, as a tree, 1000 units on its longer side.
 * @param {object} options `ratio` of the page, width to height; `id`: keeps its parts apart from
 *   those of other pictures on the same page
 */
export function sketch(caption, { ratio = 1, id = "sketch", measure = estimate } = {}) {
  const [width, height] = [1, 1 / ratio].map((side) => Math.round((1000 * side) / Math.max(1, 1 / ratio)));
  const layout = layoutOf(caption, { width, height });
  return node("svg", { viewBox: `0 0 ${width} ${height}` }, ...pageNodes(layout, { id, measure, plain: true }));
}

/**
 * What stands on the page, back to front.
 * @param {object} options `plain`: colours and words only; `numbered`: tags with numbers
 */
export function pageNodes(layout, { id = "page", measure = estimate, plain = false, numbered = false }) {
  const { width, height, items } = layout;
  const line = Math.max(1, Math.min(width, height) / 700);
  const drawn = items.filter(({ box }) => box).map((item) =>
    node(
      "g",
      { "data-element": item.number, "data-type": item.type },
      plain ? null : node("title", {}, nameOf(item)),
      ...(item.type === "text" ? lettersOn(layout, item, { measure, line, plain }) : surface(layout, item, { line, plain })),
    ),
  );
  const tags = plain ? [] : tagsOf(layout, { unit: tagSize(layout), numbered, measure });
  return [...paper(layout, id), ...drawn, ...tags];
}

export function sheet(attributes, ...children) {
  return node("svg", { xmlns: SVG, version: "1.1", role: "img", ...attributes }, ...children);
}

/** What an element is called where there is no room for all of it. */
export function nameOf({ type, words, desc, number }) {
  const said = (type === "text" && words ? `“${words}”` : desc).replace(/\s+/g, " ");
  return said || `${type === "text" ? "Text" : "Object"} ${number}`;
}

export function titleOf({ title }) {
  return node("title", {}, title || "Layout");
}

export function descOf({ width, height, items }) {
  const placed = items.filter(({ box }) => box).length;
  const boxes = `${placed} ${placed === 1 ? "box" : "boxes"}`;
  return node("desc", {}, `A wireframe of ${boxes} on a page of ${width} by ${height} pixels.`);
}

/** Letters of about 11 pixels on a page of 1024, larger on larger ones, never too small to read. */
export function tagSize({ width, height }) {
  return Math.max(8, Math.min(width, height) / 88);
}

function paper({ width, height, page }, id) {
  const [start, end] = page;
  const whole = { width, height };
  if (!end) return [node("rect", { ...whole, fill: start, "data-part": "page" })];
  return [
    node(
      "linearGradient",
      { id: `${id}-fade`, x1: 0, y1: 0, x2: 0, y2: 1 },
      node("stop", { offset: 0, "stop-color": start }),
      node("stop", { offset: 1, "stop-color": end }),
    ),
    node("rect", { ...whole, fill: `url(#${id}-fade)`, "data-part": "page" }),
  ];
}

/** An object: its shape in its first colour; in a wireframe also its box and the crossed lines. */
function surface(layout, item, { line, plain }) {
  const [colour] = item.colours;
  const shape = shapeIn(item.box, item.desc);
  const see = colour ? { fill: colour } : { fill: GREY, "fill-opacity": 0.18 };
  const filled = node(shape.tag, { ...shape.attributes, ...see });
  if (plain) return [filled];
  const [top, left, bottom, right] = item.box;
  const under = colour && shape.tag === "rect" ? colour : surfaceOf(layout, item).colour;
  const stroke = { stroke: inkOn(under), "stroke-width": line, fill: "none" };
  const cross = `M${left} ${top}L${right} ${bottom}M${right} ${top}L${left} ${bottom}`;
  return [
    filled,
    isPlain(shape) && node("path", { d: cross, ...stroke, "stroke-opacity": 0.28 }),
    outline(item.box, line, { ...stroke, "stroke-opacity": 0.55 }),
  ];
}

function isPlain({ tag, attributes }) {
  return tag === "rect" && attributes.rx === undefined;
}

/** Half a line inside, so that neighbours' outlines do not cover each other. */
function outline([top, left, bottom, right], line, attributes) {
  const inset = Math.min(line / 2, (bottom - top) / 2, (right - left) / 2);
  const box = [top + inset, left + inset, bottom - inset, right - inset];
  return node("rect", { ...rectangle(box).attributes, ...attributes });
}

/** Real words, as large as their box lets them be. */
function lettersOn(layout, item, { measure, line, plain }) {
  const { colour: under, item: behind } = surfaceOf(layout, item);
  const ink = item.colours[0] ? betterColour(item.colours[0], under, READABLE) : inkOn(under);
  const [top, left, bottom, right] = item.box;
  const { anchor, ...font } = letteringOf(item.desc);
  const { size, lines } = fit(item.words, right - left, bottom - top, { font, measure });
  const x = { start: left, middle: (left + right) / 2, end: right }[anchor];
  const start = (top + bottom - lines.length * size * LINE) / 2;
  const letters = lines.map((row, index) =>
    node(
      "text",
      { x, y: start + (index + 0.5) * size * LINE + size * 0.36, ...spread(row.width) },
      row.words,
    ),
  );
  const frame = { stroke: inkOn(under), "stroke-opacity": 0.4, "stroke-width": line, fill: "none" };
  return [
    !plain && outline(item.box, line, { ...frame, "stroke-dasharray": `${line * 4} ${line * 3}` }),
    letters.length > 0 &&
      node(
        "g",
        {
          fill: ink,
          "font-family": font.family,
          "font-size": size,
          "font-weight": font.weight === 400 ? null : font.weight,
          "font-style": font.style === "normal" ? null : font.style,
          "text-anchor": anchor,
          // The crossed lines of what is behind would run through the letters.
          ...(!plain && behind && isPlain(shapeIn(behind.box, behind.desc)) && {
            stroke: under, "stroke-width": size * 0.14, "stroke-linejoin": "round", "paint-order": "stroke",
          }),
        },
        ...letters,
      ),
  ];
}

function inkOn(colour) {
  return contrast("#000000", colour) >= contrast("#FFFFFF", colour) ? "#000000" : "#FFFFFF";
}
