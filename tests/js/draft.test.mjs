import assert from "node:assert/strict";
import { test } from "node:test";

import { draftFrom, draftOf } from "../../ui/document/draft.js";
import { DocumentStore } from "../../ui/document/store.js";

const TEXT = JSON.stringify({
  compositional_deconstruction: {
    background: "A wall.",
    elements: [
      { type: "obj", bbox: [0, 0, 100, 100], desc: "a" },
      { type: "obj", bbox: [0, 0, 100, 100], desc: "b" },
    ],
  },
});

test("a document comes back with its page and its locks", () => {
  const store = new DocumentStore();
  store.load(TEXT);
  store.setPage({ width: 320, height: 208 }, "test");
  store.pin([1], true, "test");
  assert.deepEqual(draftFrom(draftOf(store)), {
    text: TEXT,
    page: { width: 320, height: 208 },
    locked: [1],
  });
});

test("broken text comes back as broken as it was", () => {
  const store = new DocumentStore();
  store.load('{"half');
  assert.equal(draftFrom(draftOf(store)).text, '{"half');
});

test("whatever else a browser kept is no draft", () => {
  const bad = [null, "", "{", "[]", "7", '"text"', "{}", '{"text": 7, "page": {}}'];
  for (const kept of [...bad, '{"text": "a", "page": {"width": "1", "height": 2}}']) {
    assert.equal(draftFrom(kept), null, kept);
  }
  const odd = '{"text": "a", "page": {"width": 16, "height": 16}, "locked": [1, "x", null]}';
  assert.deepEqual(draftFrom(odd).locked, [1]);
});
