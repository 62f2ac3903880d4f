import assert from "node:assert/strict";
import { test } from "node:test";
import { applyChanges, format, patchText } from "../../ui/document/jsonpatch.js";
import { clone } from "../../ui/document/jsonvalue.js";

const CAPTION = {
  high_level_description: "A cup.",
  compositional_deconstruction: {
    background: "A wall.",
    elements: [
      { type: "obj", bbox: [100, 200, 300, 400], desc: "cup", colour_palette: ["#FF0000"] },
      { type: "text", bbox: [0, 0, 100, 1000], text: "HI", desc: "big" },
    ],
  },
};

function patched(text, change) {
  const next = clone(JSON.parse(text));
  change(next);
  const after = applyChanges(text, patchText(text, next));
  assert.deepEqual(JSON.parse(after), next);
  return after;
}

const TEXTS = {
  studio: format(CAPTION),
  python: JSON.stringify(CAPTION, null, 2),
  tabs: JSON.stringify(CAPTION, null, "\t"),
  "one line": JSON.stringify(CAPTION),
};

const CHANGES = {
  "a box moves": (c) => (c.compositional_deconstruction.elements[0].bbox = [110, 210, 310, 410]),
  "an element is added": (c) =>
    c.compositional_deconstruction.elements.push({ type: "obj", bbox: [1, 2, 3, 4], desc: "" }),
  "an element is removed": (c) => c.compositional_deconstruction.elements.shift(),
  "all elements go": (c) => (c.compositional_deconstruction.elements = []),
  "order is reversed": (c) => c.compositional_deconstruction.elements.reverse(),
  "a palette grows": (c) => c.compositional_deconstruction.elements[0].colour_palette.push("#00FF00"),
  "a palette goes": (c) => delete c.compositional_deconstruction.elements[0].colour_palette,
  "a style appears": (c) => (c.style_description = { aesthetics: "calm", palette: ["#123456"] }),
  "words change": (c) => (c.high_level_description = 'He said "${1}" {{x}} `y` \\ \n 😀'),
  "two places change": (c) => {
    c.high_level_description = "Two.";
    c.compositional_deconstruction.elements[1].text = "HO";
  },
  "a value changes its kind": (c) => (c.compositional_deconstruction = "none"),
  "nothing changes": () => {},
};

for (const [layout, text] of Object.entries(TEXTS)) {
  for (const [what, change] of Object.entries(CHANGES)) {
    test(`${what}, in the ${layout} layout`, () => patched(text, change));
  }
}

test("a moved box rewrites its numbers and nothing else", () => {
  const changes = patchText(TEXTS.studio, {
    ...CAPTION,
    compositional_deconstruction: {
      ...CAPTION.compositional_deconstruction,
      elements: [
        { ...CAPTION.compositional_deconstruction.elements[0], bbox: [150, 200, 350, 400] },
        CAPTION.compositional_deconstruction.elements[1],
      ],
    },
  });
  assert.equal(changes.length, 1);
  assert.ok(changes[0].to - changes[0].from < 20);
});

test("the person's own layout survives around a change", () => {
  const text = '{ "high_level_description" : "A",\n\n   "compositional_deconstruction":\n' +
    '{"background":"b" , "elements":[ {"type":"obj",  "desc":"x"} ]} }';
  const after = patched(text, (c) => (c.high_level_description = "B"));
  assert.equal(after, text.replace('"A"', '"B"'));
});

test("elements that stay keep their text when one is added", () => {
  const odd = '{"type":"obj",    "desc":"kept"}';
  const text = `{\n  "compositional_deconstruction": {\n    "background": "",\n    "elements": [\n      ${odd}\n    ]\n  }\n}`;
  const after = patched(text, (c) =>
    c.compositional_deconstruction.elements.push({ type: "obj", desc: "new" }),
  );
  assert.ok(after.includes(`      ${odd},\n      {\n        "type": "obj",`), after);
});

test("numbers that JavaScript cannot hold stay as typed while something else changes", () => {
  const text = '{"n": 12345678901234567890, "m": 1.0, "a": "x"}';
  const next = { n: 12345678901234567890, m: 1, a: "y" };
  assert.equal(
    applyChanges(text, patchText(text, next)),
    '{"n": 12345678901234567890, "m": 1.0, "a": "y"}',
  );
});

test("a one-line caption stays on one line", () => {
  const after = patched(TEXTS["one line"], (c) =>
    c.compositional_deconstruction.elements.push({ type: "obj", desc: "new" }),
  );
  assert.equal(after.includes("\n"), false);
});

test("lists of plain values are written on one line", () => {
  assert.equal(format({ bbox: [1, 2, 3, 4] }), '{\n  "bbox": [1, 2, 3, 4]\n}');
  assert.equal(format({ elements: [], palette: [] }), '{\n  "elements": [],\n  "palette": []\n}');
});

test("a text that does not parse cannot be patched", () => {
  assert.throws(() => patchText("{", {}), /needs text that parses/);
});
