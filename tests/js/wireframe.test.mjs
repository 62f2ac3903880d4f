/** The drawing of a layout as an SVG file: what is on it, where, in which colours, and as text. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { contrast } from "../../ui/document/contrast.js";
import { handover } from "../../ui/document/handover.js";
import { wireframe } from "../../ui/document/wireframe.js";

const SIZE = { width: 800, height: 400 };
const HOSTILE = [
  "<script>alert(1)</script>", "]]>", "a & b", `"double" 'single'`, "שלום", "👩‍👩‍👧", "half \ud83d", "nul\0bell\x07", "\u202Eback",
];

function caption(elements, { background = "A wall.", palette = null, ...rest } = {}) {
  const style = palette && { style_description: { colour_palette: palette } };
  return { ...rest, ...style, compositional_deconstruction: { background, elements } };
}

function obj(desc, bbox, ...colours) {
  return { type: "obj", bbox, desc, ...(colours.length > 0 && { colour_palette: colours }) };
}

function text(words, bbox, ...colours) {
  return { ...obj("A word", bbox, ...colours), type: "text", text: words };
}

/** The part of a file that is one element of the caption. */
function group(svg, number) {
  const start = svg.indexOf(`<g data-element="${number}"`);
  const next = svg.indexOf(`<g data-element="${number + 1}"`);
  const tags = svg.indexOf(`<g class="tag"`);
  return start < 0 ? null : svg.slice(start, next < 0 ? tags : next);
}

function pageFill(value) {
  return /fill="([^"]*)" data-part="page"/.exec(wireframe(value, SIZE))[1];
}

test("boxes are filled where the caption has them, in painter's order", () => {
  const svg = wireframe(caption([obj("back", [0, 0, 500, 500], "#112233", "#FFFFFF"), obj("front", [250, 250, 750, 1000], "#445566")]), SIZE);
  assert.match(group(svg, 1), /<rect x="0" y="0" width="400" height="200" fill="#112233"\/>/);
  assert.match(group(svg, 2), /<rect x="200" y="100" width="600" height="200" fill="#445566"\/>/);
  assert.ok(svg.indexOf("#112233") < svg.indexOf("#445566"));
  assert.match(svg, /^<\?xml [^>]*\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*width="800" height="400" viewBox="0 0 800 400"/);
});

test("an object is crossed and says what it is; a shape is drawn as itself", () => {
  const svg = wireframe(caption([obj("a cup of tea", [0, 0, 500, 500]), obj("a red circle", [500, 500, 1000, 1000], "#DC2828")]), SIZE);
  assert.match(group(svg, 1), /M0 0L400 200M400 0L0 200/);
  assert.match(svg, />a cup of tea<\/text>/);
  assert.match(group(svg, 2), /<ellipse cx="600" cy="300" rx="200" ry="100" fill="#DC2828"/);
  assert.doesNotMatch(group(svg, 2), /<path/);
});

test("the page has the colour that the caption says, else paper", () => {
  assert.equal(pageFill(caption([], { background: "plain #fcf6e1 wall", palette: ["#000000"] })), "#FCF6E1");
  assert.equal(pageFill(caption([], { palette: ["nonsense", "#123456"] })), "#123456");
  assert.equal(pageFill(caption([])), "#FFFFFF");
  assert.equal(pageFill(caption([], { background: "#AABBCC tiles on #000000" })), "#AABBCC");
  assert.equal(pageFill(caption([], { background: "fades from #AABBCC to #000000" })), "url(#page-fade)");
});

test("words keep their colour where it can be read, and get a readable one where not", () => {
  const fill = (element, behind) => /<g fill="([^"]*)"/.exec(group(wireframe(caption([behind, element]), SIZE), 2))[1];
  const box = [300, 300, 700, 700];
  const dark = obj("board", [0, 0, 1000, 1000], "#202020");
  assert.equal(fill(text("Hi", box, "#F2B544"), dark), "#F2B544");
  assert.equal(fill(text("Hi", box), dark), "#FFFFFF");
  const changed = fill(text("Hi", box, "#222244"), dark);
  assert.notEqual(changed, "#222244");
  assert.ok(contrast(changed, "#202020") >= 3);
});

test("words break at their own line breaks and stay in their box", () => {
  const part = group(wireframe(caption([text("Fish soup\nwith toast", [500, 100, 1000, 600])]), SIZE), 1);
  const lines = [...part.matchAll(/<text x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)<\/text>/g)];
  assert.deepEqual(lines.map((line) => line[4]), ["Fish soup", "with toast"]);
  for (const [, x, y, long] of lines.map((line) => line.map(Number))) {
    assert.equal(x, 280);
    assert.ok(y > 200 && y < 400 && long <= 400.01, `${y} ${long}`);
  }
});

