/**
 * A caption as a small picture: its sketch as an SVG element.
 *
 * Only for the eye; whoever shows it names it in words. What it is not: what is drawn (`sketch.js`).
 */

import { sketch } from "./sketch.js";

const SVG = "http://www.w3.org/2000/svg";
let made = 0;

/** @param options `ratio` of the page, width to height; `class` of the element */
export function thumbnail(caption, { ratio = 1, class: name } = {}) {
  const { background, page, shapes } = sketch(caption, ratio);
  const [start, end = start] = background;
  const id = `ig-sketch-${(made += 1)}`;
  return svg(
    "svg",
    { viewBox: `0 0 ${page.join(" ")}`, "aria-hidden": "true", class: name },
    svg(
      "linearGradient",
      { id, x1: 0, y1: 0, x2: 0, y2: 1 },
      svg("stop", { offset: 0, "stop-color": start }),
      svg("stop", { offset: 1, "stop-color": end }),
    ),
    svg("rect", { width: page[0], height: page[1], fill: `url(#${id})` }),
    ...shapes.map(({ tag, attributes, words = "" }) => svg(tag, attributes, words)),
  );
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}
