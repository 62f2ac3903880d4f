import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { completeAt, nodeAt } from "../../ui/document/completion.js";
import { parseJson } from "../../ui/document/jsontext.js";

const file = new URL("../../ideogram4/caption/schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(file, "utf8"));

/** What is offered at the `|` of a text. */
const offer = (marked) => completeAt(marked.replace("|", ""), marked.indexOf("|"), schema);
const labels = (marked) => offer(marked)?.options.map(({ label }) => label) ?? [];
/** The text after an entry has been taken. */
const taken = (marked, label) => {
  const { from, to, options } = offer(marked);
  const { insert, comma } = options.find((option) => option.label === label);
  const text = marked.replace("|", "");
  const head = comma === null ? text.slice(0, from) : `${text.slice(0, comma)},${text.slice(comma, from)}`;
  return head + insert + text.slice(to);
};

test("an empty caption is offered its keys in trained order, with their help", () => {
  assert.deepEqual(labels("{|}"), Object.keys(schema.properties));
  const [first] = offer("{|}").options;
  assert.equal(first.title, schema.properties.high_level_description.title);
  assert.equal(first.help, schema.properties.high_level_description.description);
});

test("keys that are there are not offered, before or behind the caret", () => {
  assert.deepEqual(labels('{"high_level_description": "a", | "style_description": {}}'), [
    "compositional_deconstruction",
  ]);
});

test("an element offers its own keys, and text only to lettering", () => {
  const inside = (element) => `{"compositional_deconstruction": {"elements": [{}, ${element}]}}`;
  assert.deepEqual(labels(inside('{"type": "obj", |}')), ["bbox", "desc", "colour_palette", "hidden"]);
  assert.deepEqual(
    labels(inside('{"type": "text", |}')),
    ["bbox", "text", "desc", "colour_palette", "hidden"],
  );
});

test("a style has a photo or an art style, never both", () => {
  const both = ["photo", "art_style"];
  const offered = (text) => labels(`{"style_description": {${text}}}`).filter((name) => both.includes(name));
  assert.deepEqual(offered("|"), both);
  assert.deepEqual(offered('"photo": "50 mm", |'), []);
});

test("a key brings its punctuation and an empty value of the right kind", () => {
  const root = taken("{|}", "style_description");
  assert.equal(root, '{"style_description": {}}');
  const element = (text) => `{"compositional_deconstruction": {"elements": [{${text}}]}}`;
  assert.equal(taken(element("|"), "bbox"), element('"bbox": [0, 0, 1000, 1000]'));
  assert.equal(taken(element("|"), "desc"), element('"desc": ""'));
  assert.equal(taken(element("|"), "colour_palette"), element('"colour_palette": []'));
});

test("what was begun is replaced: a word, an open text, a text with its closing quote", () => {
  for (const begun of ["{ty|}", '{"ty|\n}', '{"ty|"}', '{"|"}']) {
    const [from, to] = [begun.indexOf("{") + 1, begun.replace("|", "").search(/\n?\}$/)];
    assert.deepEqual([offer(begun).from, offer(begun).to], [from, to], begun);
  }
});

test("commas that are missing are added on both sides", () => {
  const text = '{"high_level_description": "a"\n  "|"\n  "compositional_deconstruction": {}}';
  const done = parseJson(taken(text, "style_description"));
  assert.ok(done.ok, done.message);
  assert.deepEqual(Object.keys(done.value), Object.keys(schema.properties));
});

test("a name whose value is there is renamed and keeps the value", () => {
  assert.equal(taken('{"sty|": {"photo": "x"}}', "style_description"), '{"style_description": {"photo": "x"}}');
});

test("type and medium have their usual values", () => {
  const type = (text) => `{"compositional_deconstruction": {"elements": [{"type": ${text}}]}}`;
  assert.deepEqual(labels(type("|")), schema.$defs.element.properties.type.enum);
  assert.equal(taken(type('"te|"'), "text"), type('"text"'));
  assert.deepEqual(
    labels('{"style_description": {"medium": "|"}}'),
    schema.$defs.style.properties.medium.examples,
  );
});

test("a list of elements offers a new one with what it must have", () => {
  const done = parseJson(taken('{"compositional_deconstruction": {"elements": [|]}}', "Element"));
  assert.deepEqual(done.value.compositional_deconstruction.elements, [{ type: "", desc: "" }]);
});

test("free text and unknown places offer nothing", () => {
  for (const text of ['{"high_level_description": "a |"}', '{"other": {|}}', "|", '{"a": 1} |', "[|]"]) {
    assert.equal(offer(text), null, text);
  }
});

test("names of JavaScript's own are not in the schema", () => {
  assert.equal(nodeAt(schema, ["constructor"]), null);
  assert.equal(offer('{"__proto__": {|}}'), null);
});

test("any text at any place is survived", () => {
  const text = '{"a": [1, {"b": "\\"x"}, ]]}}} {"style_description": {"medium" "photo": [[{';
  for (let at = 0; at <= text.length; at += 1) completeAt(text, at, schema);
});
