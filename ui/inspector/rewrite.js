/**
 * Have the selected element described anew, with a wish if there is one.
 *
 * What it is not: the writing, or what comes of it; magic prompt's panel has both.
 */

import { h } from "../document/dom.js";
import { request } from "../document/shared.js";

export class Rewrite {
  /** @param index gives the selected element's index */
  constructor(index) {
    this.index = index;
    this.wish = h("input", {
      type: "text",
      id: "ig-rewrite-wish",
      class: "ig-input",
      maxlength: 4000,
      placeholder: "A wish: older, laughing",
      autocomplete: "off",
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        this.#ask();
      },
    });
    this.go = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.#ask() },
      "Rewrite",
    );
    this.node = h(
      "div",
      { class: "ig-field" },
      h("div", { class: "ig-field-head" }, h("label", { for: this.wish.id }, "Rewrite this element")),
      h("div", { class: "ig-rewrite" }, this.wish, this.go),
    );
  }

  lock(locked) {
    this.go.disabled = locked;
  }

  #ask() {
    if (!this.go.disabled) request("rewrite", { index: this.index(), wish: this.wish.value });
  }
}
