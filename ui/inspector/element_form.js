/**
 * The form of one element: type, words, box, colours.
 *
 * What it is not: the list of elements (`canvas/layers.js`), nor the judge of its words.
 */

import { duplicate, giveBox, remove, toggleLock } from "../canvas/commands.js";
import {
  boxOf,
  ELEMENT_PALETTE_LIMIT,
  elementPointer,
  elementsOf,
  ORDER,
  paletteOf,
  setBox,
  setMember,
  setPalette,
  setType,
  textOf,
} from "../document/caption.js";
import { clamp } from "../document/geometry.js";
import { h, iconButton, setText } from "../document/dom.js";
import { isObject } from "../document/jsonvalue.js";
import { request, store } from "../document/shared.js";
import { PaletteMenu } from "../palette/menu.js";
import { Swatches } from "../palette/swatches.js";
import { ContrastLine } from "./contrast_line.js";
import { choiceField, gridField, textField, wordCounter } from "./fields.js";
import { Rewrite } from "./rewrite.js";

const EDGES = [
  ["Top", "Top edge (y min), 0 to 1000"],
  ["Left", "Left edge (x min), 0 to 1000"],
  ["Bottom", "Bottom edge (y max), 0 to 1000"],
  ["Right", "Right edge (x max), 0 to 1000"],
];

export class ElementForm {
  constructor({ origin, say }) {
    this.origin = origin;
    // Under its own origin the form is not repainted (somebody types); commands want to be.
    this.command = `${origin}:command`;
    this.say = say;
    this.#buildFields();
    this.edges = EDGES.map(([label, title], edge) =>
      gridField({
        label,
        title,
        onInput: (value) => this.#setEdge(edge, value),
        onDone: () => this.paint(),
      }),
    );
    this.#buildColours();
    this.rewrite = new Rewrite(() => this.#index);
    this.node = this.#assemble();
  }

  get #index() {
    return store.selected;
  }

  /** Put the caret where the element's words are. */
  focus() {
    const element = store.elements[this.#index];
    const field = element?.type === "text" ? this.text : this.desc;
    field.control.focus();
    field.control.select();
  }

  paint() {
    const index = this.#index;
    const element = store.elements[index];
    if (index === null || !isObject(element)) return;
    const locked = store.problem !== null;
    const box = boxOf(element);
    this.type.show(element.type);
    this.text.node.hidden = element.type !== "text";
    this.text.show(textOf(element.text));
    this.desc.show(textOf(element.desc));
    this.boxed.hidden = box === null;
    this.unboxed.hidden = box !== null;
    const absent = element.bbox === undefined;
    setText(this.unboxedWhy, absent ? "No box: the model places it." : "Its box cannot be drawn.");
    if (box) this.edges.forEach((edge, i) => edge.show(box[i]));
    const palette = paletteOf(element);
    this.swatches.render(palette, { locked });
    this.palettes.render({ locked, subject: index });
    this.contrast.paint(store.value, index, { locked });
    setText(this.paletteCount, `${palette.length} of ${ELEMENT_PALETTE_LIMIT}`);
    for (const part of [this.type, this.text, this.desc, this.rewrite, ...this.edges]) part.lock(locked);
    for (const button of this.buttons) button.disabled = locked;
    this.#paintPin(store.isPinned(index));
  }

  /** A locked box keeps its place: its numbers cannot be changed, and a line says why. */
  #paintPin(pinned) {
    this.pinned.hidden = !pinned || this.boxed.hidden;
    for (const edge of this.edges) edge.disable(pinned, this.pinned.id);
    if (pinned) this.drop.disabled = this.del.disabled = true;
  }

