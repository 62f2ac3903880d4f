import assert from "node:assert/strict";
import { test } from "node:test";
import { parseColour, parseColours } from "../../ui/document/colour.js";

test("colours as people write them", () => {
  const cases = {
    "#0f0": "#00FF00", "00ff00": "#00FF00", "#00ff00": "#00FF00", " #ABCDEF ": "#ABCDEF",
    "0f0": "#00FF00", "#11223344": "#112233", "#abcd": "#AABBCC", bed: null, face: null, red: null,
    "#12": null, "#12345": null, "#ggg": null, "": null, "rgb(1,2,3)": null,
  };
  for (const [text, colour] of Object.entries(cases)) assert.equal(parseColour(text), colour, text);
});

test("a pasted list, whatever is between", () => {
  const lists = [
    "#ff0000, #00ff00 #0000ff",
    '["#FF0000", "#00FF00", "#0000FF"]',
    "ff0000\n00ff00\n0000ff\n",
    "--red: #F00; --green: #0F0; --blue: #00F;",
  ];
  for (const list of lists) {
    assert.deepEqual(parseColours(list).colours, ["#FF0000", "#00FF00", "#0000FF"], list);
  }
});

test("doubles are dropped, what is no colour is given back", () => {
  assert.deepEqual(parseColours("#fff, #FFFFFF, teal"), {
    colours: ["#FFFFFF"],
    rejected: ["teal"],
  });
});
