/**
 * Where an issue stands in the text: the value its path names, else its line and column.
 *
 * Pure, so that node tests it. What it is not: CodeMirror's diagnostics; `editor.js` makes those.
 */

import { locate, offsetAt } from "../document/jsontext.js";

/** Underlining a whole section helps nobody: long ranges are cut at the end of their first line. */
const LONGEST = 240;

/**
 * `{from, to}` in UTF-16 units, never empty unless the text is.
 * @param issue `{path, line, column}`; line and column are 1-based, the column in code points
 * @param ranges of the parsed text, empty while it does not parse
 */
export function placeOf(issue, text, ranges) {
  const range = ranges.size > 0 ? locate(ranges, issue.path ?? "") : null;
  const told = issue.line ? offsetAt(text, issue.line, issue.column ?? 1) : null;
  if (range && (told === null || (range.key <= told && told <= range.to))) {
    const from = told === null || told === range.from ? range.from : told;
    return widen(text, from, Math.max(from, range.to));
  }
  const from = told ?? 0;
  return widen(text, from, wordEnd(text, from));
}

function widen(text, from, to) {
  const line = text.indexOf("\n", from);
  const cut = to - from > LONGEST || (line >= 0 && line < to) ? (line < 0 ? to : line) : to;
  const end = Math.min(Math.max(cut, from + 1), from + LONGEST, text.length);
  return from < end ? { from, to: end } : { from: Math.max(0, end - 1), to: end };
}

function wordEnd(text, from) {
  const found = /^(?:"(?:[^"\\\n]|\\.)*"?|[\w.+-]+|.)/u.exec(text.slice(from, from + LONGEST));
  return from + (found ? found[0].length : 1);
}
