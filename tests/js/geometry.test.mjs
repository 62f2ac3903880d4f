// The shared table of geometry cases, run against the JavaScript twin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as arrange from "../../ui/document/arrange.js";
import * as geometry from "../../ui/document/geometry.js";

const cases = JSON.parse(
  readFileSync(new URL("../data/geometry_cases.json", import.meta.url), "utf8"),
);

// The Python parameters before `*`, in order; the others are the options object here.
const POSITIONAL = {
  round_half_up: ["value"],
  clamp: ["box"],
  bounds: ["boxes"],
  draw: ["start", "end"],
  move: ["boxes", "dy", "dx"],
  nudge: ["boxes", "direction"],
  resize: ["box", "handle", "dy", "dx"],
  scale: ["boxes", "frame", "target"],
  to_pixels: ["box", "width", "height"],
  from_pixels: ["box", "width", "height"],
  align: ["boxes", "edge"],
  distribute: ["boxes", "axis"],
  reflow: ["boxes", "old_ratio", "new_ratio"],
  snap_lines: ["boxes"],
  snap_move: ["box", "lines"],
  snap_resize: ["box", "handle", "lines"],
  hit: ["boxes", "y", "x"],
  caught: ["boxes", "frame"],
};

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

function call({ fn, args }) {
  const names = POSITIONAL[fn];
  assert.ok(names, `no order of arguments is known for ${fn}`);
  const options = Object.entries(args)
    .filter(([name]) => !names.includes(name))
    .map(([name, value]) => [camel(name), value]);
  const run = geometry[camel(fn)] ?? arrange[camel(fn)];
  return run(...names.map((name) => args[name]), Object.fromEntries(options));
}

test("the table has cases for every function of the twin", () => {
  const tested = new Set(cases.map(({ fn }) => fn));
  assert.deepEqual([...tested].sort(), Object.keys(POSITIONAL).sort());
});

for (const [index, example] of cases.entries()) {
  test(`case ${index}: ${example.fn} ${JSON.stringify(example.args)}`, () => {
    const result = call(example);
    // JSON has one zero; -0 is the same place on the page.
    assert.deepEqual(JSON.parse(JSON.stringify(result)), example.expected);
  });
}

test("no function changes the boxes it is given", () => {
  for (const example of cases) {
    const before = structuredClone(example.args);
    call(example);
    assert.deepEqual(example.args, before);
  }
});
