/**
 * The words of a text box, written right in the box: a field over it, at the size that fits.
 *
 * Every letter goes to the document at once; a whole session, from opening the field to leaving it,
 * is one step of history. While it lasts the browser's own undo works in the field.
 * What it is not: the inspector's field, which stays for those who prefer it.
 */

import { boxOf, elementsOf, ORDER, setMember, textOf } from "../document/caption.js";
import { h } from "../document/dom.js";
import { store } from "../document/shared.js";
import { fitWords, place } from "./boxes.js";

const ORIGIN = "canvas:words";

export class Words {
  #page;
  #leave;
  #open = false;
  #session = 0;

  /**
   * @param page the element that stands for the picture
   * @param leave called when the field is closed while it has the focus, which must go somewhere
   */
  constructor(page, leave) {
    this.#page = page;
    this.#leave = leave;
    this.mirror = h("span", { class: "ig-words-mirror", "aria-hidden": "true" });
    this.field = h("textarea", {
      class: "ig-words-field",
      rows: 1,
      placeholder: "Text",
      autocomplete: "off",
      "aria-label": "Words in this box",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key(event),
      onblur: () => this.#blurred(),
    });
    this.node = h(
      "div",
      { class: "ig-words", dataset: { part: "words" }, hidden: true },
      h("div", { class: "ig-words-fit" }, this.mirror, this.field),
    );
    // A click into the field is for the caret, not for the box underneath.
    for (const name of ["pointerdown", "click", "dblclick"]) {
      this.node.addEventListener(name, (event) => event.stopPropagation());
    }
    page.append(this.node);
  }

  get isOpen() {
    return this.#open;
  }

  /** Open the field over the selected box; false if that is none with words, or one of many. */
  open() {
    const found = subject();
    if (!found) return false;
    this.#open = true;
    this.#session += 1;
    this.node.hidden = false;
    this.#page.classList.add("is-wording");
    this.paint();
    this.field.focus({ preventScroll: true });
    this.field.select();
    return true;
  }

  close() {
    if (!this.#open) return;
    const held = document.activeElement === this.field;
    this.#open = false;
    this.node.hidden = true;
    this.#page.classList.remove("is-wording");
    if (held) this.#leave();
  }

  /** Somebody else may have changed the words, the box, or what is selected. */
  paint() {
    if (!this.#open) return;
    const found = subject();
    if (!found) {
      this.close();
      return;
    }
    place(this.node, found.box);
    if (this.field.value !== found.words) this.field.value = found.words;
    this.#fit();
  }

  #typed() {
    const index = store.selected;
    const words = this.field.value;
    const write = (draft) => setMember(elementsOf(draft)[index], "text", words, ORDER.element);
    store.edit((draft) => void write(draft), ORIGIN, { session: String(this.#session) });
    this.#fit();
  }

  /** The mirror says how large the field must be; without a last letter its line has no height. */
  #fit() {
    const words = this.field.value || this.field.placeholder;
    this.mirror.textContent = `${words}\u200b`;
    fitWords(this.node, words);
  }

  /** What is typed here is for nobody else; an input method needs Escape and Enter for itself. */
  #key(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const done = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
    if (done) event.preventDefault();
    // Tab goes on from the box, which gets the focus before the browser acts on the key.
    if (done || event.key === "Tab") this.close();
  }

  /** The window may lose the focus and get it back; the field then is still the active element. */
  #blurred() {
    if (document.activeElement !== this.field) this.close();
  }
}

function subject() {
  if (store.problem || store.selection.length !== 1) return null;
  const element = store.elements[store.selected];
  const box = boxOf(element);
  return box && element.type === "text" ? { box, words: textOf(element.text) } : null;
}
