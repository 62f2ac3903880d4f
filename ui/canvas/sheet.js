/**
 * The sheet: the element that stands for the picture, and what lies on it from back to front.
 *
 * What it is not: what the boxes say (`boxes.js`), nor what a pointer does to them (`gestures.js`).
 */

import { h } from "../document/dom.js";
import { makeGhosts } from "./ghosts.js";
import { Guides, Overlays } from "./guides.js";
import { Marquee } from "./marquee.js";

const HELP =
  "Arrow keys move what is selected, with Shift further, with Alt they resize it. Enter goes to its " +
  "words, Escape lets go. Press the question mark for all keys.";

/** @param backdrop the picture behind everything */
export function makeSheet(backdrop) {
  const help = h("p", { class: "ig-sr", id: "ig-canvas-help" }, HELP);
  const hint = h(
    "p",
    { class: "ig-page-hint" },
    "Choose Object or Text, then drag on the page to draw a box.",
  );
  const layer = h("div", { class: "ig-boxes" });
  const page = h(
    "div",
    {
      class: "ig-page",
      dataset: { part: "page" },
      role: "group",
      tabindex: "0",
      "aria-describedby": help.id,
    },
    backdrop,
    hint,
  );
  const overlays = new Overlays(page);
  page.append(layer, makeGhosts());
  const guides = new Guides(page);
  const marquee = new Marquee(page);
  return { page, help, hint, layer, overlays, guides, marquee };
}
