import assert from "node:assert/strict";
import { test } from "node:test";
import {
  duplicateElements,
  frameOf,
  insertElements,
  placeElements,
  reflowElements,
  reframed,
  removeElements,
  restackElements,
  setBoxes,
} from "../../ui/document/group.js";

function draftOf(...elements) {
  return { compositional_deconstruction: { background: "", elements } };
}

const box = (desc, ...bbox) => ({ type: "obj", ...(bbox.length ? { bbox } : {}), desc });
const elements = (draft) => draft.compositional_deconstruction.elements;
const names = (draft) => elements(draft).map(({ desc }) => desc).join("");
const letters = (word) => draftOf(...[...word].map((letter) => box(letter)));

test("several elements go at once, in whatever order they are named", () => {
  const draft = letters("abcde");
  removeElements(draft, [3, 0, 2]);
  assert.equal(names(draft), "be");
});

test("copies stand in front of the frontmost original and keep the group's shape", () => {
  const draft = draftOf(box("a", 0, 0, 100, 100), box("b", 5, 5, 6, 6), box("c", 50, 60, 200, 300));
  const copies = duplicateElements(draft, [2, 0]);
  assert.deepEqual(copies, [4, 3]);
  assert.equal(names(draft), "abcac");
  assert.deepEqual(elements(draft)[3].bbox, [20, 20, 120, 120]);
  assert.deepEqual(elements(draft)[4].bbox, [70, 80, 220, 320]);
  assert.deepEqual(elements(draft)[0].bbox, [0, 0, 100, 100]);
});

test("a single copy stands right in front of its original", () => {
  const draft = letters("abc");
  assert.deepEqual(duplicateElements(draft, [1]), [2]);
  assert.equal(names(draft), "abbc");
});

test("a copy of what fills the page lies on it", () => {
  const draft = draftOf(box("c", 0, 0, 1000, 1000));
  duplicateElements(draft, [0]);
  assert.deepEqual(elements(draft)[1].bbox, [0, 0, 1000, 1000]);
});

test("copies at the page's edge go the other way, all of them", () => {
  const draft = draftOf(box("a", 100, 100, 200, 200), box("b", 900, 300, 1000, 400));
  duplicateElements(draft, [0, 1]);
  assert.deepEqual(elements(draft)[2].bbox, [80, 120, 180, 220]);
  assert.deepEqual(elements(draft)[3].bbox, [880, 320, 980, 420]);
});

test("an element without a box is copied without one", () => {
  const draft = letters("a");
  assert.deepEqual(duplicateElements(draft, [0]), [1]);
  assert.deepEqual(elements(draft)[1], box("a"));
});

test("a step forward or back keeps the order within the group", () => {
  const draft = letters("abcd");
  assert.deepEqual(restackElements(draft, [0, 1], 1), [1, 2]);
  assert.equal(names(draft), "cabd");
  assert.deepEqual(restackElements(draft, [2, 1], 1), [3, 2]);
  assert.equal(names(draft), "cdab");
  assert.deepEqual(restackElements(draft, [2, 3], 1), [2, 3]);
  assert.equal(names(draft), "cdab");
  assert.deepEqual(restackElements(draft, [1, 3], -1), [0, 2]);
  assert.equal(names(draft), "dcba");
});

test("one at the edge does not stop the other from coming closer", () => {
  const draft = letters("abc");
  assert.deepEqual(restackElements(draft, [0, 2], 1), [1, 2]);
  assert.equal(names(draft), "bac");
});

test("what comes in lies where it was, or beside its twin", () => {
  const draft = draftOf(box("a", 0, 0, 100, 100));
  assert.deepEqual(insertElements(draft, [box("free", 1, 1, 2, 2)]), [1]);
  assert.deepEqual(elements(draft)[1].bbox, [1, 1, 2, 2]);
  const twin = [box("a", 0, 0, 100, 100), box("b", 500, 500, 600, 600)];
  assert.deepEqual(insertElements(draft, twin), [2, 3]);
  assert.deepEqual(elements(draft)[2].bbox, [20, 20, 120, 120]);
  assert.deepEqual(elements(draft)[3].bbox, [520, 520, 620, 620]);
  insertElements(draft, twin);
  assert.deepEqual(elements(draft)[4].bbox, [40, 40, 140, 140]);
  assert.deepEqual(twin[0].bbox, [0, 0, 100, 100]);
});

