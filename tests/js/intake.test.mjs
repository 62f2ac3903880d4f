import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, takeIn, whyNot } from "../../ui/document/intake.js";

test("colours follow those that are there, doubles stay out", () => {
  const found = takeIn(["#ff0000"], ["#FF0000", "#00ff00", "#00FF00"], { limit: 5 });
  assert.deepEqual(found, { colours: ["#ff0000", "#00FF00"], added: 1, doubles: 1, leftOut: 0 });
  assert.deepEqual(whyNot(found, 5), ["one is already here"]);
});

test("a palette takes the place of what was there, up to the limit", () => {
  const offered = Array.from({ length: 7 }, (_, i) => `#00000${i}`);
  const found = takeIn(["#FF0000"], offered, { limit: 5, replace: true });
  assert.deepEqual(found.colours, offered.slice(0, 5));
  assert.deepEqual(whyNot(found, 5), ["2 left out: 5 colours is the most"]);
});

test("a palette that is over its limit already takes nothing and loses nothing", () => {
  const present = ["a", "#111111", "#222222"];
  assert.deepEqual(takeIn(present, ["#333333"], { limit: 2 }), {
    colours: present, added: 0, doubles: 0, leftOut: 1,
  });
});

test("counts read as words", () => {
  assert.deepEqual([countOf(1), countOf(3)], ["one colour", "3 colours"]);
});
