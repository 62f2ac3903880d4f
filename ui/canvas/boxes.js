/**
 * Draws the caption's boxes on the page: one DOM element a box, placed in percent.
 *
 * Why DOM and not a drawing surface: boxes are focusable, named, themed, and found by tests.
 * What it is not: interaction; `gestures.js` reads pointers, `canvas.js` reads keys.
 */

import { boxOf, elementsOf, isHidden, nameOf, paletteOf, textOf } from "../document/caption.js";
import { isColour } from "../document/colour.js";
import { h, icon, setAttribute, setText } from "../document/dom.js";
import { bounds } from "../document/geometry.js";
import { equal } from "../document/jsonvalue.js";
import { estimate } from "../document/lettering.js";
import { placeOf, titleOf } from "./commands.js";

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

/** Below this size in pixels a box shows corner handles only. */
const NARROW = 56;

export class Boxes {
  #nodes = new Map();
  #painted = new Map();
  #layer;

  /** @param layer the element inside the page that holds boxes and the selection's frame */
  constructor(layer) {
    this.#layer = layer;
    this.frame = h(
      "div",
      { class: "ig-frame", dataset: { part: "frame" }, "aria-hidden": "true", hidden: true },
      HANDLES.map((name) => h("span", { class: "ig-handle", dataset: { handle: name } })),
    );
    layer.append(this.frame);
  }

  node(index) {
    return this.#nodes.get(index) ?? null;
  }

  /**
   * @param selection `{chosen, isPinned}`: the selected indices, and whether one is locked
   * @param page the page's size in pixels: `{width, height}`
   */
  render(value, { chosen, isPinned }, page) {
    const elements = elementsOf(value);
    const boxes = elements.map(boxOf);
    for (const [index, node] of this.#nodes) {
      if (boxes[index]) continue;
      node.remove();
      this.#nodes.delete(index);
      this.#painted.delete(index);
    }
    // Indices ascend, so appending new ones before the next keeps painter's order.
    let after = this.frame;
    for (let index = boxes.length - 1; index >= 0; index -= 1) {
      if (!boxes[index]) continue;
      const node = this.#nodes.get(index) ?? this.#make(index);
      if (node.nextSibling !== after) this.#layer.insertBefore(node, after);
      const state = { selected: chosen.includes(index), pinned: isPinned(index) };
      this.#paint(node, elements[index], index, boxes[index], state);
      after = node;
    }
    const drawn = chosen.filter((index) => boxes[index]);
    const free = drawn.filter((index) => !isPinned(index));
    // What moves is framed; if everything is locked the frame only shows what is selected.
    this.#frameAround((free.length ? free : drawn).map((index) => boxes[index]), page);
    this.frame.classList.toggle("is-fixed", free.length === 0);
    this.#layer.classList.toggle("has-many", drawn.length > 1);
  }

  #make(index) {
    const node = h(
      "div",
      { class: "ig-box", role: "button", tabindex: "0", dataset: { element: String(index) } },
      h("span", { class: "ig-box-text" }),
      h("span", { class: "ig-box-label" }, h("span", { class: "ig-box-name" })),
      h("span", { class: "ig-box-swatches", "aria-hidden": "true" }),
    );
    this.#nodes.set(index, node);
    return node;
  }

  /** While one box is dragged the others are not touched: a page of sixty stays smooth. */
  #paint(node, element, index, box, state) {
    const last = this.#painted.get(index);
    if (last && equal(last.state, state) && equal(last.element, element)) return;
    this.#painted.set(index, { element, state });
    paint(node, element, index, box, state);
  }

  #frameAround(boxes, page) {
    setAttribute(this.frame, "hidden", boxes.length === 0 ? "" : null);
    if (boxes.length === 0) return;
    const box = bounds(boxes);
    place(this.frame, box);
    const width = ((box[3] - box[1]) / 1000) * page.width;
    const height = ((box[2] - box[0]) / 1000) * page.height;
    this.frame.classList.toggle("is-narrow", width < NARROW);
    this.frame.classList.toggle("is-short", height < NARROW);
  }
}

export function place(node, box) {
  node.style.top = `${box[0] / 10}%`;
  node.style.left = `${box[1] / 10}%`;
  node.style.height = `${(box[2] - box[0]) / 10}%`;
  node.style.width = `${(box[3] - box[1]) / 10}%`;
}

function paint(node, element, index, box, { selected, pinned }) {
  place(node, box);
  const type = element.type === "text" ? "text" : "obj";
  setAttribute(node, "data-type", type);
  setAttribute(node, "aria-pressed", selected);
  const hidden = isHidden(element);
  const marks = `${pinned ? ", locked" : ""}${hidden ? ", hidden" : ""}`;
  const title = type === "text" ? spoken(element, index) : titleOf(element, index);
  setAttribute(node, "aria-label", `${title}, ${placeOf(box)}${marks}`);
  node.classList.toggle("is-hidden", hidden);
  node.classList.toggle("is-fixed", pinned);
  const [text, label, swatches] = node.children;
  paintText(text, type === "text" ? textOf(element.text) : null);
  const glyph = pinned ? "lock" : type;
  if (label.dataset.icon !== glyph) {
    label.dataset.icon = glyph;
    label.querySelector("svg")?.remove();
    label.prepend(icon(glyph));
  }
  setText(label.lastChild, nameOf(element, index));
  const colours = paletteOf(element).filter(isColour);
  node.style.setProperty("--tint", colours[0] ?? "currentcolor");
  paintSwatches(swatches, colours);
}

/** All words of a text, because all of them are seen; lists shorten them. */
function spoken(element, index) {
  const words = textOf(element.text).replace(/\s+/g, " ").trim();
  return words ? `Text ${index + 1}: ${words}` : titleOf(element, index);
}

/** CSS counts a letter as two thirds of its size; some systems' bold fonts are a sixth wider. */
const LETTERS_AN_EM = 1.5 * 1.16;

/** Text content at a size that fits its box, roughly: CSS divides the box by lines and letters. */
function paintText(node, words) {
  node.hidden = words === null;
  if (words === null) return;
  setText(node, words === "" ? "Text" : words);
  node.classList.toggle("is-empty", words === "");
  fitWords(node, node.textContent);
}

/** What the size depends on, for the words' node or one around it. */
export function fitWords(node, words) {
  const lines = words.split("\n");
  node.style.setProperty("--lines", String(lines.length));
  const widest = Math.max(...lines.map((line) => estimate(line, { weight: 700 })));
  node.style.setProperty("--letters", String(Math.max(2, widest * LETTERS_AN_EM)));
}

function paintSwatches(node, colours) {
  while (node.children.length > colours.length) node.lastChild.remove();
  colours.forEach((colour, i) => {
    const swatch = node.children[i] ?? node.appendChild(h("i"));
    swatch.style.backgroundColor = colour;
  });
}
