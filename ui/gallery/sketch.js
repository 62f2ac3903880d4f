/**
 * A caption as a few flat shapes: what its boxes and colours say, without any model.
 *
 * Shapes stand on the caption's grid of 0 to 1000, as names and attributes of SVG elements.
 * What it is not: a renderer of captions. It knows the words of the captions to try; a shape it
 * does not know is a rectangle, a colour that is not written as #RRGGBB is grey.
 */

import { boxOf, elementsOf, paletteOf, textOf } from "../document/caption.js";
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

/** `{background: [colour, ...], shapes: [{tag, attributes}]}`, back to front; never throws. */
export function sketch(caption) {
  const words = textOf(caption?.compositional_deconstruction?.background);
  const background = words.match(/#[0-9a-f]{6}\b/gi) ?? [UNKNOWN];
  const shapes = elementsOf(caption).flatMap((element) => {
    const box = boxOf(element);
    return box ? [shapeOf(element, box)] : [];
  });
  return { background, shapes };
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

/** The page that the shapes stand on. */
export const VIEW = `0 0 ${GRID} ${GRID}`;
