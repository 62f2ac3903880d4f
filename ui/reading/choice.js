/**
 * Who reads: a list where there is a choice, and where the picture goes before it is sent.
 *
 * What it is not: the reading.
 */

import { h, setText } from "../document/dom.js";

export class ReaderChoice {
  constructor({ readers = [] }) {
    this.readers = readers;
    this.select = h(
      "select",
      { class: "ig-input", "aria-label": "Who reads the picture", onchange: () => this.#tell() },
      readers.map(({ name, label }) => h("option", { value: name }, label)),
    );
    this.select.hidden = readers.length < 2;
    this.where = h("p", { class: "ig-quiet" });
    this.#tell();
  }

  get chosen() {
    return this.readers.find(({ name }) => name === this.select.value) ?? this.readers[0];
  }

  #tell() {
    if (this.readers.length === 0) return;
    const { label, sends } = this.chosen;
    setText(this.where, sends ? `The picture is sent to ${label}.` : "The picture stays on the machine the studio runs on.");
  }
}
