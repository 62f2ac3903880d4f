import assert from "node:assert/strict";
import { test } from "node:test";
import { toOklch } from "../../ui/document/colourspace.js";
import {
  beneath,
  betterColour,
  contrast,
  contrastOf,
  verdict,
  verdictLine,
} from "../../ui/document/contrast.js";

const caption = (elements, background = "A wall.", palette = null) => ({
  ...(palette ? { style_description: { colour_palette: palette } } : {}),
  compositional_deconstruction: { background, elements },
});
const words = (colour, bbox = [400, 400, 600, 600]) => ({
  type: "text", bbox, text: "HI", desc: "", colour_palette: [colour],
});
const thing = (bbox, ...colours) => ({
  type: "obj", bbox, desc: "a card", ...(colours.length ? { colour_palette: colours } : {}),
});

test("the ratios that WCAG gives", () => {
  assert.equal(contrast("#000000", "#FFFFFF"), 21);
  assert.equal(contrast("#FFFFFF", "#000000"), 21);
  assert.equal(contrast("#3366CC", "#3366CC"), 1);
  assert.ok(Math.abs(contrast("#777777", "#FFFFFF") - 4.478) < 0.001);
});

test("verdicts, never rounded up", () => {
  assert.deepEqual([7, 4.5, 3, 2.99].map((ratio) => verdict(ratio).level), ["AAA", "AA", "AA large", ""]);
  assert.equal(verdictLine(4.83), "4.8 : 1, fine for text");
  assert.equal(verdictLine(1.74), "1.7 : 1, hard to read");
  assert.equal(verdictLine(4.49), "4.4 : 1, only for large letters");
});

test("the nearest object behind that covers the middle is what lies beneath", () => {
  const value = caption([
    thing([0, 0, 1000, 1000], "#111111"),
    thing([300, 300, 700, 700], "#EEEEEE", "#00FF00"),
    thing([0, 0, 450, 450], "#FF0000"),
    words("#FFFFFF"),
    thing([0, 0, 1000, 1000], "#0000FF"),
  ]);
  assert.equal(beneath(value, 3).colour, "#EEEEEE");
  assert.match(beneath(value, 3).what, /a card/);
});

test("a hidden object is no surface either", () => {
  const hidden = { ...thing([0, 0, 999, 999], "#111111"), hidden: true };
  assert.equal(beneath(caption([hidden, words("#FFFFFF")], "A #EEEEEE wall."), 1).colour, "#EEEEEE");
});

test("other words are no surface", () => {
  const value = caption([words("#FF0000"), words("#FFFFFF")], "A #202020 wall.");
  assert.equal(beneath(value, 1).colour, "#202020");
});

test("an object without colours hides what is behind it, and no colour is guessed", () => {
  const value = caption([thing([0, 0, 999, 999], "#111111"), thing([0, 0, 999, 999]), words("#FFFFFF")]);
  assert.equal(beneath(value, 2).colour, null);
  assert.equal(contrastOf(value, 2).ratio, null);
});

test("then the background: its words, then the picture's first colour, then nothing", () => {
  assert.deepEqual(beneath(caption([words("#FFFFFF")], "Plain #abcdef.", ["#010101"]), 0), {
    colour: "#ABCDEF", what: "the background",
  });
  assert.equal(beneath(caption([words("#FFFFFF")], "Plain.", ["nope", "#010101"]), 0).colour, "#010101");
  assert.equal(beneath(caption([words("#FFFFFF")]), 0), null);
  assert.equal(beneath(caption([words("#FFFFFF")], "#1234567 is a number"), 0), null);
});

test("only text with a colour has a contrast; anything broken has none", () => {
  assert.equal(contrastOf(caption([thing([0, 0, 9, 9], "#FFFFFF")], "#000000"), 0), null);
  assert.equal(contrastOf(caption([words("red")], "#000000"), 0), null);
  for (const broken of [null, [], {}, caption([null]), caption([{ type: "text", colour_palette: 7 }])]) {
    assert.equal(contrastOf(broken, 0), null);
  }
  // Without a box it stands somewhere on the background.
  assert.equal(contrastOf(caption([thing([0, 0, 999, 999], "#FFFFFF"), words("#FFFFFF", null)], "#000000"), 1).ratio, 21);
});

test("a better colour reads well, keeps its hue and moves no farther than it must", () => {
  for (const under of ["#FFFFFF", "#000000", "#808080", "#767676", "#3366CC", "#FFD166", "#777777"]) {
    for (const colour of ["#F2C14E", "#3366CC", "#888888", "#FF0000", "#000000", "#FFFFFF"]) {
      const better = betterColour(colour, under);
      assert.ok(contrast(better, under) >= 4.5, `${colour} on ${under}: ${better}`);
      if (contrast(colour, under) >= 4.5) assert.equal(better, colour);
    }
  }
  const better = betterColour("#F2C14E", "#FFFFFF");
  assert.ok(contrast(better, "#FFFFFF") < 4.8, "not black at once");
  assert.ok(Math.abs(toOklch(better)[2] - toOklch("#F2C14E")[2]) < 8);
});

test("the colours of a text may be written in small letters; nothing beneath is said as such", () => {
  assert.deepEqual(contrastOf(caption([words("#ffff00")], "#ffffff"), 0).colour, "#FFFF00");
  assert.deepEqual(contrastOf(caption([words("#ffff00")]), 0), { colour: "#FFFF00", under: null, ratio: null });
});
