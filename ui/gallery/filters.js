/**
 * The gallery's filters: words, a colour, favourites only.
 *
 * What it is not: the search; Python has the pictures' words and colours.
 */

import { h, icon, iconButton, setAttribute } from "../document/dom.js";

/** Typing asks once it pauses. */
const AFTER = 220;

export class Filters {
  #timer = 0;

  /** @param ask called with what changed: `{words}`, `{colour}` or `{favourites}` */
  constructor(ask) {
    this.ask = ask;
    this.words = h("input", {
      type: "search",
      class: "ig-input ig-gallery-words",
      placeholder: "Words, seed or size",
      "aria-label": "Filter by words",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: 200,
      oninput: () => this.#later(),
      onkeydown: (event) => event.key === "Enter" && this.#now(),
    });
    this.colour = h("input", {
      type: "color",
      class: "ig-gallery-colour",
      "aria-label": "Filter by a colour",
      title: "Pictures with a colour like this one",
      value: "#888888",
      onchange: () => this.#coloured(this.colour.value),
    });
    this.anyColour = iconButton("close", "Any colour", () => this.#coloured(""));
    this.anyColour.hidden = true;
    this.favourites = h(
      "button",
      {
        type: "button",
        class: "ig-button ig-gallery-favourites",
        title: "Favourites only",
        "aria-label": "Favourites only",
        "aria-pressed": "false",
        onclick: () => this.#only(this.favourites.getAttribute("aria-pressed") !== "true"),
      },
      icon("star"),
    );
    this.node = h(
      "div",
      { class: "ig-gallery-filters", role: "search", "aria-label": "Gallery" },
      h("span", { class: "ig-gallery-search" }, icon("search"), this.words),
      h("span", { class: "ig-gallery-colours" }, this.colour, this.anyColour),
      this.favourites,
    );
  }

  clear() {
    this.words.value = "";
    this.#paint("", false);
    this.ask({ words: "", colour: "", favourites: false });
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(), AFTER);
  }

  #now() {
    clearTimeout(this.#timer);
    this.ask({ words: this.words.value.trim() });
  }

  #coloured(colour) {
    const kept = this.anyColour.contains(document.activeElement);
    this.#paint(colour, this.favourites.getAttribute("aria-pressed") === "true");
    // The button that had the keyboard is gone.
    if (kept) this.colour.focus();
    this.ask({ colour });
  }

  #only(favourites) {
    setAttribute(this.favourites, "aria-pressed", favourites);
    this.ask({ favourites });
  }

  #paint(colour, favourites) {
    this.anyColour.hidden = !colour;
    this.colour.classList.toggle("is-set", Boolean(colour));
    setAttribute(this.favourites, "aria-pressed", favourites);
  }
}
