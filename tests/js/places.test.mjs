import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../../ui/document/jsontext.js";
import { placeOf } from "../../ui/editor/places.js";

const marked = (text, issue) => {
  const parsed = parseJson(text);
  const { from, to } = placeOf(issue, text, parsed.ok ? parsed.ranges : new Map());
  return text.slice(from, to);
};

test("an issue is underlined at the value its path names", () => {
  const text = '{\n  "a": {"b": "wrong"}\n}';
  assert.equal(marked(text, { path: "/a/b", line: 2, column: 14 }), '"wrong"');
  assert.equal(marked(text, { path: "/a/b", line: null, column: null }), '"wrong"');
});

test("an emoji before it does not shift the place", () => {
  const text = '{"a": "😀😀", "b": 12}';
  const column = [...text.slice(0, text.indexOf("12"))].length + 1;
  assert.equal(marked(text, { path: "/b", line: 1, column }), "12");
});

test("text that does not parse is marked by line and column", () => {
  const text = '{\n  "a": 1\n  "b": 2\n}';
  assert.equal(marked(text, { path: "", line: 3, column: 3 }), '"b"');
});

test("a whole section is marked on its first line only", () => {
  const text = '{\n  "a": 1\n}';
  assert.equal(marked(text, { path: "", line: 1, column: 1 }), "{");
});

test("an issue about a name marks from the name on", () => {
  const text = '{"colour": 1, "extra": true}';
  const column = text.indexOf('"extra"') + 1;
  assert.ok(marked(text, { path: "/extra", line: 1, column }).startsWith('"extra"'));
});

test("every place lies in the text, whatever is said", () => {
  for (const text of ["", "x", "{", '{"a": [1, 2]}\n']) {
    for (const issue of [
      { path: "", line: 99, column: 99 },
      { path: "/nowhere", line: null, column: null },
      { path: "/a/7", line: 1, column: 400 },
    ]) {
      const parsed = parseJson(text);
      const { from, to } = placeOf(issue, text, parsed.ok ? parsed.ranges : new Map());
      assert.ok(0 <= from && from <= to && to <= text.length, JSON.stringify({ text, issue, from, to }));
      assert.ok(from < to || text === "");
    }
  }
});
