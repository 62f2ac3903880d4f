/** The small pictures of an empty gallery: a caption's boxes and colours as SVG shapes. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { sketch } from "../../ui/gallery/sketch.js";

const BOX = [100, 200, 500, 800];

function drawn(desc, bbox = BOX, colour_palette = ["#DC2828"]) {
  const elements = [{ type: "obj", bbox, desc, colour_palette }];
  return sketch({ compositional_deconstruction: { background: "plain #FFFFFF", elements } }).shapes[0];
}

function points(shape) {
  return shape.attributes.points.split(" ").map((pair) => pair.split(",").map(Number));
}

function extent(pairs) {
  const [xs, ys] = [0, 1].map((axis) => pairs.map((pair) => pair[axis]));
  return [Math.min(...ys), Math.min(...xs), Math.max(...ys), Math.max(...xs)];
}

test("a background is one colour or fades between two", () => {
  const of = (background) => sketch({ compositional_deconstruction: { background } }).background;
  assert.deepEqual(of("plain #FCF6E1 background"), ["#FCF6E1"]);
  assert.deepEqual(of("fades from #141E5A to #7D37B4"), ["#141E5A", "#7D37B4"]);
  assert.equal(of("a forest").length, 1);
});

test("rectangles, circles and rounded rectangles fill their box", () => {
  const rectangle = { x: 200, y: 100, width: 600, height: 400, fill: "#DC2828" };
  assert.deepEqual(drawn("a red square"), { tag: "rect", attributes: rectangle });
  assert.deepEqual(drawn("a red circle").attributes, {
    cx: 500, cy: 300, rx: 300, ry: 200, fill: "#DC2828",
  });
  const { rx, ...rest } = drawn("a red rounded rectangle").attributes;
  assert.ok(rx > 0);
  assert.deepEqual(rest, rectangle);
});

for (const [name, corners] of [["triangle", 3], ["diamond", 4], ["cross", 12], ["star", 10]]) {
  test(`a ${name} touches its box on every side`, () => {
    const found = points(drawn(`a red ${name}`));
    assert.equal(found.length, corners);
    extent(found).forEach((edge, side) => assert.ok(Math.abs(edge - BOX[side]) < 0.2, `${edge}`));
  });
}

test("a ring has a hole", () => {
  const { tag, attributes } = drawn("a white ring");
  assert.equal(tag, "path");
  assert.equal(attributes["fill-rule"], "evenodd");
  assert.equal(attributes.d.match(/M/g).length, 2);
});

test("shapes stand in painter's order, and an element without a box is left out", () => {
  const elements = [
    { type: "obj", bbox: BOX, desc: "a back", colour_palette: ["#111111"] },
    { type: "obj", desc: "nowhere" },
    { type: "obj", bbox: BOX, desc: "a front", colour_palette: ["#222222"] },
  ];
  const { shapes } = sketch({ compositional_deconstruction: { background: "", elements } });
  assert.deepEqual(shapes.map((shape) => shape.attributes.fill), ["#111111", "#222222"]);
});

test("whatever a caption is, something can be drawn", () => {
  for (const value of [null, 7, [], {}, { compositional_deconstruction: { elements: [null, 7] } }]) {
    assert.deepEqual(sketch(value).shapes, []);
  }
  assert.match(drawn("a thing", BOX, ["url(#x)"]).attributes.fill, /^#[0-9A-F]{6}$/);
});

test("the captions to try name colours and shapes that are drawn as themselves", () => {
  const source = readFileSync(new URL("../../ui/presets/starts.py", import.meta.url), "utf-8");
  const titles = /TO_TRY = \(([^)]*)\)/.exec(source)[1].match(/"[^"]+"/g);
  assert.equal(titles.length, 3);
  for (const title of titles) {
    const name = title.slice(1, -1).toLowerCase().replaceAll(" ", "-");
    const path = new URL(`../../presets/captions/${name}.json`, import.meta.url);
    const caption = JSON.parse(readFileSync(path, "utf-8"));
    const { background, shapes } = sketch(caption);
    const { elements } = caption.compositional_deconstruction;
    assert.ok(background.length >= 1 && !background.includes("#9AA0A6"), name);
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

test("words are lines in their box, as large as fits, in their colour", () => {
  const elements = [
    { type: "text", bbox: [0, 0, 400, 1000], text: "SLOW\nDAYS", desc: "", colour_palette: ["#123456"] },
  ];
  const { shapes } = sketch({ compositional_deconstruction: { background: "", elements } });
  assert.deepEqual(shapes.map(({ tag, words }) => [tag, words]), [["text", "SLOW"], ["text", "DAYS"]]);
  assert.deepEqual(shapes.map(({ attributes }) => attributes.y), [100, 300]);
  assert.equal(shapes[0].attributes["font-size"], 160);
  assert.equal(shapes[0].attributes.fill, "#123456");
});

test("a page that is not square has its ratio, and boxes lie on it", () => {
  const elements = [{ type: "obj", bbox: BOX, desc: "", colour_palette: [] }];
  const wide = sketch({ compositional_deconstruction: { background: "", elements } }, 2);
  assert.deepEqual(wide.page, [1000, 500]);
  const { x, y, width, height } = wide.shapes[0].attributes;
  assert.deepEqual([x, y, width, height], [200, 50, 600, 200]);
  assert.deepEqual(sketch(null, 0.5).page, [500, 1000]);
});

test("what is hidden is not drawn, and the palette's first colour is a page without one", () => {
  const elements = [{ type: "obj", bbox: BOX, desc: "", hidden: true }];
  const found = sketch({
    style_description: { colour_palette: ["#0A0B0C", "#FFFFFF"] },
    compositional_deconstruction: { background: "a wall", elements },
  });
  assert.deepEqual(found.shapes, []);
  assert.deepEqual(found.background, ["#0A0B0C"]);
});
