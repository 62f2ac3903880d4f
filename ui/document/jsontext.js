/**
 * JSON text with places: parse it, know where every value stands, change one value in place.
 *
 * Why not JSON.parse: it keeps no positions, its messages differ between browsers, and it takes the
 * last of two equal keys without a word, so a canvas edit would lose what a person typed.
 *
 * What it is not: the judge of captions. Whether JSON is a caption is Python's to say
 * (`ideogram4.caption`); this file only reads, points and patches.
 *
 * Pointers are JSON pointers (RFC 6901), "" is the root. Offsets count UTF-16 units, as in
 * JavaScript and CodeMirror; Python's columns count code points (`offsetAt` converts).
 */

import { put } from "./jsonvalue.js";

const DEEPEST = 64;
const SPACE = new Set([" ", "\t", "\n", "\r"]);
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * @returns {{ok: true, value: unknown, ranges: Map<string, {from: number, to: number, key: number}>}
 *   | {ok: false, message: string, offset: number, line: number, column: number}}
 *   `key` is where the member's name begins (`from` where there is none).
 */
export function parseJson(text) {
  const reader = new Reader(text);
  try {
    return { ok: true, value: reader.document(), ranges: reader.ranges };
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return { ok: false, message: error.message, offset: error.offset, ...placeAt(text, error.offset) };
  }
}

class JsonProblem extends Error {
  constructor(message, offset) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.ranges = new Map();
  }

  document() {
    this.space();
    if (this.at === this.text.length) this.fail("The text is empty");
    const value = this.value("", 0, this.at);
    this.space();
    if (this.at < this.text.length) this.fail("There is more text after the end of the caption");
    return value;
  }

  value(pointer, depth, key) {
    if (depth > DEEPEST) this.fail("The text is nested too deeply");
    const from = this.at;
    const mark = this.text[from];
    let value;
    if (mark === "{") value = this.object(pointer, depth);
    else if (mark === "[") value = this.array(pointer, depth);
    else if (mark === '"') value = this.string();
    else value = this.word();
    this.ranges.set(pointer, { from, to: this.at, key });
    return value;
  }

  object(pointer, depth) {
    const open = this.at;
    const object = {};
    this.at += 1;
    this.space();
    if (this.take("}")) return object;
    for (;;) {
      const key = this.at;
      if (this.text[key] === "}") this.fail("A comma before } has nothing after it");
      if (this.text[key] !== '"') this.fail(this.unclosed(open) ?? 'A name in "quotes" is expected here');
      const name = this.string();
      if (Object.hasOwn(object, name)) this.fail(`"${shorten(name)}" appears twice in one object`, key);
      this.space();
      if (!this.take(":")) this.fail(this.unclosed(open) ?? "A colon is expected after the name");
      this.space();
      put(object, name, this.value(`${pointer}/${escapeToken(name)}`, depth + 1, key));
      this.space();
      if (this.take("}")) return object;
      if (!this.take(",")) this.fail(this.unclosed(open) ?? "A comma or } is expected here");
      this.space();
    }
  }

  array(pointer, depth) {
    const open = this.at;
    const array = [];
    this.at += 1;
    this.space();
    if (this.take("]")) return array;
    for (;;) {
      if (this.text[this.at] === "]") this.fail("A comma before ] has nothing after it");
      array.push(this.value(`${pointer}/${array.length}`, depth + 1, this.at));
      this.space();
      if (this.take("]")) return array;
      if (!this.take(",")) this.fail(this.unclosed(open) ?? "A comma or ] is expected here");
      this.space();
    }
  }

  string() {
    const open = this.at;
    const parts = [];
    this.at += 1;
    for (let from = this.at; ; ) {
      const mark = this.text[this.at];
      if (mark === undefined) this.fail("A text in quotes is never closed", open);
      if (mark === "\n" || mark === "\r") this.fail("A text in quotes is not closed on its line", open);
      if (mark < " ") this.fail("A control character needs an escape such as \\t");
      if (mark !== '"' && mark !== "\\") {
        this.at += 1;
        continue;
      }
      parts.push(this.text.slice(from, this.at));
      this.at += 1;
      if (mark === '"') return parts.join("");
      parts.push(this.escape());
      from = this.at;
    }
  }

  escape() {
    const mark = this.text[this.at];
    if (mark === "u") {
      const digits = this.text.slice(this.at + 1, this.at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("\\u needs four hexadecimal digits");
      this.at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (mark === undefined || !Object.hasOwn(ESCAPES, mark)) this.fail("This escape is not JSON");
    this.at += 1;
    return ESCAPES[mark];
  }

  word() {
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.fail(this.at < this.text.length ? "A value is expected here" : "The text ends too early");
    this.at += found[0].length;
    return Number(found[0]);
  }

  space() {
    while (SPACE.has(this.text[this.at])) this.at += 1;
  }

  take(mark) {
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  unclosed(open) {
    if (this.at < this.text.length) return null;
    return `The text ends before the ${this.text[open]} of line ${placeAt(this.text, open).line} is closed`;
  }

  fail(message, offset = this.at) {
    throw new JsonProblem(message, offset);
  }
}

export function escapeToken(name) {
  return name.replace(/~/g, "~0").replace(/\//g, "~1");
}

/** The range of `pointer`, or of its nearest ancestor that stands in the text. */
export function locate(ranges, pointer) {
  for (let path = pointer; ; path = path.slice(0, path.lastIndexOf("/"))) {
    if (ranges.has(path)) return ranges.get(path);
    if (path === "" || !path.includes("/")) return ranges.get("") ?? { from: 0, to: 0, key: 0 };
  }
}

/** 1-based line and column (in code points) of an offset. */
export function placeAt(text, offset) {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let i = before.indexOf("\n"); i >= 0; i = before.indexOf("\n", i + 1)) line += 1;
  return { line, column: [...before.slice(start)].length + 1 };
}

/** The offset of a 1-based line and column, the column in code points; kept inside the text. */
export function offsetAt(text, line, column) {
  let start = 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const body = text.slice(start, end < 0 ? text.length : end);
  let offset = 0;
  let left = column - 1;
  for (const point of body) {
    if (left <= 0) break;
    offset += point.length;
    left -= 1;
  }
  return start + offset;
}

/** The one change that turns `before` into `after`, or null. Never cuts a surrogate pair. */
export function diffText(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  if (head > 0 && isHighSurrogate(before.charCodeAt(head - 1))) head -= 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail -= 1;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}

function isHighSurrogate(code) {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code) {
  return code >= 0xdc00 && code <= 0xdfff;
}

function shorten(text) {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
