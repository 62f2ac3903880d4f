/**
 * A button that opens a list of commands and switches, as menus do everywhere: arrows walk, Escape
 * closes and gives the focus back, a click elsewhere closes.
 *
 * What it is not: the commands; each menu brings its own (`arrange_menu.js`, `view_menu.js`).
 */

import { h, icon, iconButton, setAttribute } from "../document/dom.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
/** Pixels kept free beside the list. */
const EDGE = 4;

export class Menu {
  /**
   * @param {object} options `glyph`, `label` of the button; `parts`: nodes of the list, built with
   *   `command`, `toggle`, `strip` and `heading`; `paint()`: bring them up to date on opening
   */
  constructor({ glyph, label, parts, paint = () => {} }) {
    this.paint = paint;
    this.button = iconButton(glyph, label, () => this.toggle(), { wide: true, "aria-haspopup": "menu" });
    this.list = h("div", { class: "ig-pop", role: "menu", "aria-label": label, hidden: true }, parts);
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => this.#clicked(event));
    this.button.addEventListener("keydown", (event) => this.#buttonKey(event));
    this.list.addEventListener("focusout", (event) => this.#left(event.relatedTarget));
    this.#outside = (event) => this.#left(event.target);
    setAttribute(this.button, "aria-expanded", "false");
  }

  #outside;

  get isOpen() {
    return !this.list.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.paint();
    this.list.hidden = false;
    setAttribute(this.button, "aria-expanded", "true");
    this.#place();
    this.#items()[0]?.focus({ preventScroll: true });
    document.addEventListener("pointerdown", this.#outside, true);
  }

  close() {
    if (!this.isOpen) return;
    const within = this.list.contains(document.activeElement);
    this.list.hidden = true;
    setAttribute(this.button, "aria-expanded", "false");
    document.removeEventListener("pointerdown", this.#outside, true);
    if (within) this.button.focus({ preventScroll: true });
  }

  /** Below the button, inside the panel. */
  #place() {
    const room = this.list.offsetParent;
    const at = this.button.getBoundingClientRect();
    const frame = room.getBoundingClientRect();
    const left = Math.min(at.left - frame.left, frame.width - this.list.offsetWidth - EDGE);
    this.list.style.left = `${Math.max(EDGE, left)}px`;
    this.list.style.top = `${at.bottom - frame.top + EDGE}px`;
  }

  #items() {
    return [...this.list.querySelectorAll("button:not(:disabled), input[type=range]")].filter(
      (item) => item.offsetParent !== null,
    );
  }

  #key(event) {
    const slides = event.target.matches("input[type=range]");
    if (event.key === "Escape") this.close();
    else if (event.key === "Tab") {
      // Tab leaves a menu; the button is where it goes on from.
      this.close();
      return;
    } else if (slides && event.key !== "ArrowUp") return;
    else if (event.key in STEPS) this.#walk(STEPS[event.key]);
    else if (event.key === "Home") this.#items()[0]?.focus();
    else if (event.key === "End") this.#items().at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #walk(by) {
    const items = this.#items();
    const at = items.indexOf(document.activeElement);
    items[(at + by + items.length) % items.length]?.focus();
  }

  #buttonKey(event) {
    if (event.key !== "ArrowDown" || this.isOpen) return;
    event.preventDefault();
    this.open();
  }

  /** A switch may be followed by another one; a command is the end of it. */
  #clicked(event) {
    const item = event.target.closest("[role=menuitem]");
    if (item) this.close();
  }

  #left(to) {
    if (to instanceof Node && !this.list.contains(to) && !this.button.contains(to)) this.close();
  }
}

/** An entry: `{label, glyph, keys, run}`; `keys` are shown beside it. */
export function command({ label, glyph = null, keys = "", run }) {
  return h(
    "button",
    { type: "button", class: "ig-pop-item", role: "menuitem", tabindex: "-1", onclick: run },
    h("span", { class: "ig-pop-mark" }, glyph && icon(glyph)),
    h("span", { class: "ig-pop-name" }, label),
    keys && h("kbd", { "aria-hidden": "true" }, keys),
  );
}

/** An entry that is on or off. */
export function toggle({ label, keys = "", run }) {
  const node = command({ label, glyph: "check", keys, run });
  node.setAttribute("role", "menuitemcheckbox");
  return node;
}

/** Entries in a row of icons. */
export function strip(label, entries) {
  const buttons = entries.map(({ label: name, glyph, keys, run }) =>
    iconButton(glyph, name, run, { role: "menuitem", tabindex: "-1", title: keys ? `${name} (${keys})` : name }),
  );
  return h("div", { class: "ig-pop-strip", role: "group", "aria-label": label }, buttons);
}

/** Entries that stand in two columns where there is little height. */
export function pairs(entries) {
  return h("div", { class: "ig-pop-pairs", role: "presentation" }, entries);
}

export function heading(words) {
  return h("p", { class: "ig-pop-head", role: "presentation" }, words);
}
