/**
 * What a caption lays out, in pixels: the page, its colours, and the elements that are to be seen.
 *
 * Takes anything, however broken; elements with `"hidden": true` are left out. Boxes are
 * `[top, left, bottom, right]` in whole pixels.
 * What it is not: a drawing (`wireframe.js`), nor what the model reads.
 */

import { boxOf, elementsOf, isHidden, paletteOf, styleOf, textOf } from "./caption.js";
import { isColour } from "./colour.js";
import { GRID, roundHalfUp } from "./geometry.js";
import { isObject } from "./jsonvalue.js";

export const WHITE = "#FFFFFF";

/**
 * @param {{width: number, height: number}} size of the page in pixels
 * @returns {{width, height, title, background, page: string[], palette: string[], style, items}}
 *   `page`: one colour, or two that fade from top to bottom; an item is `{number, type, words,
 *   desc, colours, box}`, its `box` null where the caption gives none, its `number` from 1 in
 *   painter's order
 */
export function layoutOf(caption, { width, height }) {
  const style = styleOf(caption);
  const palette = coloursOf(style);
  const background = textOf(caption?.compositional_deconstruction?.background);
  const shown = elementsOf(caption).filter((element) => isObject(element) && !isHidden(element));
  return {
    width,
    height,
    title: textOf(caption?.high_level_description).trim(),
    background: background.trim(),
    page: pageColours(background, palette),
    palette,
    style: styleWords(style),
    items: shown.map((element, index) => itemOf(element, index, width, height)),
  };
}

/**
 * What lies beneath the middle of an item: the nearest coloured object that covers it, or the page.
 * @returns {{colour: string, item: object | null}}
 */
export function surfaceOf({ items, page }, item) {
  const [y, x] = [(item.box[0] + item.box[2]) / 2, (item.box[1] + item.box[3]) / 2];
  const covers = ({ type, box, colours }) =>
    type === "obj" && colours.length > 0 && box !== null &&
    box[0] <= y && y <= box[2] && box[1] <= x && x <= box[3];
  const behind = items.slice(0, items.indexOf(item)).findLast(covers) ?? null;
  return { colour: behind?.colours[0] ?? page[0], item: behind };
}

function itemOf(element, index, width, height) {
  const box = boxOf(element);
  const text = element.type === "text";
  return {
    number: index + 1,
    type: text ? "text" : "obj",
    words: text ? textOf(element.text).replace(/\r\n?/g, "\n").trim() : "",
    desc: textOf(element.desc).trim(),
    colours: coloursOf(element),
    box: box && inPixels(box, width, height),
  };
}

/** A box of one grid unit on a small page may round to nothing; it keeps one pixel. */
function inPixels([top, left, bottom, right], width, height) {
  const [y, x] = [roundHalfUp((top * height) / GRID), roundHalfUp((left * width) / GRID)];
  return [
    y,
    x,
    Math.max(y + 1, roundHalfUp((bottom * height) / GRID)),
    Math.max(x + 1, roundHalfUp((right * width) / GRID)),
  ];
}

/** Colours written in the background's words, else the palette's first, else paper. */
function pageColours(words, palette) {
  const written = (words.match(/#[0-9a-f]{6}(?![0-9a-f])/gi) ?? []).map((colour) => colour.toUpperCase());
  if (written.length > 1 && /\b(fad(es?|ing)|gradient)\b/i.test(words)) return written.slice(0, 2);
  return [written[0] ?? palette[0] ?? WHITE];
}

function coloursOf(holder) {
  return paletteOf(holder).filter(isColour).map((colour) => colour.toUpperCase());
}

function styleWords(style) {
  const names = ["photo", "art_style", "medium", "aesthetics", "lighting"];
  return names.map((name) => textOf(style?.[name]).trim()).filter(Boolean).join("; ");
}
