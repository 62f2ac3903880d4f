import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as caption from "../../ui/document/caption.js";

const schema = JSON.parse(
  readFileSync(new URL("../../ideogram4/caption/schema.json", import.meta.url), "utf8"),
);

test("order, limits and media are the schema's", () => {
  const names = (part) => Object.keys(part.properties);
  const { style, composition, element } = schema.$defs;
  assert.deepEqual(caption.ORDER.root, names(schema));
  assert.deepEqual(caption.ORDER.composition, names(composition));
  assert.deepEqual(caption.ORDER.element, names(element));
  const without = (other) => names(style).filter((name) => name !== other);
  assert.deepEqual(caption.ORDER.photo, without("art_style"));
  assert.deepEqual(caption.ORDER.art_style, without("photo"));
  assert.equal(caption.PALETTE_LIMIT, style.properties.colour_palette.maxItems);
  assert.equal(caption.ELEMENT_PALETTE_LIMIT, element.properties.colour_palette.maxItems);
  assert.deepEqual(caption.MEDIA, style.properties.medium.examples);
  assert.deepEqual(caption.TYPES, element.properties.type.enum);
});

test("a first colour makes a whole style: a photo, never both kinds", () => {
  const draft = caption.emptyCaption();
  caption.setPicturePalette(draft, ["#123456"]);
  assert.deepEqual(Object.keys(draft), ["style_description", "compositional_deconstruction"]);
  const style = draft.style_description;
  assert.deepEqual(Object.keys(style), caption.ORDER.photo);
  assert.deepEqual(style.colour_palette, ["#123456"]);
  for (const name of ["aesthetics", "lighting", "photo", "medium"]) assert.ok(style[name]);
});

test("the palette is read in both spellings and written in the studio's", () => {
  const holder = { type: "obj", desc: "x", color_palette: ["#111111"] };
  assert.deepEqual(caption.paletteOf(holder), ["#111111"]);
  caption.setPalette(holder, ["#111111", "#222222"], caption.ORDER.element);
  assert.deepEqual(holder, { type: "obj", desc: "x", colour_palette: ["#111111", "#222222"] });
});

test("an emptied palette is left out", () => {
  const holder = { type: "obj", desc: "x", colour_palette: ["#111111"] };
  caption.setPalette(holder, [], caption.ORDER.element);
  assert.deepEqual(holder, { type: "obj", desc: "x" });
});

test("a photo becomes art and back, with exactly one of the two members, in trained order", () => {
  const draft = caption.emptyCaption();
  caption.setStyleKind(draft, "photo", "35mm");
  assert.equal(draft.style_description.photo, "35mm");
  draft.style_description.colour_palette = ["#ABCDEF"];
  draft.style_description.note = "mine";
  caption.setStyleKind(draft, "art_style", "ink");
  assert.deepEqual(Object.keys(draft.style_description), [...caption.ORDER.art_style, "note"]);
  assert.equal(draft.style_description.art_style, "ink");
  assert.equal(draft.style_description.medium, "illustration");
  caption.setStyleKind(draft, "photo");
  assert.equal(draft.style_description.medium, "photograph");
  assert.equal("art_style" in draft.style_description, false);
});

test("a medium of the person's own survives a change of kind", () => {
  const draft = caption.emptyCaption();
  caption.setStyleKind(draft, "art_style");
  draft.style_description.medium = "linocut";
  caption.setStyleKind(draft, "photo");
  assert.equal(draft.style_description.medium, "linocut");
});

test("a new element is the front one and makes what it needs", () => {
  const draft = {};
  assert.equal(caption.addElement(draft, "text", [0, 0, 10, 10]), 0);
  assert.equal(caption.addElement(draft, "obj", [5, 5, 10, 10]), 1);
  assert.deepEqual(draft.compositional_deconstruction, {
    background: "",
    elements: [
      { type: "text", bbox: [0, 0, 10, 10], text: "", desc: "" },
      { type: "obj", bbox: [5, 5, 10, 10], desc: "" },
    ],
  });
});

test("an added member goes to its trained place and disturbs no other", () => {
  const element = { desc: "x", note: 1, type: "obj" };
  caption.setMember(element, "bbox", [1, 2, 3, 4], caption.ORDER.element);
  assert.deepEqual(Object.keys(element), ["bbox", "desc", "note", "type"]);
  const root = { compositional_deconstruction: {}, extra: true };
  caption.setMember(root, "high_level_description", "x", caption.ORDER.root);
  assert.deepEqual(Object.keys(root), [
    "high_level_description", "compositional_deconstruction", "extra",
  ]);
});

test("boxes that cannot be drawn are not drawn", () => {
  const box = (bbox) => caption.boxOf({ bbox });
  assert.deepEqual(box([1, 2, 3, 4]), [1, 2, 3, 4]);
  assert.deepEqual(box([-5, 2.4, 3000, 4.6]), [0, 2, 1000, 5]);
  const bad = [null, "x", [], [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 1, 4], [3, 2, 1, 4], [1, 2, 3, true],
    [1, 2, 3, null], [1, 2, 3, "4"], {}];
  for (const bbox of bad) assert.equal(box(bbox), null);
  assert.equal(caption.boxOf(null), null);
  assert.equal(caption.boxOf("obj"), null);
});

test("reading takes anything", () => {
  const odd = [null, 1, "x", [], {}, { compositional_deconstruction: null },
    { compositional_deconstruction: { elements: "no" } }, { style_description: [] }];
  for (const value of odd) {
    assert.deepEqual(caption.elementsOf(value), []);
    assert.equal(caption.styleOf(value), null);
    assert.deepEqual(caption.paletteOf(value), []);
    assert.ok(caption.nameOf(value, 0));
  }
});

test("structure that cannot hold elements is told, with its place", () => {
  assert.equal(caption.structureProblem({}), null);
  assert.equal(caption.structureProblem([]).pointer, "");
  assert.equal(
    caption.structureProblem({ compositional_deconstruction: { elements: {} } }).pointer,
    "/compositional_deconstruction/elements",
  );
});

test("a text turned into an object keeps its words in the description", () => {
  const draft = { compositional_deconstruction: { background: "", elements: [
    { type: "text", text: "SALE", desc: "red letters" },
  ] } };
  caption.setType(draft, 0, "obj");
  assert.deepEqual(caption.elementsOf(draft)[0], { type: "obj", desc: "red letters (“SALE”)" });
  caption.setType(draft, 0, "text");
  assert.deepEqual(Object.keys(caption.elementsOf(draft)[0]), ["type", "text", "desc"]);
});

test("pointers lead to elements", () => {
  assert.equal(caption.elementAt("/compositional_deconstruction/elements/12/bbox/3"), 12);
  assert.equal(caption.elementAt("/compositional_deconstruction/elements"), null);
  assert.equal(caption.elementAt("/style_description/colour_palette/0"), null);
});

test("hiding is said only while it holds, and last", () => {
  const draft = { compositional_deconstruction: { elements: [{ type: "obj", desc: "a" }, 7] } };
  caption.setHidden(draft, 0, true);
  assert.deepEqual(caption.elementsOf(draft)[0], { type: "obj", desc: "a", hidden: true });
  assert.ok(caption.isHidden(caption.elementsOf(draft)[0]));
  caption.setHidden(draft, 0, false);
  caption.setHidden(draft, 1, true);
  assert.deepEqual(caption.elementsOf(draft), [{ type: "obj", desc: "a" }, 7]);
  for (const value of [7, null, { hidden: "true" }, { hidden: 1 }]) assert.ok(!caption.isHidden(value));
});