test("hidden elements are left out, those without a box are only in the sheet's table", () => {
  const value = caption([
    obj("secret plan", [0, 0, 100, 100], "#FF00FF"),
    obj("somewhere a gull", undefined, "#ABCDEF"),
    obj("a cup", [0, 0, 500, 500]),
  ]);
  value.compositional_deconstruction.elements[0].hidden = true;
  for (const svg of [wireframe(value, SIZE), handover(value, SIZE)]) {
    assert.doesNotMatch(svg, /secret|FF00FF/);
    assert.equal(group(svg, 1), null);
    assert.notEqual(group(svg, 2), null);
  }
  assert.doesNotMatch(wireframe(value, SIZE), /gull/);
  assert.match(handover(value, SIZE), /somewhere a gull.*no box.*#ABCDEF/s);
});

test("the handover sheet numbers boxes and says places in pixels and colours", () => {
  const svg = handover(
    caption([obj("a cup", [100, 250, 500, 750], "#112233"), text("Tea", [0, 0, 100, 100])], {
      high_level_description: "Tea time", background: "A table.",
    }),
    SIZE,
  );
  for (const words of ["Tea time", "800 × 400 pixels", "Background: A table.", "x 200, y 40", "400 × 160", "#112233", "“Tea”", "none named"]) {
    assert.ok(svg.includes(`>${words}</text>`), words);
  }
  assert.match(svg, /data-tag="1".*>1<\/text>.*data-tag="2".*>2<\/text>/s);
});

test("what a person writes is text, whatever it is", () => {
  for (const words of HOSTILE) {
    const value = caption([obj(words, [0, 0, 500, 900], "#112233"), text(words, [500, 0, 1000, 900])], {
      high_level_description: words, background: words,
    });
    for (const svg of [wireframe(value, SIZE), handover(value, SIZE)]) {
      assert.doesNotMatch(svg, /<script|\]\]>|&(?!(amp|lt|gt|quot|#\d+);)/, words);
      assert.ok(svg.isWellFormed?.() ?? true, words);
      assert.doesNotMatch(svg, /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/, words);
    }
  }
  assert.match(wireframe(caption([text("half \ud83d", [0, 0, 500, 900])]), SIZE), /half \uFFFD/);
});

test("nothing in a file asks for anything outside it, and fonts are generic", () => {
  const value = caption([obj("url(http://example.org/x.png)", [0, 0, 500, 900], "url(#x)"), text("A", [0, 0, 9, 9])]);
  const svg = handover(value, SIZE);
  assert.doesNotMatch(svg, /\b(href|src|style|on\w+)=|<(style|image|script|use|foreignObject)/);
  for (const [, family] of svg.matchAll(/font-family="([^"]*)"/g)) {
    assert.ok(["sans-serif", "serif", "cursive", "monospace"].includes(family), family);
  }
});

test("whatever a caption is, there is a page", () => {
  const odd = [null, 7, [], {}, caption([null, 7, [], {}, { type: "text", text: 3, bbox: [0, 0, 1, 1] }, obj(5, ["a"])])];
  for (const value of odd) {
    assert.match(wireframe(value, SIZE), /data-part="page"/);
    assert.match(handover(value, SIZE), /data-part="page"/);
  }
});

test("a file of twice the size is the same drawing", () => {
  const value = caption([obj("a cup", [0, 0, 500, 500])]);
  const [once, twice] = [1, 2].map((scale) => wireframe(value, { ...SIZE, scale }));
  assert.equal(twice.replace('width="1600" height="800"', 'width="800" height="400"'), once);
});

test("the crossed lines of a box do not run through the words on it", () => {
  const box = [300, 300, 700, 700];
  const rim = (behind) => /stroke="([^"]*)" stroke-width="[^"]*" stroke-linejoin/.exec(group(wireframe(caption([behind, text("Hi", box)]), SIZE), 2))?.[1];
  assert.equal(rim(obj("board", [0, 0, 1000, 1000], "#202020")), "#202020");
  assert.equal(rim(obj("a red circle", [0, 0, 1000, 1000], "#DC2828")), undefined);
  assert.equal(rim(obj("elsewhere", [0, 0, 100, 100], "#DC2828")), undefined);
});

test("tags keep clear of the words in front of their box", () => {
  const board = obj("board", [0, 0, 1000, 1000], "#202020");
  const place = (...rest) => /class="tag" data-tag="1"[^>]*><rect x="([\d.]+)" y="([\d.]+)"/.exec(wireframe(caption([board, ...rest]), SIZE)).slice(1).map(Number);
  const [x, y] = place();
  assert.ok(x < 20 && y < 20);
  const [left, top] = place(text("Long headline", [0, 0, 200, 1000]));
  assert.ok(top > 80 && left < 20, `${left} ${top}`);
});

test("a caption as large as they come is drawn all the same", () => {
  const value = caption([text("a".repeat(200_000), [0, 0, 500, 900]), obj("b ".repeat(100_000), [500, 0, 900, 900])]);
  for (const svg of [wireframe(value, SIZE), handover(value, SIZE)]) assert.match(svg, /<\/svg>\n$/);
});