test("a twin as large as the page comes in all the same", () => {
  const draft = draftOf(box("a", 0, 0, 1000, 1000));
  insertElements(draft, [box("a", 0, 0, 1000, 1000)]);
  assert.deepEqual(elements(draft)[1].bbox, [0, 0, 1000, 1000]);
});

test("elements come into a caption that has no list yet", () => {
  const draft = {};
  insertElements(draft, [box("a", 0, 0, 10, 10)]);
  assert.equal(names(draft), "a");
});

test("boxes are given to their own elements", () => {
  const draft = draftOf(box("a"), box("b", 1, 1, 2, 2), box("c", 3, 3, 4, 4));
  setBoxes(draft, [2, 0], [[5, 5, 6, 6], [7, 7, 8, 8]]);
  assert.deepEqual(elements(draft).map(({ bbox }) => bbox), [[7, 7, 8, 8], [1, 1, 2, 2], [5, 5, 6, 6]]);
});

test("on another page boxes keep their shape and place, and what cannot be drawn stays as it is", () => {
  const odd = { type: "obj", bbox: [9, 9, 1, 1], desc: "" };
  const draft = draftOf(box("a", 400, 400, 600, 600), odd, 7);
  reflowElements(draft, 1, 4);
  const [square, kept, seven] = elements(draft);
  const [top, left, bottom, right] = square.bbox;
  assert.equal(bottom - top, (right - left) * 4);
  assert.equal(top + bottom, 1000);
  assert.deepEqual([kept, seven], [{ ...odd }, 7]);
});

test("elements go to a gap side by side and keep their order among themselves", () => {
  const draft = letters("abcde");
  assert.deepEqual(placeElements(draft, [3, 0], 5), [4, 3]);
  assert.equal(names(draft), "bcead");
  assert.deepEqual(placeElements(draft, [4, 2], 0), [1, 0]);
  assert.equal(names(draft), "edbca");
  assert.deepEqual(placeElements(draft, [0, 4], 2), [1, 2]);
  assert.equal(names(draft), "deabc");
});

test("a gap beside an element leaves it where it is", () => {
  for (const place of [1, 2]) {
    const draft = letters("abc");
    assert.deepEqual(placeElements(draft, [1], place), [1]);
    assert.equal(names(draft), "abc");
  }
});

test("a group is moved and stretched by the numbers of its frame", () => {
  const boxes = [[100, 100, 200, 300], [300, 200, 400, 500]];
  assert.deepEqual(frameOf(boxes), { left: 100, top: 100, width: 400, height: 300 });
  assert.deepEqual(reframed(boxes, "left", 50), [[100, 50, 200, 250], [300, 150, 400, 450]]);
  assert.deepEqual(reframed(boxes, "top", 0), [[0, 100, 100, 300], [200, 200, 300, 500]]);
  assert.deepEqual(reframed(boxes, "width", 800), [[100, 100, 200, 500], [300, 300, 400, 900]]);
  assert.deepEqual(reframed(boxes, "height", 150), [[100, 100, 150, 300], [200, 200, 250, 500]]);
});

test("numbers too large or too small go as far as the page has room, and the group stays one", () => {
  const boxes = [[100, 100, 200, 300], [300, 200, 400, 500]];
  assert.deepEqual(frameOf(reframed(boxes, "left", 1000)), { left: 600, top: 100, width: 400, height: 300 });
  assert.deepEqual(frameOf(reframed(boxes, "width", 1000)), { left: 100, top: 100, width: 900, height: 300 });
  const flat = frameOf(reframed(boxes, "height", 0));
  assert.ok(flat.height >= 1 && flat.height <= boxes.length, "each box keeps a line of its own");
});
