import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  fromClipboard,
  MOST_ELEMENTS,
  MOST_LETTERS,
  MOST_TEXT,
  toClipboard,
} from "../../ui/document/clipping.js";

const CUP = { type: "obj", bbox: [1, 2, 30, 40], desc: "a “cup” 😀", colour_palette: ["#FF0000"] };
const WORDS = { type: "text", bbox: [5, 5, 9, 9], text: "SLOW\nDAYS", desc: "big", hidden: true };

test("what was copied comes back", () => {
  assert.deepEqual(fromClipboard(toClipboard([CUP, WORDS])), [CUP, WORDS]);
});

test("the limits are the caption's", () => {
  const address = new URL("../../ideogram4/caption/schema.json", import.meta.url);
  const limits = JSON.parse(readFileSync(address, "utf8"))["x-limits"];
  assert.deepEqual([MOST_ELEMENTS, MOST_LETTERS, MOST_TEXT], [limits.elements, limits.string, limits.bytes]);
});

test("a single element, as copied from the editor, is an element", () => {
  assert.deepEqual(fromClipboard(JSON.stringify(CUP)), [CUP]);
});

test("the other spelling of the palette is understood", () => {
  const { colour_palette: colours, ...rest } = CUP;
  assert.deepEqual(fromClipboard(JSON.stringify({ ...rest, color_palette: colours })), [CUP]);
});

test("text that is not elements is nothing", () => {
  const odd = [
    "", " ", "hello", "12", "null", "[]", "{}", "[null]", "[[]]", '["obj"]', "[1, 2, 3]",
    '{"type": "obj", "desc": 3}', '{"type": "text", "text": {}}', '{"type": "group", "desc": ""}',
    '{"type": ["obj"], "desc": ""}', '[{"type": "obj", "desc": ""}, 7]', '{"type": "obj", "type": "obj"}',
    '{"type": "obj", "desc": "cut off', '{"type": "obj", "desc": "\\ud800"}', "[".repeat(100_000),
    `{"type": "obj", "desc": "${"x".repeat(MOST_LETTERS + 1)}"}`,
    JSON.stringify(new Array(MOST_ELEMENTS + 1).fill(CUP)),
    `{"type": "obj", "desc": "x"${" ".repeat(MOST_TEXT)}}`,
    undefined, null, 3,
  ];
  for (const text of odd) assert.deepEqual(fromClipboard(text), [], String(text).slice(0, 60));
});

test("an element is built anew: strange members, boxes and colours stay outside", () => {
  const [found] = fromClipboard(`{
    "__proto__": {"polluted": true}, "constructor": 1, "onclick": "x", "type": "obj",
    "bbox": [9, 9, 1, 1], "text": "not for objects", "desc": "<img src=x onerror=alert(1)>",
    "colour_palette": ["red", 3, "#00FF00", "#1", null, "#111111", "#222222", "#333333", "#444444", "#555555"]
  }`);
  assert.deepEqual(found, {
    type: "obj",
    desc: "<img src=x onerror=alert(1)>",
    colour_palette: ["#00FF00", "#111111", "#222222", "#333333", "#444444"],
  });
  assert.equal({}.polluted, undefined);
  assert.equal(Object.getPrototypeOf(found), Object.prototype);
});

test("members come in trained order, and a text has words", () => {
  const [found] = fromClipboard('[{"desc": "d", "bbox": [0, 0, 5000, 12.4], "type": "text"}]');
  assert.deepEqual(Object.entries(found), [
    ["type", "text"], ["bbox", [0, 0, 1000, 12]], ["text", ""], ["desc", "d"],
  ]);
});
