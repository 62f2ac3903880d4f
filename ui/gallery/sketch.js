/**
 * A caption as a few flat shapes: what its boxes, colours and texts say, without any model.
 *
 * Shapes stand on a page of the caption's ratio, 1000 units on its longer side, as names and
 * attributes of SVG elements. What it is not: a renderer of captions. It knows the words of the
 * captions to try; a shape it does not know is a rectangle, a colour that is not written as
 * #RRGGBB is grey.
 */

import { boxOf, elementsOf, isHidden, paletteOf, styleOf, textOf } from "../document/caption.js";
import { isColour } from "../document/colour.js";
import { GRID } from "../document/geometry.js";

const UNKNOWN = "#9AA0A6";

// The longer name first: a rounded rectangle is not a rectangle.
const SHAPES = [
  ["rounded rectangle", rounded],
  ["circle", ellipse],
  ["triangle", triangle],
  ["diamond", diamond],
  ["ring", ring],
  ["cross", cross],
  ["star", star],
];

/**
 * `{background: [colour, ...], page: [width, height], shapes: [{tag, attributes, words?}]}`, back to
 * front; never throws. A background that says no colour has the palette's first.
 *
 * @param ratio the page's width to height
 */
export function sketch(caption, ratio = 1) {
  const words = textOf(caption?.compositional_deconstruction?.background);
  const meant = paletteOf(styleOf(caption)).filter(isColour).slice(0, 1);
  const background = words.match(/#[0-9a-f]{6}\b/gi) ?? (meant.length ? meant : [UNKNOWN]);
  const page = [GRID * Math.min(1, ratio), GRID * Math.min(1, 1 / ratio)];
  const shapes = elementsOf(caption).flatMap((element) => {
    const box = isHidden(element) ? null : boxOf(element);
    if (!box) return [];
    const placed = box.map((edge, i) => (edge * page[1 - (i % 2)]) / GRID);
    return element.type === "text" ? lines(element, placed) : [shapeOf(element, placed)];
  });
  return { background: background.slice(0, 2), page, shapes };
}

/** The words as large as they fit, a line each, as high as four fifths of its share of the box. */
function lines(element, [top, left, bottom, right]) {
  const rows = textOf(element.text).split("\n");
  const colour = paletteOf(element).find(isColour) ?? UNKNOWN;
  const step = (bottom - top) / rows.length;
  const longest = Math.max(1, ...rows.map((row) => [...row].length));
  const size = Math.min(step * 0.8, (right - left) / (longest * 0.58));
  return rows.map((words, i) => ({
    tag: "text",
    words,
    attributes: {
      x: (left + right) / 2,
      y: top + step * (i + 0.5),
      fill: colour,
      "font-size": Math.round(size * 10) / 10,
      "text-anchor": "middle",
      "dominant-baseline": "central",
    },
  }));
}

function shapeOf(element, box) {
  const desc = textOf(element.desc).toLowerCase();
  const draw = SHAPES.find(([name]) => desc.includes(name))?.[1] ?? rectangle;
  const { tag, ...attributes } = draw(box);
  const colour = paletteOf(element).find(isColour) ?? UNKNOWN;
  return { tag, attributes: { ...attributes, fill: colour } };
}

function rectangle([top, left, bottom, right]) {
  return { tag: "rect", x: left, y: top, width: right - left, height: bottom - top };
}

function rounded(box) {
  const shape = rectangle(box);
  return { ...shape, rx: 0.22 * Math.min(shape.width, shape.height) };
}

function ellipse([top, left, bottom, right]) {
  return {
    tag: "ellipse",
    cx: (left + right) / 2,
    cy: (top + bottom) / 2,
    rx: (right - left) / 2,
    ry: (bottom - top) / 2,
  };
}

function triangle([top, left, bottom, right]) {
  return polygon([[(left + right) / 2, top], [right, bottom], [left, bottom]]);
}

function diamond([top, left, bottom, right]) {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return polygon([[x, top], [right, y], [x, bottom], [left, y]]);
}

/** An ellipse with a hole of 0.55 of it. */
function ring(box) {
  const { cx, cy, rx, ry } = ellipse(box);
  const turn = (share) =>
    `M${cx - rx * share} ${cy}a${rx * share} ${ry * share} 0 1 0 ${2 * rx * share} 0` +
    `a${rx * share} ${ry * share} 0 1 0 ${-2 * rx * share} 0Z`;
  return { tag: "path", d: turn(1) + turn(0.55), "fill-rule": "evenodd" };
}

/** Two bars, each a third of the box. */
function cross([top, left, bottom, right]) {
  const [x1, x2] = [left + (right - left) / 3, right - (right - left) / 3];
  const [y1, y2] = [top + (bottom - top) / 3, bottom - (bottom - top) / 3];
  return polygon([
    [x1, top], [x2, top], [x2, y1], [right, y1], [right, y2], [x2, y2],
    [x2, bottom], [x1, bottom], [x1, y2], [left, y2], [left, y1], [x1, y1],
  ]);
}

/** Five points that touch the box on every side: a regular star is 1.902 wide and 1.809 high. */
function star([top, left, bottom, right]) {
  const points = Array.from({ length: 10 }, (_, index) => {
    const radius = index % 2 === 0 ? 1 : 0.38197;
    const angle = (index * Math.PI) / 5;
    const x = Math.sin(angle) * radius;
    const y = 1 - Math.cos(angle) * radius;
    return [
      (left + right) / 2 + (x / 1.90211) * (right - left),
      top + (y / 1.80902) * (bottom - top),
    ];
  });
  return polygon(points);
}

function polygon(points) {
  const short = (number) => Math.round(number * 10) / 10;
  return { tag: "polygon", points: points.map((point) => point.map(short).join(",")).join(" ") };
}
