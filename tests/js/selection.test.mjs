import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsOf, setBox } from "../../ui/document/caption.js";
import { placeElements } from "../../ui/document/group.js";
import { traced } from "../../ui/document/identity.js";
import { equal } from "../../ui/document/jsonvalue.js";
import { DocumentStore } from "../../ui/document/store.js";

const NAMES = ["a", "b", "c", "d"];
const element = (desc, at = 0) => ({ type: "obj", bbox: [at, at, at + 100, at + 100], desc });

function open(names = NAMES) {
  const store = new DocumentStore({ now: () => 0 });
  const elements = names.map((name, i) => element(name, i * 100));
  store.load(JSON.stringify({ compositional_deconstruction: { background: "", elements } }, null, 2));
  return store;
}

const chosen = (store) => store.selection.map((index) => store.elements[index].desc);
const pinned = (store) =>
  store.elements.filter((_, index) => store.isPinned(index)).map(({ desc }) => desc);
const order = (store) => store.elements.map(({ desc }) => desc);
const drop = (index) => (draft) => void elementsOf(draft).splice(index, 1);

test("a selection keeps the order of picking, each once, the last one primary", () => {
  const store = open();
  store.select([2, 0, 2, 9, -1], "canvas");
  assert.deepEqual(store.selection, [0, 2]);
  assert.equal(store.selected, 2);
});

test("toggling adds as the primary one and takes out again", () => {
  const store = open();
  store.toggle(1, "canvas");
  store.toggle(3, "canvas");
  assert.deepEqual(store.selection, [1, 3]);
  assert.equal(store.selected, 3);
  store.toggle(3, "canvas");
  assert.equal(store.selected, 1);
});

test("selecting what is selected, in the same order, is no news", () => {
  const store = open();
  let told = 0;
  store.select([1, 2], "canvas");
  store.subscribe("layers", ({ selection }) => (told += selection ? 1 : 0));
  store.select([1, 2], "canvas");
  assert.equal(told, 0);
  store.select([2, 1], "canvas");
  assert.equal(told, 1);
});

test("the selection follows its elements when others are deleted or reordered", () => {
  const store = open();
  store.select([1, 3], "canvas");
  store.edit(drop(0), "layers");
  assert.deepEqual(chosen(store), ["b", "d"]);
  store.edit((draft) => void placeElements(draft, [2], 0), "layers");
  assert.deepEqual(order(store), ["d", "b", "c"]);
  assert.deepEqual(chosen(store), ["b", "d"]);
  store.edit(drop(1), "layers");
  assert.deepEqual(chosen(store), ["d"]);
});

test("the selection follows elements that are edited in place, one or all at once", () => {
  const store = open();
  store.select([0, 2], "canvas");
  store.edit((draft) => {
    elementsOf(draft).forEach((_, index) => setBox(draft, index, [1, 1, 2, 2]));
  }, "canvas");
  assert.deepEqual(chosen(store), ["a", "c"]);
});

test("the selection follows its elements when text is typed before them", () => {
  const store = open();
  store.select([1, 3], "canvas");
  const value = JSON.parse(store.text);
  value.compositional_deconstruction.elements.unshift(element("new"));
  store.setText(JSON.stringify(value), "editor");
  assert.deepEqual(chosen(store), ["b", "d"]);
  value.compositional_deconstruction.elements[2].desc = "b, and more";
  store.setText(JSON.stringify(value), "editor");
  assert.deepEqual(chosen(store), ["b, and more", "d"]);
});

test("undo and redo bring the selection of their time", () => {
  const store = open();
  store.select([0, 2], "canvas");
  store.edit(
    (draft) => {
      elementsOf(draft).splice(2, 1);
      elementsOf(draft).splice(0, 1);
    },
    "canvas",
    { select: [0] },
  );
  assert.deepEqual(chosen(store), ["b"]);
  store.undo();
  assert.deepEqual(chosen(store), ["a", "c"]);
  store.redo();
  assert.deepEqual(chosen(store), ["b"]);
});

test("a gesture given up brings back the selection from before it", () => {
  const store = open();
  store.select([1, 2], "canvas");
  store.edit(drop(1), "canvas", { live: true });
  store.cancel("canvas");
  assert.deepEqual(chosen(store), ["b", "c"]);
});

test("an edit may return indices without becoming the document", () => {
  const store = open();
  store.edit(
    (draft) => {
      elementsOf(draft).push(element("e"), element("f"));
      return [4, 5];
    },
    "canvas",
    { select: (added) => added },
  );
  assert.deepEqual(chosen(store), ["e", "f"]);
});

test("a lock stays with its element through reordering, typing, deletion and undo", () => {
  const store = open();
  store.pin([1], true, "layers");
  store.edit((draft) => void placeElements(draft, [1], 4), "layers");
  assert.deepEqual(pinned(store), ["b"]);
  store.setText(store.text.replace('"b"', '"b2"'), "editor");
  assert.deepEqual(pinned(store), ["b2"]);
  store.edit(drop(3), "layers");
  assert.deepEqual(pinned(store), []);
  store.undo();
  assert.deepEqual(pinned(store), ["b2"]);
});

test("undoing an older edit leaves a lock that came later", () => {
  const store = open();
  store.edit(drop(0), "canvas");
  store.pin([0], true, "layers");
  store.undo();
  assert.deepEqual(pinned(store), ["b"]);
  store.pin([1], false, "layers");
  assert.deepEqual(pinned(store), []);
});

test("a lock is kept while the text is broken, is told, and is not in the text", () => {
  const store = open();
  const before = store.text;
  let told = 0;
  store.subscribe("canvas", () => (told += 1));
  store.pin([0], true, "layers");
  store.pin([0], true, "layers");
  assert.equal(told, 1);
  assert.equal(store.text, before);
  assert.equal(store.canUndo, false);
  store.setText(`${before} oops`, "editor");
  assert.deepEqual(pinned(store), ["a"]);
  store.undo();
  store.redo();
  store.setText(before, "editor");
  assert.deepEqual(pinned(store), ["a"]);
});

test("a copy of a locked element is not locked", () => {
  const store = open();
  store.pin([0], true, "layers");
  store.edit((draft) => void elementsOf(draft).splice(1, 0, element("a")), "canvas");
  assert.deepEqual([0, 1].map((index) => store.isPinned(index)), [true, false]);
});

test("elements are traced by what they say: kept, moved, edited, new", () => {
  const trace = (before, after) => traced([...before], [...after], equal);
  assert.deepEqual(trace("abcd", "abcd"), [0, 1, 2, 3]);
  assert.deepEqual(trace("abcd", "acd"), [0, 2, 3]);
  assert.deepEqual(trace("abcd", "dabc"), [3, 0, 1, 2]);
  assert.deepEqual(trace("abcd", "axcd"), [0, 1, 2, 3]);
  assert.deepEqual(trace("abcd", "abxcd"), [0, 1, null, 2, 3]);
  assert.deepEqual(trace("aa", "aaa"), [0, 1, null]);
  assert.deepEqual(trace("", "ab"), [null, null]);
  assert.deepEqual(trace("ab", ""), []);
});
