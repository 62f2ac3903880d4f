/**
 * "What the model reads": the one line, its tokens, and a short count for the editor's head.
 *
 * What it is not: the caption as people edit it; Python writes the line and counts it.
 */

import { h, iconButton, setAttribute, setText } from "../document/dom.js";
import { elementWords, tokenHelp, tokenLevel, tokenWords } from "../document/tokens.js";

export class Reading {
  #asked = 0;

  /** @param {object} options `ask()`: Python's answer for the page as it is; `copy(text)`. */
  constructor({ ask, copy }) {
    this.ask = ask;
    this.count = h("span", { class: "ig-count" });
    this.element = h("span", { class: "ig-count ig-meter-element" });
    this.meter = h("span", { class: "ig-meter", hidden: true }, this.count);
    this.line = h("pre", { class: "ig-reading-line", tabindex: "0", "aria-label": "What the model reads" });
    this.total = h("span", { class: "ig-count" });
    this.copy = iconButton("copy", "Copy this line", () => copy(this.text), { wide: true });
    this.node = h(
      "details",
      { class: "ig-reading" },
      h("summary", {}, h("span", {}, "What the model reads"), this.total, this.element),
      h("div", { class: "ig-reading-body" }, this.line, this.copy),
    );
    this.#paint(null);
  }

  /** Ask anew; only the latest answer counts. */
  async refresh() {
    this.#asked += 1;
    const mine = this.#asked;
    let answer;
    try {
      answer = await this.ask();
    } catch (error) {
      console.warn("The caption could not be counted", error);
      answer = { error: "The server does not answer." };
    }
    if (mine === this.#asked) this.#paint(answer);
  }

  /** @param answer null where nothing is written */
  #paint(answer) {
    const good = answer !== null && !answer.error;
    this.text = good ? answer.text : "";
    setText(this.line, good ? answer.text : (answer?.error ?? "Nothing is written yet."));
    this.copy.hidden = !good;
    // While somebody types the text is often broken: the last count stays, and says that it is old.
    this.meter.classList.toggle("is-old", !good);
    setText(this.total, good ? tokenWords(answer) : "");
    setText(this.element, good ? elementWords(answer) : "");
    if (good || answer === null) this.#paintCount(answer);
    else if (!this.meter.hidden) setAttribute(this.meter, "title", "Counted before the text had errors.");
  }

  #paintCount(count) {
    setText(this.count, tokenWords(count));
    this.meter.hidden = tokenWords(count) === "";
    this.meter.dataset.level = this.node.dataset.level = tokenLevel(count);
    setAttribute(this.meter, "title", tokenHelp(count));
  }
}
