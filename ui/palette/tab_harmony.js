/**
 * The menu's tab of colours that go with a colour.
 *
 * What it is not: the theory (`document/harmony.js`).
 */

import { isColour, parseColour } from "../document/colour.js";
import { h, setText } from "../document/dom.js";
import { harmonies } from "../document/harmony.js";
import { chips, offers, paletteCard } from "./card.js";

const START = "#3B6FF5";

export function harmonyTab({ read, take }) {
  let base = null;
  const well = h("input", {
    type: "color",
    class: "ig-colour-well",
    "aria-label": "Colour to start from",
    oninput: () => choose(well.value),
  });
  const hex = h("input", {
    type: "text",
    class: "ig-input ig-hex",
    "aria-label": "Hex colour to start from",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => choose(hex.value),
    onblur: () => show(),
  });
  const present = h("div");
  const found = offers("Suggestions");
  const why = h("p", { class: "ig-quiet" });
  const node = h(
    "div",
    { class: "ig-menu-tab" },
    h("div", { class: "ig-row" }, well, hex),
    present,
    why,
    found.node,
  );

  function choose(text) {
    const colour = parseColour(text);
    if (!colour) return;
    base = colour;
    show();
  }

  function show() {
    const colour = base ?? START;
    well.value = colour.toLowerCase();
    if (document.activeElement !== hex) hex.value = colour;
    const suggestions = harmonies(colour);
    found.show(suggestions.map((palette) => paletteCard(palette, take)));
    setText(why, suggestions.length === 1 ? "A grey has no hue to turn, only shades." : "");
    why.hidden = suggestions.length !== 1;
  }

  let shown = null;
  function paint() {
    const colours = read().filter(isColour).map((colour) => colour.toUpperCase());
    // What did not change stays, and so does the focus in it.
    if (shown === colours.join()) return;
    const first = shown === null;
    shown = colours.join();
    present.replaceChildren(
      colours.length > 0 ? chips("Start from a colour of the palette", colours, "Start from", choose) : "",
    );
    present.hidden = colours.length === 0;
    if (base === null && colours.length > 0) choose(colours[0]);
    else if (first) show();
  }
  return { node, paint };
}
