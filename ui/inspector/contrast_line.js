/**
 * One line below the colours of a text element: how well it reads on what lies beneath it.
 *
 * What it is not: the reckoning (`document/contrast.js`).
 */

import { isColour } from "../document/colour.js";
import { betterColour, contrastOf, ENOUGH, verdict, verdictLine } from "../document/contrast.js";
import { h, setText } from "../document/dom.js";

export class ContrastLine {
  #painted = "";
  #better = null;

  /** @param {(change: (palette: string[]) => string[]) => void} write changes the element's palette */
  constructor({ write, say }) {
    this.sample = h("span", { class: "ig-contrast-sample", "aria-hidden": "true" }, "Aa");
    this.words = h("span", { class: "ig-contrast-words" });
    this.level = h("abbr", { class: "ig-contrast-level" });
    this.chip = h("span", { class: "ig-contrast-chip", "aria-hidden": "true" });
    this.name = h("span");
    this.fix = h(
      "button",
      {
        type: "button",
        class: "ig-button ig-button-line",
        title: "The nearest lightness of the colour that is easy enough to read",
        onclick: () => {
          const better = this.#better;
          write((palette) => withBetter(palette, better));
          say(`${better} reads well here`);
          // The button is gone now; the focus stays near.
          this.node.focus();
        },
      },
      this.chip,
      this.name,
    );
    this.node = h(
      "div",
      { class: "ig-contrast", role: "group", "aria-label": "Contrast", tabindex: -1, hidden: true },
      this.sample,
      this.words,
      this.level,
      this.fix,
    );
  }

  paint(caption, index, { locked }) {
    const found = contrastOf(caption, index);
    this.node.hidden = found === null;
    this.fix.disabled = locked;
    // While a box is dragged this runs at each move: only a change is worth the search below.
    const now = JSON.stringify(found);
    if (found === null || now === this.#painted) return;
    this.#painted = now;
    const { colour, under, ratio } = found;
    const known = ratio !== null;
    this.#better = known && ratio < ENOUGH ? betterColour(colour, under.colour) : null;
    setText(this.words, known ? `${verdictLine(ratio)} on ${under.what}` : unknown(under));
    setText(this.level, known ? verdict(ratio).level : "");
    this.level.title = "Level of WCAG 2, the guidelines for readable text";
    this.level.hidden = this.level.textContent === "";
    this.sample.hidden = !known;
    this.sample.style.color = colour;
    this.sample.style.backgroundColor = under?.colour ?? "";
    this.fix.hidden = this.#better === null;
    setText(this.name, this.#better ? `Use ${this.#better}` : "");
    this.chip.style.backgroundColor = this.#better ?? "";
    this.node.classList.toggle("is-poor", known && ratio < 3);
  }
}

function unknown(under) {
  if (under) return `Contrast not known: ${under.what} beneath it has no colours`;
  return "Contrast not known: the background names no colour like #FFFFFF";
}

/** The first colour becomes the better one, which must not stand there twice. */
function withBetter(palette, better) {
  const first = palette.findIndex(isColour);
  return palette
    .with(first, better)
    .filter((colour, i) => i === first || String(colour).toUpperCase() !== better);
}
