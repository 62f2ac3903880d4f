import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bounded,
  ceiling,
  inForce,
  isNothing,
  NOTHING,
  ratioOf,
  sizeOf,
  stretched,
  summary,
  wishes,
  withLora,
  withSteps,
  withWeight,
} from "../../ui/document/sampling.js";

const PRESET = { num_steps: 4, guidance_schedule: [7, 7, 7, 3], mu: 0, std: 1 };

test("a preset's guidance keeps its shares over another number of steps", () => {
  assert.deepEqual(stretched(PRESET.guidance_schedule, 8), [7, 7, 7, 7, 7, 7, 3, 3]);
  assert.deepEqual(stretched(PRESET.guidance_schedule, 2), [7, 3]);
  assert.deepEqual(stretched(PRESET.guidance_schedule, 1), [7]);
});

test("the first weight is the first step's", () => {
  const set = withWeight(PRESET, NOTHING, 0, 1);
  assert.deepEqual(set.guidance_schedule, [1, 7, 7, 3]);
});

test("an edit that brings the preset back is none", () => {
  const set = withWeight(PRESET, NOTHING, 1, 5);
  assert.deepEqual(withWeight(PRESET, set, 1, 7), NOTHING);
});

test("an edited curve follows the number of steps and always has one weight a step", () => {
  const edited = withWeight(PRESET, NOTHING, 0, 1);
  const more = withSteps(PRESET, edited, 8);
  assert.deepEqual(more.guidance_schedule, [1, 1, 7, 7, 7, 7, 3, 3]);
  assert.equal(inForce(PRESET, more).num_steps, 8);
  assert.deepEqual(withSteps(PRESET, more, null).guidance_schedule, [1, 7, 7, 3]);
});

test("weights stay within the rules whatever is typed", () => {
  assert.deepEqual([-3, 200, Number.NaN, 1.23456].map(bounded), [0, 100, 0, 1.23]);
});

test("whatever comes from outside is wishes", () => {
  for (const odd of [null, 7, "x", [], { guidance_schedule: "7" }, { guidance_schedule: [1, null] }, { num_steps: 1.5 }]) {
    assert.deepEqual(wishes(odd), { ...NOTHING });
  }
  assert.deepEqual(wishes({ mu: 0.5, guidance_schedule: [1, 2] }), { ...NOTHING, mu: 0.5, guidance_schedule: [1, 2] });
});

test("what is set is said in a line", () => {
  assert.equal(summary(NOTHING), "as the preset says");
  assert.equal(summary({ ...NOTHING, num_steps: 16, guidance_schedule: [1] }), "16 steps, guidance edited");
});

test("LoRAs are taken, changed and left out, and keep their order", () => {
  const one = withLora(NOTHING, "a.safetensors", {});
  assert.deepEqual(one.loras, [{ name: "a.safetensors", weight: 1, branch: "conditional" }]);
  assert.ok(isNothing(NOTHING) && !isNothing(one));
  const two = withLora(withLora(one, "b.safetensors", { weight: 0.5 }), "a.safetensors", { branch: "both" });
  assert.deepEqual(two.loras, [
    { name: "a.safetensors", weight: 1, branch: "both" },
    { name: "b.safetensors", weight: 0.5, branch: "conditional" },
  ]);
  assert.equal(summary(two), "2 LoRAs");
  assert.deepEqual(withLora(two, "a.safetensors", null).loras, [two.loras[1]]);
});

test("LoRAs of a picture that was forged are only what they may be", () => {
  const given = [{ name: "a", weight: "1", branch: "up" }, { weight: 1 }, null, 7];
  assert.deepEqual(wishes({ loras: given }).loras, [{ name: "a", weight: 1, branch: "conditional" }]);
  assert.deepEqual(wishes({ loras: "a" }).loras, []);
});

test("the plot's end is above every weight", () => {
  assert.deepEqual([[1.5], [7, 3], [10], [99]].map(ceiling), [2, 10, 20, 100]);
});

const LIMITS = { minimum: 256, maximum: 2048, multiple: 16, max_ratio: 6 };
const RATIOS = { "1:1": [1, 1], "16:9": [16, 9], "9:16": [9, 16] };

test("a ratio and a number of pixels are a size that is drawn, or none", () => {
  assert.deepEqual(sizeOf([1, 1], 1, LIMITS), { width: 1008, height: 1008 });
  assert.deepEqual(sizeOf([16, 9], 1, LIMITS), { width: 1328, height: 752 });
  assert.deepEqual(sizeOf([1, 1], 99, LIMITS), { width: 2048, height: 2048 });
  assert.equal(sizeOf([21, 1], 1, LIMITS), null);
});

test("a size is called by the ratio it is near", () => {
  assert.equal(ratioOf({ width: 1328, height: 752 }, RATIOS), "16:9");
  assert.equal(ratioOf({ width: 1000, height: 800 }, RATIOS), "");
});
