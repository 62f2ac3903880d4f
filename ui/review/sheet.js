/**
 * The sheet of a repair or a proposal: every change with a tick, taken or left one by one, then
 * applied at once.
 *
 * It stands in the page and traps nobody: Escape leaves, and nothing is changed before Apply.
 * What it is not: the repair or the proposal, or the words for it; Python has both.
 */

import { h, iconButton, setText } from "../document/dom.js";

const COLOURS = /^#[0-9A-F]{6}(?: #[0-9A-F]{6})*$/;

/** The words of a repair; other sheets bring their own. */
const REPAIR = {
  title: (all) => (all === 1 ? "Repair: one change" : all === 0 ? "Repair" : `Repair: ${all} changes`),
  reading: (notes) => `To read the text: ${notes.join(" ")}`,
  apply: (some, all) => (all > 1 ? `Apply ${some} of ${all}` : "Apply"),
  all: "Accept all",
  none: "Reject all",
  close: "Close the review",
  leave: "Leave the text",
};

export class ReviewSheet {
  #parts = [];

  /**
   * @param {object} options `onApply(ids)`: take these parts; `onClose()`: it was closed while it
   *   had the keyboard; `onTick()`: others are ticked; `id` of its title; `words`, see `REPAIR`;
   *   `readingCounts`: whether it changes something to take none of the parts
   */
  constructor({ onApply, onClose, onTick = () => {}, id = "ig-review-title", words = REPAIR, readingCounts = true }) {
    Object.assign(this, { onClose, onTick, words, readingCounts });
    this.title = h("h2", { class: "ig-title", id });
    this.read = h("p", { class: "ig-quiet ig-review-read" });
    this.list = h("ul", { class: "ig-review-list" });
    this.apply = h("button", {
      type: "button",
      class: "ig-button ig-button-line ig-review-apply",
      onclick: () => onApply(this.taken),
    });
    const line = (words, onclick) => h("button", { type: "button", class: "ig-button", onclick }, words);
    this.all = line(words.all, () => this.#tick(true));
    this.none = line(words.none, () => this.#tick(false));
    this.node = h(
      "section",
      {
        class: "ig-review",
        tabindex: "-1",
        "aria-labelledby": this.title.id,
        hidden: true,
        onkeydown: (event) => this.#key(event),
        onchange: () => this.#count(),
      },
      h(
        "div",
        { class: "ig-review-head" },
        this.title,
        h("span", { class: "ig-spacer" }),
        iconButton("close", words.close, () => this.close()),
      ),
      this.read,
      this.list,
      h(
        "div",
        { class: "ig-review-foot" },
        this.apply,
        this.all,
        this.none,
        line(words.leave, () => this.close()),
      ),
    );
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** The ids of what is ticked. */
  get taken() {
    return this.#parts.filter(({ box }) => box.checked).map(({ id }) => id);
  }

  /**
   * @param answer of `ui.editor.review` for `text`, or of that kind
   * @param options `quiet`: nobody asked for it, so the keyboard stays with whoever uses it;
   *   `still`: it stays where it is in any case; `ticked(id)`: whether a part is, to begin with
   */
  open(answer, text, { quiet = false, still = false, ticked = () => true } = {}) {
    const wasOpen = this.isOpen;
    this.text = text;
    const { reading, parts } = answer;
    this.#parts = parts.map(({ id }) => ({ id, box: h("input", { type: "checkbox", checked: ticked(id) }) }));
    this.list.replaceChildren(...parts.map((part, index) => entry(part, this.#parts[index].box)));
    setText(this.read, reading.length > 0 ? this.words.reading(reading) : "");
    this.read.hidden = reading.length === 0;
    this.list.hidden = parts.length === 0;
    this.all.hidden = this.none.hidden = parts.length < 2;
    this.node.hidden = false;
    if (!wasOpen || !still) this.list.scrollTop = 0;
    this.#count();
    if (still) return;
    if (quiet && isInUse(document.activeElement, this.node)) return;
    this.node.focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (!this.isOpen) return;
    const within = this.node.contains(document.activeElement);
    this.node.hidden = true;
    this.list.replaceChildren();
    this.#parts = [];
    if (within) this.onClose();
  }

  #tick(on) {
    for (const { box } of this.#parts) box.checked = on;
    this.#count();
  }

  #count() {
    const all = this.#parts.length;
    const some = this.taken.length;
    setText(this.title, this.words.title(all));
    setText(this.apply, this.words.apply(some, all));
    // Nothing taken and nothing done to read the text would change nothing.
    this.apply.disabled = some === 0 && (this.read.hidden || !this.readingCounts);
    this.onTick();
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

function entry({ title, notes, lines }, box) {
  return h(
    "li",
    { class: "ig-review-part" },
    h(
      "label",
      {},
      box,
      h(
        "span",
        { class: "ig-review-words" },
        h("span", { class: "ig-review-what" }, notes.length > 0 ? notes.join(" ") : `${title}.`),
        lines.map(difference),
      ),
    ),
  );
}

function difference({ path, before, after }) {
  const side = (tag, word, value) =>
    value !== null &&
    h(tag, { class: "ig-review-side" }, h("span", { class: "ig-sr" }, `${word}: `), chips(value), value);
  const same = before === after;
  return h(
    "span",
    { class: "ig-review-line" },
    path && h("span", { class: "ig-review-where" }, spoken(path)),
    !same && side("del", "before", before),
    !same && side("ins", "after", after),
  );
}

/** Colours are seen as well as read. */
function chips(value) {
  if (!COLOURS.test(value)) return null;
  const chip = (colour) => {
    const node = h("i", {});
    node.style.backgroundColor = colour;
    return node;
  };
  return h("span", { class: "ig-review-chips", "aria-hidden": "true" }, value.split(" ").map(chip));
}

/** "/objects/0/type" as people count: "objects › 1 › type". */
function spoken(path) {
  const steps = path.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : step)).join(" › ");
}

/** Whether somebody is at work in another panel. The text's own panel may hand the keyboard over. */
function isInUse(active, review) {
  if (!active || active === document.body) return false;
  return !active.closest(".ig-panel")?.contains(review);
}
