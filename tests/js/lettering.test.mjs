/** Words set to fit: sizes, line breaks, cuts, and the letters that a description asks for. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, gaugeOf, letteringOf, LINE, shorten, wrap } from "../../ui/document/lettering.js";

/** Every letter is half an em wide. */
const measure = (words) => [...words].length / 2;
const gauge = gaugeOf(measure);
const words = (fitted) => fitted.lines.map((line) => line.words);

test("one word is as large as its box lets it be, by height or by width", () => {
  const low = fit("SALE", 1000, 100, { measure });
  assert.ok(Math.abs(low.size - 100 / LINE) < 0.1);
  const narrow = fit("SALE", 100, 1000, { measure });
  assert.ok(narrow.size <= 50 && narrow.size > 49.5);
});

test("own line breaks stay, empty lines go, and spaces are tidied", () => {
  assert.deepEqual(words(fit("one\n\n  two \t three\n", 400, 400, { measure })), ["one", "two three"]);
});

test("words wrap only where that makes them clearly larger", () => {
  assert.deepEqual(words(fit("GRAND OPENING", 600, 120, { measure })), ["GRAND OPENING"]);
  assert.equal(fit("every day from noon until the last boat", 200, 200, { measure }).lines.length > 2, true);
});

test("what is fitted is inside its box, and no word is lost", () => {
  const said = "Fresh fish from the harbour\nevery morning at seven o’clock";
  for (const [width, height] of [[300, 300], [90, 400], [800, 60], [40, 40]]) {
    const { size, lines } = fit(said, width, height, { measure });
    assert.ok(lines.length * size * LINE <= height + 0.01, `${width} x ${height}`);
    for (const line of lines) assert.ok(line.width <= width + 0.01, line.words);
    if (size > 4) assert.equal(lines.map((line) => line.words).join(" "), said.replace("\n", " "));
  }
});

test("words that no size fits are cut with an ellipsis", () => {
  const { size, lines } = fit("word ".repeat(500), 60, 20, { measure });
  assert.equal(size, 4);
  assert.ok(lines.length <= 4);
  assert.match(lines.at(-1).words, /…$/);
});

test("a line never ends in the middle of what looks like one letter", () => {
  const family = "👩‍👩‍👧";
  assert.equal(shorten(`${family}${family}${family}`, measure(family) + 1, gauge), `${family}…`);
  assert.equal(shorten("tea", 10, gauge), "tea");
  assert.equal(shorten("tea", 0.2, gauge), "");
});

test("a word longer than the line is cut unless it is kept whole", () => {
  assert.deepEqual(wrap("a harbourmaster", 3, gauge), ["a", "harbou", "rmaste", "r"]);
  assert.deepEqual(wrap("a harbourmaster", 3, gauge, { whole: true }), ["a", "harbourmaster"]);
  assert.deepEqual(wrap("  ", 3, gauge), []);
});

test("a description asks for letters", () => {
  const plain = { family: "sans-serif", weight: 400, style: "normal", anchor: "middle" };
  assert.deepEqual(letteringOf("Some words"), plain);
  assert.deepEqual(letteringOf("Bold sans-serif headline"), { ...plain, weight: 700 });
  assert.deepEqual(letteringOf("An italic serif, left-aligned"), { ...plain, family: "serif", style: "italic", anchor: "start" });
  assert.equal(letteringOf("typewriter letters").family, "monospace");
  assert.equal(letteringOf("handwritten note").family, "cursive");
});
