/**
 * A row of colour swatches: add, change, remove, reorder; by mouse, touch or keyboard.
 *
 * Used for the picture's palette and for an element's. It holds no colours: it shows the list it is
 * given and asks `write(colours, {live, done})` for another one.
 * What it is not: a colour theory; harmonies, files and the rest come in a menu (`menu.js`).
 */

import { isColour, parseColour, parseColours } from "../document/colour.js";
import { h, iconButton, setAttribute, setText } from "../document/dom.js";
import { countOf, sentence, takeIn, whyNot } from "../document/intake.js";
import { eyedropper } from "./eyedropper.js";
import { reorderByDrag } from "../document/reorder.js";
import { SwatchDetail } from "./swatch_detail.js";

const FRESH = "#3B6FF5";

export class Swatches {
  #colours = [];
  #open = null;
  #merge = 0;

  /**
   * @param {object} options `label`: what the colours are of; `limit`: how many there may be;
   *   `write(colours, {live, merge})`: asks for a new list; `commit()` ends live changes,
   *   `cancel()` gives them up;
   *   `say(words)`: announces.
   */
  constructor({ label, limit, write, commit, cancel, say }) {
    Object.assign(this, { label, limit, write, commit, cancel, say });
    this.list = h("div", { class: "ig-swatches", role: "list", "aria-label": label });
    this.adder = this.#buildAdder();
    this.detail = new SwatchDetail({
      replace: (text) => this.#replace(text),
      shift: (by) => this.#shift(this.#open, by),
      remove: () => this.#remove(this.#open),
      close: () => this.#toggle(this.#open),
    });
    this.note = h("p", { class: "ig-quiet ig-swatch-note", hidden: true });
    this.node = h(
      "div",
      { class: "ig-palette-body" },
      h("div", { class: "ig-swatch-line" }, this.list, this.adder),
      this.detail.node,
      this.note,
    );
    this.list.addEventListener("keydown", (event) => this.#key(event));
    reorderByDrag(this.list, {
      allowed: () => !this.locked,
      move: (from, to) => this.#dragged(from, to),
      drop: () => this.commit(),
      cancel: () => this.cancel(),
      click: (index) => this.#toggle(index),
    });
  }

  render(colours, { locked = false } = {}) {
    this.#colours = colours;
    this.locked = locked;
    while (this.list.children.length > colours.length) this.list.lastChild.remove();
    while (this.list.children.length < colours.length) this.list.append(this.#makeSwatch());
    colours.forEach((colour, index) => this.#paint(this.list.children[index], colour, index));
    if (this.#open !== null && this.#open >= colours.length) this.#open = null;
    this.detail.paint(this.#colours, locked ? null : this.#open);
    const full = colours.length >= this.limit;
    this.picker.disabled = this.hex.disabled = this.add.disabled = locked || full;
    if (this.dropper) this.dropper.disabled = locked || full;
    this.hex.placeholder = full ? `${this.limit} colours is the most` : "#0F0 or a list";
  }

  #buildAdder() {
    this.picker = h("input", {
      type: "color",
      class: "ig-colour-well",
      value: FRESH,
      "aria-label": `Colour to add to ${this.label}`,
      oninput: () => {
        this.hex.value = this.picker.value.toUpperCase();
      },
    });
    this.hex = h("input", {
      type: "text",
      class: "ig-input ig-hex",
      "aria-label": `Hex colour to add to ${this.label}`,
      autocomplete: "off",
      spellcheck: "false",
      onkeydown: (event) => {
        if (event.key === "Enter") this.#addFrom(this.hex.value);
      },
      onpaste: (event) => this.#pasted(event),
    });
    this.add = iconButton("plus", "Add colour", () =>
      this.#addFrom(this.hex.value || this.picker.value),
    );
    this.add.classList.add("ig-button-line");
    this.dropper = eyedropper((colour) => this.#addFrom(colour));
    return h("div", { class: "ig-swatch-add" }, this.picker, this.hex, this.add, this.dropper);
  }

  #makeSwatch() {
    return h(
      "div",
      { role: "listitem", class: "ig-swatch-item" },
      h("button", { type: "button", class: "ig-swatch" }),
    );
  }

  #paint(item, colour, index) {
    const button = item.firstChild;
    const good = isColour(colour);
    const name = good ? colour.toUpperCase() : String(colour).slice(0, 40);
    setAttribute(button, "data-colour", good ? name : null);
    setAttribute(button, "data-index", index);
    setAttribute(button, "aria-label", good ? name : `${name}, not a colour`);
    setAttribute(button, "aria-expanded", this.#open === index);
    button.title = good ? `${name}: click to change, drag to reorder` : `${name} is not a colour`;
    button.classList.toggle("is-bad", !good);
    button.style.backgroundColor = good ? name : "";
    button.disabled = this.locked;
  }

  #toggle(index) {
    this.#open = this.#open === index ? null : index;
    this.#merge += 1;
    this.render(this.#colours, { locked: this.locked });
    this.#focus(index);
  }

  #addFrom(text) {
    const { colours, rejected } = parseColours(text);
    const taken = takeIn(this.#colours, colours, { limit: this.limit });
    if (taken.added > 0) this.write(taken.colours, {});
    this.hex.value = rejected.join(" ");
    const problem = [];
    if (rejected.length > 0) {
      problem.push(`“${rejected[0].slice(0, 24)}” is not a hex colour; write it like #3366CC`);
    } else if (colours.length === 0) {
      problem.push(text.trim() ? "No hex colour found" : "Write a colour like #3366CC");
    }
    this.#tell(taken.added, [...problem, ...whyNot(taken, this.limit)].join("; "));
  }

  #tell(added, problem) {
    setText(this.note, problem ? sentence(problem) : "");
    this.note.hidden = problem === "";
    this.say([added > 0 ? sentence(`${countOf(added)} added`) : "", problem].filter(Boolean).join(" "));
  }

  #pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    if (parseColours(text).colours.length < 2) return;
    event.preventDefault();
    this.#addFrom(text);
  }

  #replace(text) {
    const colour = parseColour(text);
    if (!colour || this.#open === null || colour === this.#colours[this.#open]) return;
    this.write(this.#colours.with(this.#open, colour), { merge: `change:${this.#merge}` });
  }

  #remove(index) {
    if (index === null || index >= this.#colours.length) return;
    const colour = this.#colours[index];
    this.#open = null;
    this.write(this.#colours.toSpliced(index, 1), {});
    this.say(`${colour} removed`);
    this.#focus(Math.min(index, this.#colours.length - 1));
  }

  #shift(from, by) {
    const to = from + by;
    if (from === null || to < 0 || to >= this.#colours.length) return false;
    if (this.#open === from) this.#open = to;
    this.write(moved(this.#colours, from, to), {});
    this.say(`${this.#colours[to]} is now colour ${to + 1} of ${this.#colours.length}`);
    return true;
  }

  #dragged(from, to) {
    if (this.#open === from) this.#open = to;
    this.write(moved(this.#colours, from, to), { live: true });
  }

  #focus(index) {
    const button = this.list.children[index]?.firstChild;
    (button ?? this.hex).focus({ preventScroll: true });
  }

  #key(event) {
    const index = Number(event.target.closest("[data-index]")?.dataset.index ?? Number.NaN);
    if (Number.isNaN(index) || this.locked) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && event.altKey) {
      if (this.#shift(index, by)) this.#focus(index + by);
    } else if (by) {
      this.list.children[index + by]?.firstChild.focus();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#remove(index);
    } else if (event.key === "Escape" && this.#open !== null) {
      this.#toggle(this.#open);
    } else if (event.key === "Enter" || event.key === " ") {
      this.#toggle(index);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function moved(list, from, to) {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}
