import assert from "node:assert/strict";
import { test } from "node:test";
import {
  diffText,
  locate,
  offsetAt,
  parseJson,
  placeAt,
} from "../../ui/document/jsontext.js";

const problem = (text) => {
  const parsed = parseJson(text);
  assert.equal(parsed.ok, false, `${text} should not parse`);
  return parsed;
};

test("reads what JSON.parse reads", () => {
  const texts = [
    '{"a": [1, -2.5e3, true, false, null], "b": {"c": "x\\n\\u00e9\\"\\\\/"}}',
    "[]",
    "{}",
    '  "word"  ',
    "0",
    "-0.5",
    '{"": {"": 1}, "a/b": {"~": 2}}',
  ];
  for (const text of texts) assert.deepEqual(parseJson(text).value, JSON.parse(text));
});

test("refuses what JSON.parse refuses", () => {
  const texts = [
    "", " ", "{", "[1,]", '{"a":1,}', "{'a':1}", "01", "1.", ".5", "+1", "NaN", "Infinity", "tru",
    '"\\x"', '"\\u12"', '"a\nb"', '"open', '{"a" 1}', "[1 2]", "{} {}", "// note\n{}", '"\u0001"',
  ];
  for (const text of texts) {
    assert.throws(() => JSON.parse(text), `JSON.parse takes ${text}`);
    problem(text);
  }
});

test("says twice-named members, which JSON.parse would swallow", () => {
  const { message, line, column } = problem('{\n  "desc": "a",\n  "desc": "b"\n}');
  assert.match(message, /"desc" appears twice/);
  assert.deepEqual([line, column], [3, 3]);
});

test("a name like __proto__ is data", () => {
  const { value } = parseJson('{"__proto__": {"polluted": true}, "constructor": 1}');
  assert.deepEqual(Object.keys(value), ["__proto__", "constructor"]);
  assert.equal({}.polluted, undefined);
  assert.equal(value.polluted, undefined);
});

test("ten thousand brackets are a problem, not a crash", () => {
  assert.match(problem("[".repeat(10_000)).message, /nested too deeply/);
});

test("a long string of one kind of letter is read quickly enough to finish", () => {
  const words = "x".repeat(200_000);
  assert.equal(parseJson(JSON.stringify(words)).value, words);
});

test("messages name the place in words a person can act on", () => {
  assert.match(problem('{"a": 1,}').message, /comma before \} has nothing after it/);
  assert.match(problem('{"a": [1, 2').message, /before the \[ of line 1 is closed/);
  assert.match(problem("{a: 1}").message, /name in "quotes"/);
  assert.match(problem('{"a": "b\n"}').message, /not closed on its line/);
  assert.match(problem('{"a": 1} x').message, /more text after the end/);
});

test("ranges cover each value by pointer", () => {
  const text = '{"a/b": [10, {"c": "é😀"}]}';
  const { ranges } = parseJson(text);
  const at = (pointer) => text.slice(ranges.get(pointer).from, ranges.get(pointer).to);
  assert.equal(at(""), text);
  assert.equal(at("/a~1b/0"), "10");
  assert.equal(at("/a~1b/1/c"), '"é😀"');
  assert.equal(text.slice(ranges.get("/a~1b").key).startsWith('"a/b"'), true);
});

test("an unknown pointer leads to its nearest ancestor", () => {
  const { ranges } = parseJson('{"a": {"b": 1}}');
  assert.deepEqual(locate(ranges, "/a/missing/deep"), ranges.get("/a"));
  assert.deepEqual(locate(ranges, "/nowhere"), ranges.get(""));
  assert.deepEqual(locate(new Map(), "/a"), { from: 0, to: 0, key: 0 });
});

test("columns count code points, offsets UTF-16 units", () => {
  const text = 'one\n"😀😀x"\nlast';
  assert.deepEqual(placeAt(text, text.indexOf("x")), { line: 2, column: 4 });
  assert.equal(offsetAt(text, 2, 4), text.indexOf("x"));
  assert.equal(offsetAt(text, 3, 99), text.length);
  assert.equal(offsetAt(text, 99, 1), text.length);
  assert.equal(offsetAt(text, 1, 99), 3);
});

test("a text difference is one change and never half an emoji", () => {
  const pairs = [
    ["", "abc"], ["abc", ""], ["abc", "abXc"], ["aaaa", "aaa"], ["😀", "😁"], ["a😀b", "a😁b"],
    ["x😀", "x😀😀"], ["\ud83d", "\ud83d\ude00"],
  ];
  for (const [before, after] of pairs) {
    const { from, to, insert } = diffText(before, after);
    assert.equal(before.slice(0, from) + insert + before.slice(to), after);
  }
  assert.equal(diffText("same", "same"), null);
  assert.deepEqual(diffText("a😀b", "a😁b"), { from: 1, to: 3, insert: "😁" });
});
