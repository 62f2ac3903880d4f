/**
 * The menu's tab of colours from a picture, which is read in the browser and goes nowhere.
 *
 * What it is not: the search for colours (`document/extract.js`).
 */

import { h, setText } from "../document/dom.js";
import { extractColours } from "../document/extract.js";
import { tidyName } from "../document/savedpalettes.js";
import { offers, paletteCard } from "./card.js";
import { fileDrop } from "./filedrop.js";

const MOST_BYTES = 50_000_000;
/** Enough to find colours in; a larger picture is drawn smaller first. */
const SIDE = 192;

export function pictureTab({ limit, take, tell }) {
  let picture = null;
  const wanted = h("input", {
    type: "number",
    class: "ig-input ig-line ig-short",
    min: 1,
    max: limit,
    step: 1,
    value: Math.min(6, limit),
    "aria-label": "How many colours",
    oninput: () => show(),
  });
  const found = offers("Found");
  const none = h("p", { class: "ig-quiet", hidden: true });
  const node = h(
    "div",
    { class: "ig-menu-tab" },
    fileDrop({
      label: "Choose a picture",
      hint: "or drop one here. It stays in your browser.",
      accept: "image/*",
      take: open,
    }),
    h("label", { class: "ig-row" }, wanted, h("span", {}, "colours at most")),
    none,
    found.node,
  );

  async function open(file) {
    try {
      if (file.size > MOST_BYTES) throw new Error("too large");
      picture = { name: tidyName(file.name) || "Picture", pixels: await pixelsOf(file) };
      show();
      tell(none.hidden ? "Colours found: take all, or press one." : "");
    } catch (problem) {
      const large = problem.message === "too large";
      tell(large ? "The picture is larger than 50 MB." : "The browser cannot read that as a picture.");
    }
  }

  function show() {
    if (!picture) return;
    const count = Math.min(limit, Math.max(1, Math.round(wanted.valueAsNumber || 1)));
    const colours = extractColours(picture.pixels, count);
    found.show(colours.length > 0 ? [paletteCard({ name: picture.name, colours }, take)] : []);
    setText(none, colours.length > 0 ? "" : "There is nothing to see in that picture.");
    none.hidden = colours.length > 0;
  }

  return { node, paint() {} };
}

async function pixelsOf(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = h("canvas", { width, height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return pen.getImageData(0, 0, width, height).data;
}
