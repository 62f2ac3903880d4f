import assert from "node:assert/strict";
import { test } from "node:test";
import { extractColours } from "../../ui/document/extract.js";
import { rgbToOklab, toRgb } from "../../ui/document/colourspace.js";

/** Areas of plain colour: `[colour, pixels, alpha]`. */
const picture = (...areas) =>
  Uint8ClampedArray.from(
    areas.flatMap(([colour, pixels, alpha = 255]) =>
      Array.from({ length: pixels }, () => [...toRgb(colour).map((c) => c * 255), alpha]).flat(),
    ),
  );
const far = (a, b) => Math.hypot(...rgbToOklab(toRgb(a)).map((v, i) => v - rgbToOklab(toRgb(b))[i]));

test("flat colours are found exactly, the commonest first", () => {
  const pixels = picture(["#2B2D42", 500], ["#EF233C", 300], ["#EDF2F4", 200], ["#8D99AE", 100]);
  assert.deepEqual(extractColours(pixels, 4), ["#2B2D42", "#EF233C", "#EDF2F4", "#8D99AE"]);
});

test("a picture of two colours gives two, however many are wanted", () => {
  assert.deepEqual(extractColours(picture(["#000000", 60], ["#FFFFFF", 40]), 8), ["#000000", "#FFFFFF"]);
});

test("near doubles become one", () => {
  const pixels = picture(["#3366CC", 400], ["#3467CD", 300], ["#3568CC", 300], ["#FFD166", 200]);
  const found = extractColours(pixels, 4);
  assert.equal(found.length, 2);
  assert.ok(far(found[0], "#3366CC") < 0.02);
});

test("a small bright spot is found in a large quiet picture", () => {
  const quiet = Array.from({ length: 40 }, (_, i) => [`#${(0x707070 + i * 0x010101).toString(16)}`, 250]);
  const found = extractColours(picture(...quiet, ["#FF2200", 20]), 4);
  assert.ok(found.some((colour) => far(colour, "#FF2200") < 0.02), found.join());
});

test("a gradient gives colours that are apart, and the same each time", () => {
  const areas = Array.from({ length: 256 }, (_, i) => [`#${i.toString(16).padStart(2, "0")}40${(255 - i).toString(16).padStart(2, "0")}`, 4]);
  const found = extractColours(picture(...areas), 6);
  assert.equal(found.length, 6);
  found.forEach((one, i) => found.slice(i + 1).forEach((other) => assert.ok(far(one, other) > 0.04)));
  assert.deepEqual(extractColours(picture(...areas), 6), found);
});

test("a picture in which no colour comes twice still has colours", () => {
  const pixels = Uint8ClampedArray.from(
    Array.from({ length: 32 ** 3 }, (_, i) => [(i & 31) * 8, ((i >> 5) & 31) * 8, (i >> 10) * 8, 255]).flat(),
  );
  assert.equal(extractColours(pixels, 8).length, 8);
});

test("what is see-through does not count; nothing gives nothing", () => {
  assert.deepEqual(extractColours(picture(["#FF0000", 90, 0], ["#00FF00", 10]), 3), ["#00FF00"]);
  assert.deepEqual(extractColours(picture(["#FF0000", 9, 20]), 3), []);
  assert.deepEqual(extractColours([], 3), []);
  assert.deepEqual(extractColours(picture(["#FF0000", 9]), 0), []);
});
