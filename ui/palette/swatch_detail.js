/**
 * The line under a row of swatches while one of them is open: change it, move it, remove it.
 *
 * What it is not: a keeper of colours; it shows what it is given and asks for the rest.
 */

import { isColour } from "../document/colour.js";
import { h, iconButton } from "../document/dom.js";

export class SwatchDetail {
  #colours = [];
  #index = null;

  /** @param asks `replace(text)`, `shift(by)`, `remove()`, `close()`: about the open colour */
  constructor({ replace, shift, remove, close }) {
    this.well = h("input", {
      type: "color",
      class: "ig-colour-well",
      "aria-label": "Colour",
      oninput: () => replace(this.well.value),
    });
    this.hex = h("input", {
      type: "text",
      class: "ig-input ig-hex",
      "aria-label": "Hex value",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => replace(this.hex.value),
      onblur: () => this.paint(this.#colours, this.#index),
    });
    this.before = iconButton("left", "Move colour left", () => shift(-1));
    this.after = iconButton("right", "Move colour right", () => shift(1));
    const drop = iconButton("delete", "Remove colour", remove);
    drop.classList.add("ig-danger");
    this.node = h(
      "div",
      { class: "ig-swatch-detail", hidden: true, role: "group", "aria-label": "Selected colour" },
      this.well,
      this.hex,
      this.before,
      this.after,
      drop,
      h("span", { class: "ig-spacer" }),
      iconButton("close", "Done", close),
    );
  }

  /** Show the colour at `index`; nothing for null. */
  paint(colours, index) {
    this.#colours = colours;
    this.#index = index;
    this.node.hidden = index === null;
    if (index === null) return;
    const colour = colours[index];
    if (isColour(colour)) this.well.value = colour.toLowerCase();
    if (document.activeElement !== this.hex) this.hex.value = String(colour).toUpperCase();
    this.before.disabled = index === 0;
    this.after.disabled = index === colours.length - 1;
  }
}
