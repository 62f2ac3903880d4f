import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cmykToHex,
  fromOklch,
  labToHex,
  toHex,
  toOklch,
  toRgb,
} from "../../ui/document/colourspace.js";

const near = (found, wanted, by) =>
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) <= by, `${found} ~ ${wanted}`));

test("known colours have the numbers that CSS Color 4 gives them", () => {
  near(toOklch("#FF0000"), [0.628, 0.2577, 29.23], 0.01);
  near(toOklch("#008000"), [0.5198, 0.1769, 142.5], 0.01);
  near(toOklch("#FFFFFF").slice(0, 2), [1, 0], 0.001);
  near(toOklch("#000000").slice(0, 2), [0, 0], 0.001);
});

test("every colour comes back from OKLCH as it was", () => {
  for (let step = 0; step < 4096; step += 7) {
    const hex = toHex([(step >> 8) / 15, ((step >> 4) & 15) / 15, (step & 15) / 15]);
    assert.equal(fromOklch(toOklch(hex)), hex);
  }
});

test("a colour no screen has keeps its lightness and hue and loses chroma", () => {
  for (const [L, h] of [[0.9, 264], [0.3, 110], [0.6, 29], [0.75, 200], [0.05, 300]]) {
    const [light, chroma, hue] = toOklch(fromOklch([L, 0.4, h]));
    assert.ok(Math.abs(light - L) < 0.01, `lightness ${light} of ${L}`);
    assert.ok(chroma < 0.39);
    assert.ok(Math.min(Math.abs(hue - h), 360 - Math.abs(hue - h)) < 6, `hue ${hue} of ${h}`);
  }
  assert.equal(fromOklch([1.4, 0.2, 10]), "#FFFFFF");
  assert.equal(fromOklch([-1, 0.2, 10]), "#000000");
});

test("Lab as design programs store it", () => {
  assert.equal(labToHex([100, 0, 0]), "#FFFFFF");
  assert.equal(labToHex([0, 0, 0]), "#000000");
  near(toRgb(labToHex([54.29, 80.81, 69.89])), [1, 0, 0], 0.01);
  near(toRgb(labToHex([29.57, 68.3, -112.03])), [0, 0, 1], 0.01);
  near(toRgb(labToHex([5, 0, 0])), [0.067, 0.067, 0.067], 0.005);
});

test("ink without a profile", () => {
  assert.equal(cmykToHex([0, 1, 1, 0]), "#FF0000");
  assert.equal(cmykToHex([0, 0, 0, 1]), "#000000");
  assert.equal(cmykToHex([0, 0, 0, 0]), "#FFFFFF");
});
