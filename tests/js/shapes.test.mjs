/** Shapes that short descriptions name, and the small pictures of an empty gallery made of them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { shapeIn } from "../../ui/document/shapes.js";
import { sketch } from "../../ui/document/wireframe.js";

const BOX = [100, 200, 500, 800];

function points(shape) {
  return shape.attributes.points.split(" ").map((pair) => pair.split(",").map(Number));
}

function extent(pairs) {
  const [xs, ys] = [0, 1].map((axis) => pairs.map((pair) => pair[axis]));
  return [Math.min(...ys), Math.min(...xs), Math.max(...ys), Math.max(...xs)];
}

/** Every node of a tree, from the outside in. */
function nodes(tree) {
  return [tree, ...tree.children.filter((child) => typeof child !== "string").flatMap(nodes)];
}

function shapesOf(caption) {
  return nodes(sketch(caption)).filter(({ attributes }) => attributes["data-element"]).map(({ children }) => children[0]);
}

test("rectangles, circles and rounded rectangles fill their box", () => {
  const rectangle = { x: 200, y: 100, width: 600, height: 400 };
  assert.equal(shapeIn(BOX, "a red square").tag, "rect");
  assert.deepEqual(shapeIn(BOX, "a red square").attributes, rectangle);
  assert.deepEqual(shapeIn(BOX, "a red circle").attributes, { cx: 500, cy: 300, rx: 300, ry: 200 });
  const { rx, ...rest } = shapeIn(BOX, "a large red rounded rectangle").attributes;
  assert.ok(rx > 0);
  assert.deepEqual(rest, rectangle);
});

for (const [name, corners] of [["triangle", 3], ["diamond", 4], ["cross", 12], ["star", 10]]) {
  test(`a ${name} touches its box on every side`, () => {
    const found = points(shapeIn(BOX, `a red ${name}`));
    assert.equal(found.length, corners);
    extent(found).forEach((edge, side) => assert.ok(Math.abs(edge - BOX[side]) < 0.2, `${edge}`));
  });
}

test("a ring has a hole", () => {
  const { tag, attributes } = shapeIn(BOX, "a white ring");
  assert.equal(tag, "path");
  assert.equal(attributes["fill-rule"], "evenodd");
  assert.equal(attributes.d.match(/M/g).length, 2);
});

test("only a description that is nothing but a shape makes one", () => {
  for (const desc of ["A Star.", "the small bright yellow star"]) {
    assert.equal(shapeIn(BOX, desc).tag, "polygon", desc);
  }
  const things = [
    "a plate with a star", "spring rolls in a ring", "a string", "a pop star smiling at the crowd",
    "a cat on a cross", "", "a very long list of words before the star",
  ];
  for (const desc of things) assert.equal(shapeIn(BOX, desc).tag, "rect", desc);
});

test("the captions to try name colours and shapes that are drawn as themselves", () => {
  const source = readFileSync(new URL("../../ui/presets/starts.py", import.meta.url), "utf-8");
  const titles = /TO_TRY = \(([^)]*)\)/.exec(source)[1].match(/"[^"]+"/g);
  assert.equal(titles.length, 3);
  for (const title of titles) {
    const name = title.slice(1, -1).toLowerCase().replaceAll(" ", "-");
    const path = new URL(`../../presets/captions/${name}.json`, import.meta.url);
    const caption = JSON.parse(readFileSync(path, "utf-8"));
    const shapes = shapesOf(caption);
    const { elements, background } = caption.compositional_deconstruction;
    const page = nodes(sketch(caption)).find(({ attributes }) => attributes["data-part"] === "page");
    const stops = nodes(sketch(caption)).filter(({ tag }) => tag === "stop");
    const colours = stops.length > 0 ? stops.map(({ attributes }) => attributes["stop-color"]) : [page.attributes.fill];
    assert.deepEqual(colours, background.match(/#[0-9A-F]{6}/g), name);
    assert.deepEqual(
      shapes.map((shape) => shape.attributes.fill),
      elements.map((element) => element.colour_palette[0]),
    );
    for (const [index, { desc }] of elements.entries()) {
      const plain = shapes[index].tag === "rect" && shapes[index].attributes.rx === undefined;
      assert.equal(plain, /\b(square|rectangle)\b/.test(desc) && !/rounded/.test(desc), desc);
    }
  }
});

test("two small pictures on one page do not share their fading backgrounds", () => {
  const caption = { compositional_deconstruction: { background: "fades from #141E5A to #7D37B4", elements: [] } };
  const ids = ["one", "two"].map((id) => nodes(sketch(caption, { id })).find(({ tag }) => tag === "linearGradient").attributes.id);
  assert.equal(new Set(ids).size, 2);
});

test("a small picture has its page's ratio, and boxes lie on it", () => {
  const caption = { compositional_deconstruction: { elements: [{ type: "obj", bbox: BOX, desc: "" }] } };
  assert.equal(sketch(caption, { ratio: 2 }).attributes.viewBox, "0 0 1000 500");
  assert.equal(sketch(caption, { ratio: 0.5 }).attributes.viewBox, "0 0 500 1000");
  const [node] = nodes(sketch(caption, { ratio: 2 })).filter(({ attributes }) => attributes["data-element"]);
  const { x, y, width, height } = node.children[0].attributes;
  assert.deepEqual([x, y, width, height], [200, 50, 600, 200]);
});
