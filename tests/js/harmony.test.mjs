import assert from "node:assert/strict";
import { test } from "node:test";
import { toOklch } from "../../ui/document/colourspace.js";
import { harmonies } from "../../ui/document/harmony.js";

const turn = (one, other) => {
  const by = Math.abs(toOklch(one)[2] - toOklch(other)[2]);
  return Math.min(by, 360 - by);
};

test("six ways, each with the colour itself and only colours as the caption writes them", () => {
  const found = harmonies("#c8553d");
  assert.deepEqual(
    found.map(({ id, colours }) => [id, colours.length]),
    [["complementary", 2], ["analogous", 3], ["triadic", 3], ["split", 3], ["tetradic", 4], ["monochrome", 5]],
  );
  for (const { colours, name } of found) {
    assert.ok(name);
    assert.ok(colours.includes("#C8553D"));
    for (const colour of colours) assert.match(colour, /^#[0-9A-F]{6}$/);
  }
});

test("hues are turned by what the name says, lightness stays", () => {
  const of = Object.fromEntries(harmonies("#6A8CAF").map(({ id, colours }) => [id, colours]));
  const turns = {
    complementary: [180], analogous: [30, 30], triadic: [120, 120], split: [150, 150],
    tetradic: [90, 180, 90],
  };
  for (const [id, wanted] of Object.entries(turns)) {
    const [base, ...others] = of[id];
    others.forEach((other, i) => {
      assert.ok(Math.abs(turn(base, other) - wanted[i]) < 4, `${id}: ${turn(base, other)}`);
      assert.ok(Math.abs(toOklch(base)[0] - toOklch(other)[0]) < 0.02, id);
    });
  }
});

test("monochrome goes from dark to light in one hue", () => {
  const { colours } = harmonies("#2F6F4E").at(-1);
  const light = colours.map((colour) => toOklch(colour)[0]);
  assert.deepEqual(light, light.toSorted((a, b) => a - b));
  for (const colour of colours) assert.ok(turn("#2F6F4E", colour) < 8);
});

test("a grey has no hue to turn, only shades", () => {
  for (const grey of ["#808080", "#837F80", "#000000", "#FFFFFF"]) {
    const found = harmonies(grey);
    assert.deepEqual(found.map(({ id }) => id), ["monochrome"]);
    assert.ok(found[0].colours.includes(grey));
  }
});
