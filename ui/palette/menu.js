/**
 * "Palettes…": a small window beside a palette with all the places colours may come from.
 *
 * Used for the picture's palette and for an element's. What is chosen is one edit that can be undone.
 * What it is not: a place for colours; it reads and writes the palette it is given.
 */

import { h, setAttribute } from "../document/dom.js";
import { countOf, sentence, takeIn, whyNot } from "../document/intake.js";
import { walk } from "./card.js";
import { filesTab } from "./tab_files.js";
import { harmonyTab } from "./tab_harmony.js";
import { pictureTab } from "./tab_picture.js";
import { savedTab } from "./tab_saved.js";

const TABS = [
  ["Saved", savedTab],
  ["Harmony", harmonyTab],
  ["Picture", pictureTab],
  ["Files", filesTab],
];
/** Browsers from before 2024 have no popovers; there the menu stays away and the rest works. */
const CAN_FLOAT = "popover" in HTMLElement.prototype;
/** Pixels kept free around the window. */
const EDGE = 8;
/** Between the button and the window. */
const GAP = 4;
/** The window is at most so tall; with less room than the least it covers the button. */
const TALL = 520;
const LEAST = 300;
/** So much room below is enough, even if there is more above. */
const ENOUGH = 360;

let menus = 0;

export class PaletteMenu {
  #open = 0;

  /**
   * @param {object} options `owner`: whose palette it is; `title`: its name in files; `limit`: how
   *   many colours it may hold; `read()`: its colours now; `write(colours)`: asks for others
   */
  constructor({ owner, title, limit, read, write }) {
    Object.assign(this, { limit, read, write });
    this.label = `Palettes for ${owner}`;
    menus += 1;
    this.id = `ig-palettes-${menus}`;
    const desk = {
      title,
      limit,
      read,
      take: (colours, how) => this.#take(colours, how),
      tell: (words, action) => this.#tell(words, action),
    };
    this.pages = TABS.map(([, build]) => build(desk));
    this.button = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", "aria-haspopup": "dialog", popovertarget: this.id },
      "Palettes…",
    );
    this.button.setAttribute("aria-label", this.label);
    this.note = h("span");
    this.action = h("span");
    this.window = this.#build();
    this.node = h("span", {}, CAN_FLOAT && this.button, CAN_FLOAT && this.window);
    this.#turnTo(0);
  }

  /** Show the palette as it is now. Another `subject` than before means another palette: close. */
  render({ locked, subject = null }) {
    this.button.disabled = locked;
    if (locked || subject !== this.subject) this.close();
    this.subject = subject;
    if (this.isOpen) this.pages[this.#open].paint();
  }

  get isOpen() {
    return CAN_FLOAT && this.window.matches(":popover-open");
  }

  close() {
    if (this.isOpen) this.window.hidePopover();
  }

  #build() {
    this.tabs = TABS.map(([name], index) =>
      h(
        "button",
        {
          type: "button",
          class: "ig-tab",
          role: "tab",
          id: `${this.id}-tab-${index}`,
          "aria-controls": `${this.id}-page-${index}`,
          onclick: () => this.#turnTo(index),
          onfocus: () => this.#turnTo(index),
        },
        name,
      ),
    );
    this.pages.forEach(({ node }, index) => {
      node.id = `${this.id}-page-${index}`;
      node.setAttribute("role", "tabpanel");
      node.setAttribute("aria-labelledby", `${this.id}-tab-${index}`);
    });
    const list = h("div", { class: "ig-tabs", role: "tablist", "aria-label": "Where from" }, this.tabs);
    list.addEventListener("keydown", (event) => walk(event, this.tabs));
    return h(
      "div",
      {
        id: this.id,
        class: "ig-menu",
        popover: "auto",
        role: "dialog",
        "aria-label": this.label,
        ontoggle: (event) => this.#toggled(event.newState === "open"),
        onkeydown: (event) => this.#key(event),
        // A file dropped beside the mark must not take the place of the page.
        ondragover: (event) => event.preventDefault(),
        ondrop: (event) => event.preventDefault(),
      },
      list,
      this.pages.map(({ node }) => node),
      h("p", { class: "ig-menu-note", role: "status" }, this.note, this.action),
    );
  }

  #toggled(open) {
    if (!open) return;
    this.#tell("");
    this.#place();
    this.pages[this.#open].paint();
    this.tabs[this.#open].focus();
  }

  /** Below the button, or above it where there is more room; on a small screen over it. */
  #place() {
    const { style } = this.window;
    const at = this.button.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const below = clientHeight - at.bottom - GAP - EDGE;
    const above = at.top - GAP - EDGE;
    const room = Math.max(below, above);
    style.left = `${Math.max(EDGE, Math.min(at.left, clientWidth - this.window.offsetWidth - EDGE))}px`;
    style.maxHeight = `${Math.min(TALL, room < LEAST ? clientHeight - 2 * EDGE : room)}px`;
    style.top = style.bottom = "auto";
    if (room < LEAST) style.top = `${EDGE}px`;
    else if (below >= Math.min(ENOUGH, room)) style.top = `${at.bottom + GAP}px`;
    else style.bottom = `${clientHeight - at.top + GAP}px`;
  }

  #turnTo(index) {
    this.#open = index;
    this.tabs.forEach((tab, i) => {
      setAttribute(tab, "aria-selected", i === index ? "true" : "false");
      tab.tabIndex = i === index ? 0 : -1;
      this.pages[i].node.hidden = i !== index;
    });
    if (this.isOpen) this.pages[index].paint();
  }

  #take(offered, { replace }) {
    const before = this.read();
    const taken = takeIn(before, offered, { limit: this.limit, replace });
    const same = taken.colours.join() === before.join();
    if (!same) this.write(taken.colours);
    const done = replace ? `${countOf(taken.added)} in the palette` : `${countOf(taken.added)} added`;
    const words = [same ? "the palette stays as it is" : done, ...whyNot(taken, this.limit)];
    this.#tell(sentence(words.join("; ")));
  }

  /** @param action `{label, run}`: a button beside the words, such as "Undo" */
  #tell(words, action = null) {
    // The same words again are a new message.
    this.note.textContent = this.note.textContent === words && words ? `${words}\u00a0` : words;
    const button =
      action &&
      h(
        "button",
        {
          type: "button",
          class: "ig-button ig-button-line",
          onclick: () => {
            this.tabs[this.#open].focus();
            this.#tell("");
            action.run();
          },
        },
        action.label,
      );
    this.action.replaceChildren(button ?? "");
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
    this.button.focus();
  }
}
