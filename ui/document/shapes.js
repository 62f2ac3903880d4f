/**
 * The shape that a short description names, fitted into a box: "a large red circle" is an ellipse.
 *
 * What it is not: an artist. Only a description that is nothing but a shape counts ("spring rolls
 * around a star of chillies" is no star); everything else is the rectangle of its box.
 */

import { node } from "./markup.js";

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

/** `a`, at most four plain words, the shape's name: nothing that says "of", "with" or "in". */
const BEFORE = /^(?:an? |the )?(?:(?!of |with |in |on |and |from )[\p{L}-]+ ){0,4}$/u;

/** An SVG node without colours; `box` is `[top, left, bottom, right]` in any unit. */
export function shapeIn(box, desc = "") {
  const said = desc.trim().toLowerCase().replace(/[.!]$/, "");
  const named = ([name]) => said.endsWith(name) && BEFORE.test(said.slice(0, -name.length));
  return (SHAPES.find(named)?.[1] ?? rectangle)(box);
}

export function rectangle([top, left, bottom, right]) {
  return node("rect", { x: left, y: top, width: right - left, height: bottom - top });
}

function rounded(box) {
  const { attributes } = rectangle(box);
  return node("rect", { ...attributes, rx: 0.22 * Math.min(attributes.width, attributes.height) });
}

function ellipse([top, left, bottom, right]) {
  return node("ellipse", {
    cx: (left + right) / 2,
    cy: (top + bottom) / 2,
    rx: (right - left) / 2,
    ry: (bottom - top) / 2,
  });
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
  const { cx, cy, rx, ry } = ellipse(box).attributes;
  const turn = (share) =>
    `M${cx - rx * share} ${cy}a${rx * share} ${ry * share} 0 1 0 ${2 * rx * share} 0` +
    `a${rx * share} ${ry * share} 0 1 0 ${-2 * rx * share} 0Z`;
  return node("path", { d: turn(1) + turn(0.55), "fill-rule": "evenodd" });
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
  return node("polygon", { points: points.map((point) => point.map(short).join(",")).join(" ") });
}
