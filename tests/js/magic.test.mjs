import assert from "node:assert/strict";
import { test } from "node:test";
import { keptTicks } from "../../ui/magic/ticks.js";
import { textsToPlace, wishForElement, wishForIdea, wishForLayout } from "../../ui/magic/wish.js";

const FORM = { provider: "chat", missing: false, keepBoxes: false, keepPalette: false, boxes: true };
const PAGE = { text: "{}", page: { width: 320, height: 208 } };

test("an idea goes without the caption unless something of it counts", () => {
  const plain = wishForIdea("a cat", FORM, PAGE);
  assert.deepEqual(plain, {
    provider: "chat", width: 320, height: 208, keep_boxes: false, keep_palette: false, boxes: true,
    task: "expand", idea: "a cat", caption: "",
  });
  assert.equal(wishForIdea("a cat", { ...FORM, keepBoxes: true }, PAGE).caption, "{}");
  assert.equal(wishForIdea("a cat", { ...FORM, keepPalette: true }, PAGE).caption, "{}");
  const missing = wishForIdea("", { ...FORM, missing: true }, PAGE);
  assert.deepEqual([missing.task, missing.caption], ["fill", "{}"]);
});

test("one element, or a layout, is about the caption as it is", () => {
  const keeping = { ...FORM, keepBoxes: true, keepPalette: true, boxes: false };
  const element = wishForElement(2, "older", keeping, PAGE);
  assert.deepEqual([element.task, element.element, element.idea, element.caption], ["element", 2, "older", "{}"]);
  assert.deepEqual([element.keep_boxes, element.keep_palette, element.boxes], [false, false, true]);
  const layout = wishForLayout(["A", "B"], "a menu", keeping, PAGE);
  assert.deepEqual([layout.task, layout.texts, layout.idea], ["layout", ["A", "B"], "a menu"]);
  assert.deepEqual([layout.keep_boxes, layout.keep_palette, layout.boxes], [false, true, true]);
});

test("texts are the lines that are typed, or those of the caption, letter for letter", () => {
  const elements = [
    { type: "text", text: "TWO\nLINES" }, { type: "obj", desc: "a cat" }, { type: "text", text: " " }, null,
    { type: "text", text: 5 },
  ];
  const value = { compositional_deconstruction: { elements } };
  assert.deepEqual(textsToPlace(" A \n\n B", value), ["A", "B"]);
  assert.deepEqual(textsToPlace("\n ", value), ["TWO\nLINES"]);
  assert.deepEqual(textsToPlace("", {}), []);
});

const part = (id, after) => ({ id, lines: [{ path: "", before: null, after }] });

test("at first all of it is ticked", () => {
  const ticked = keptTicks(null, [], [part("a", "1")]);
  assert.equal(ticked("a"), true);
});

test("compared anew, a part keeps its tick only if it says what was seen", () => {
  const seen = [part("a", "1"), part("b", "2"), part("c", "3")];
  const now = [part("a", "1"), part("b", "other"), part("c", "3"), part("new", "4")];
  const ticked = keptTicks(seen, ["a", "b"], now);
  assert.deepEqual(["a", "b", "c", "new"].map(ticked), [true, false, false, false]);
});
