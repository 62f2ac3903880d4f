/**
 * What a document's text says, or why it says nothing that the studio can edit.
 *
 * What it is not: the judge of captions; any JSON that can hold elements will do.
 */

import { emptyCaption, structureProblem } from "./caption.js";
import { locate, parseJson, placeAt } from "./jsontext.js";

/**
 * @returns {{value: object, ranges: Map, problem: null}
 *   | {ranges?: Map, problem: {message: string, offset: number, line: number, column: number}}}
 *   `ranges`: where each value stands in the text, by JSON pointer; there is none of broken text.
 *   Blank text is an empty caption.
 */
export function meaningOf(text) {
  if (text.trim() === "") return { value: emptyCaption(), ranges: new Map(), problem: null };
  const parsed = parseJson(text);
  if (!parsed.ok) {
    const { message, offset, line, column } = parsed;
    return { problem: { message, offset, line, column } };
  }
  const { value, ranges } = parsed;
  const structure = structureProblem(value);
  if (structure) {
    const offset = locate(ranges, structure.pointer).from;
    return { ranges, problem: { message: structure.message, offset, ...placeAt(text, offset) } };
  }
  return { value, ranges, problem: null };
}

/** The editor counts a line break as one; so does everything else. */
export function unixLines(text) {
  return text.replace(/\r\n?/g, "\n");
}
