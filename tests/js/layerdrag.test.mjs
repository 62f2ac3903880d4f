import assert from "node:assert/strict";
import { test } from "node:test";
import { gapAt } from "../../ui/canvas/layer_drag.js";

test("the gap a pointer means is the one its row's nearer edge borders on", () => {
  const middles = [10, 30, 50];
  assert.equal(gapAt(middles, -5), 0);
  assert.equal(gapAt(middles, 9), 0);
  assert.equal(gapAt(middles, 11), 1);
  assert.equal(gapAt(middles, 29), 1);
  assert.equal(gapAt(middles, 400), 3);
  assert.equal(gapAt([], 4), 0);
});
