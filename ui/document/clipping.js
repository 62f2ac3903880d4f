/**
 * Elements as clipboard text and back: what is copied here can be pasted into any caption.
 *
 * The text is plain JSON, a list of elements, so that it also fits the editor and other tools.
 * Clipboard text may come from anywhere: what is read is built anew from the members a caption
 * knows, and text that is not elements is nothing. What it is not: repair of captions (Python's).
 */

import { boxOf, ELEMENT_PALETTE_LIMIT, isHidden, ORDER, paletteOf, TYPES } from "./caption.js";
import { isColour } from "./colour.js";
import { format } from "./jsonpatch.js";
import { parseJson } from "./jsontext.js";
import { isObject } from "./jsonvalue.js";

/** The limits of a caption; a test compares them with the schema. */
export const MOST_TEXT = 262_144;
export const MOST_ELEMENTS = 200;
export const MOST_LETTERS = 4000;

export function toClipboard(elements) {
  return format(elements);
}

/** The elements in a text (a list, or a single one), or an empty list. */
export function fromClipboard(text) {
  if (typeof text !== "string" || text.length > MOST_TEXT || !/^\s*[[{]/.test(text)) return [];
  const parsed = parseJson(text);
  if (!parsed.ok) return [];
  const list = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  if (list.length > MOST_ELEMENTS || !list.every(isElement)) return [];
  return list.map(rebuilt);
}

function isElement(value) {
  return (
    isObject(value) &&
    TYPES.includes(value.type) &&
    isText(value.desc ?? "") &&
    isText(value.text ?? "")
  );
}

/** Half a pair of surrogates is no letter: Python refuses a caption that holds one. */
function isText(value) {
  return (
    typeof value === "string" && !/\p{Surrogate}/u.test(value) && [...value].length <= MOST_LETTERS
  );
}

/** Known members only, in trained order; a box or colours that are none are left out. */
function rebuilt(source) {
  const colours = paletteOf(source).filter(isColour).slice(0, ELEMENT_PALETTE_LIMIT);
  const members = {
    type: source.type,
    bbox: boxOf(source),
    text: source.type === "text" ? (source.text ?? "") : null,
    desc: source.desc ?? "",
    colour_palette: colours.length ? colours : null,
    hidden: isHidden(source) || null,
  };
  const kept = ORDER.element.filter((name) => members[name] !== null);
  return Object.fromEntries(kept.map((name) => [name, members[name]]));
}
