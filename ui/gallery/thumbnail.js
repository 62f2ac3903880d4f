/**
 * A caption as a small picture: the drawing of its layout as an SVG element.
 *
 * Only for the eye; whoever shows it names it in words. What it is not: what is drawn
 * (`document/wireframe.js`).
 */

import { drawn } from "../document/dom.js";
import { sketch } from "../document/wireframe.js";

let made = 0;

/** @param options `ratio` of the page, width to height; `class` of the element */
export function thumbnail(caption, { ratio = 1, class: name } = {}) {
  const picture = drawn(sketch(caption, { ratio, id: `ig-sketch-${(made += 1)}` }));
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", name);
  return picture;
}