  #buildFields() {
    this.type = choiceField({
      label: "Type",
      choices: [
        { value: "obj", name: "Object", title: "Something to be seen" },
        { value: "text", name: "Text", title: "Words to be written in the picture" },
      ],
      onChoose: (type) => {
        const index = this.#index;
        store.edit((draft) => setType(draft, index, type), this.command);
      },
    });
    this.text = textField({
      label: "Words in the picture",
      multiline: true,
      rows: 2,
      placeholder: "Exactly what is to be written",
      onInput: (words) => this.#setWords("text", words),
    });
    this.desc = textField({
      label: "Description",
      multiline: true,
      rows: 5,
      placeholder: "What it is, what it looks like, how it stands to the rest",
      onInput: (words) => this.#setWords("desc", words),
    }).count(wordCounter({ least: 30, most: 60 }));
  }

  #buildColours() {
    const limit = ELEMENT_PALETTE_LIMIT;
    const read = () => paletteOf(store.elements[this.#index]);
    const write = (colours, options) =>
      this.#write(this.command, (element) => setPalette(element, colours, ORDER.element), options);
    this.swatches = new Swatches({
      label: "colours of this element",
      limit,
      write,
      commit: () => store.commit(this.command),
      cancel: () => store.cancel(this.command),
      say: this.say,
    });
    const owner = "this element";
    this.palettes = new PaletteMenu({ owner, title: "Element palette", limit, read, write });
    this.contrast = new ContrastLine({
      write: (change) => write(change(read())),
      say: this.say,
    });
  }

  #assemble() {
    this.drop = iconButton("close", "Remove box", () => this.#removeBox());
    const give = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.#giveBox() },
      "Add a box",
    );
    const act = (command) => () => this.say(command(this.#index, this.command));
    const copy = iconButton("duplicate", "Duplicate", act(duplicate));
    this.del = iconButton("delete", "Delete", act(remove));
    this.del.classList.add("ig-danger");
    const unlock = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: act(toggleLock) },
      "Unlock",
    );
    const why = h("span", { class: "ig-quiet" }, "Locked, so its box stays where it is.");
    this.pinned = h("div", { class: "ig-unboxed", id: "ig-pinned-note" }, why, unlock);
    const show = iconButton("code", "Show in JSON", () => this.#reveal());
    this.buttons = [this.drop, give, copy, this.del];
    this.actions = h("span", { class: "ig-form-actions" }, show, copy, this.del);
    this.unboxedWhy = h("span", { class: "ig-quiet" });
    this.boxed = h("div", { class: "ig-edges" }, this.edges.map((edge) => edge.node), this.drop);
    this.unboxed = h("div", { class: "ig-unboxed" }, this.unboxedWhy, give);
    this.paletteCount = h("span", { class: "ig-aside" });
    const aside = h("span", { class: "ig-colours-aside" }, this.paletteCount, this.palettes.node);
    return h(
      "div",
      { class: "ig-form" },
      this.type.node,
      this.text.node,
      this.desc.node,
      this.rewrite.node,
      group("Box", h("span", { class: "ig-aside" }, "0 to 1000"), this.boxed, this.pinned, this.unboxed),
      group("Colours", aside, this.swatches.node, this.contrast.node),
    );
  }

  #write(origin, change, options = {}) {
    const index = this.#index;
    store.edit((draft) => void change(elementsOf(draft)[index]), origin, options);
  }

  #setWords(name, words) {
    const change = (element) => setMember(element, name, words, ORDER.element);
    this.#write(this.origin, change, { merge: `${name}:${this.#index}` });
  }

  /** A number half typed may turn the box over: then it waits until it makes a box. */
  #setEdge(edge, value) {
    const index = this.#index;
    const box = boxOf(store.elements[index])?.with(edge, value);
    if (!box || box[0] >= box[2] || box[1] >= box[3]) return;
    store.edit((draft) => setBox(draft, index, clamp(box)), this.origin, { merge: `bbox:${index}` });
    this.contrast.paint(store.value, index, { locked: false });
  }

  #removeBox() {
    this.#write(this.command, (element) => {
      delete element.bbox;
    });
    this.say("Box removed; the element stays");
  }

  #giveBox() {
    this.say(giveBox(this.#index, this.command));
  }

  #reveal() {
    const { from, to } = store.rangeOf(elementPointer(this.#index));
    request("reveal", { from, to });
  }
}

export function group(title, aside, ...parts) {
  return h(
    "div",
    { class: "ig-field" },
    h("div", { class: "ig-field-head" }, h("span", { class: "ig-label" }, title), aside),
    ...parts,
  );
}
