import assert from "node:assert/strict";
import { test } from "node:test";

import { rowsOf } from "../../ui/document/versions.js";

const node = (run, parent, created) => ({ run, parent, created });
const drawn = (nodes) => rowsOf(nodes).map(({ node: { run }, level, fork }) => `${level}${fork ? "+" : " "}${run}`);

test("a line of versions goes straight down, oldest first", () => {
  assert.deepEqual(drawn([node("c", "b", "3"), node("a", "", "1"), node("b", "a", "2")]), [" a", " b", " c"].map((x) => `0${x}`));
});

test("a fork steps aside and the newest line goes on", () => {
  const nodes = [
    node("a", "", "1"),
    node("b", "a", "2"),
    node("b2", "b", "3"),
    node("c", "a", "4"),
    node("c2", "c", "5"),
  ];
  assert.deepEqual(drawn(nodes), ["0 a", "1+b", "1 b2", "0 c", "0 c2"]);
});

test("the tree with the newest version comes first", () => {
  const nodes = [node("old", "", "1"), node("new", "", "2"), node("grown", "old", "3")];
  assert.deepEqual(drawn(nodes), ["0 old", "0 grown", "0 new"]);
});

test("a version whose parent was deleted begins a tree", () => {
  assert.deepEqual(drawn([node("b", "gone", "2")]), ["0 b"]);
});

test("forged rings and doubles are drawn once and end", () => {
  const nodes = [node("a", "b", "1"), node("b", "a", "2"), node("s", "s", "3"), node("s", "s", "3")];
  assert.deepEqual(drawn(nodes).map((row) => row.slice(2)).sort(), ["a", "b", "s"]);
});

test("ten thousand versions in a line are no deep stack", () => {
  const nodes = Array.from({ length: 10_000 }, (_, i) => node(`n${i}`, i ? `n${i - 1}` : "", String(i).padStart(6, "0")));
  assert.equal(rowsOf(nodes).length, 10_000);
});
