/**
 * The form of several elements at once: the frame around their boxes in numbers, and what can be done
 * to all of them.
 *
 * What it is not: a form of what they say; words and colours are each element's own.
 */

import { EDGES, SPACES } from "../canvas/arrange_menu.js";
import {
  alignBoxes,
  duplicate,
  free,
  freeBoxes,
  remove,
  restack,
  spaceBoxes,
  toggleHidden,
  toggleLock,
} from "../canvas/commands.js";
import { isHidden } from "../document/caption.js";
import { h, iconButton, setText } from "../document/dom.js";
import { frameOf, MEASURES, reframed, setBoxes } from "../document/group.js";
import { store } from "../document/shared.js";
import { group } from "./element_form.js";
import { gridField } from "./fields.js";

const FIELDS = {
  left: ["Left", "Left edge of them all, 0 to 1000"],
  top: ["Top", "Top edge of them all, 0 to 1000"],
  width: ["Width", "Width of them all, 1 to 1000"],
  height: ["Height", "Height of them all, 1 to 1000"],
};

export class GroupForm {
  /** The boxes as they were before somebody began to type: each number counts from there. */
  #grip = null;

  constructor({ origin, say }) {
    this.origin = origin;
    this.command = `${origin}:command`;
    this.say = say;
    this.fields = MEASURES.map((measure) => {
      const [label, title] = FIELDS[measure];
      return gridField({
        label,
        title,
        onInput: (value) => this.#set(measure, value),
        onDone: () => this.paint(),
      });
    });
    this.#buildActions();
    this.note = h("p", { class: "ig-quiet", id: "ig-group-note" });
    this.measures = h("div", { class: "ig-edges ig-measures" }, this.fields.map(({ node }) => node));
    this.node = h(
      "div",
      { class: "ig-form" },
      group("Frame", h("span", { class: "ig-aside" }, "0 to 1000"), this.measures, this.note),
      group("Align and space", null, this.aligning),
      group("All of them", null, this.ordering),
    );
  }

  focus() {
    const [first] = this.fields;
    first.control.focus();
    first.control.select();
  }

  paint() {
    this.#grip = null;
    const broken = store.problem !== null;
    const { indices, boxes } = freeBoxes(store.selection);
    const movable = free(store.selection).length;
    const why = this.#why(movable, indices.length);
    this.measures.hidden = boxes.length === 0 && movable > 0;
    if (boxes.length > 0) {
      const frame = frameOf(boxes);
      this.fields.forEach((field, i) => field.show(frame[MEASURES[i]]));
    }
    for (const field of this.fields) {
      field.lock(broken);
      field.disable(movable === 0, this.note.id);
    }
    setText(this.note, why);
    this.note.hidden = why === "";
    for (const button of this.aligning.children) button.disabled = broken || boxes.length === 0;
    for (const button of this.spacing) button.disabled = broken || boxes.length < 3;
    for (const button of this.ordering.children) button.disabled = broken;
    this.copy.disabled = broken;
    this.del.disabled = broken || movable === 0;
    this.lock.disabled = false;
    const seen = store.selection.some((index) => !isHidden(store.elements[index]));
    name(this.eye, seen ? "Hide" : "Show");
    name(this.lock, store.selection.some((index) => !store.isPinned(index)) ? "Lock" : "Unlock");
  }

  #why(movable, boxed) {
    const locked = store.selection.length - movable;
    if (movable === 0) return "All of them are locked. Unlock them to move or resize them.";
    const words = [];
    if (locked > 0) words.push(locked === 1 ? "1 is locked and stays." : `${locked} are locked and stay.`);
    const loose = movable - boxed;
    if (loose > 0) words.push(loose === 1 ? "1 has no box." : `${loose} have no box.`);
    return words.join(" ");
  }

  #buildActions() {
    const act = (command, ...rest) => () => this.say(command(store.selection, ...rest, this.command));
    const align = Object.entries(EDGES).map(([edge, label]) =>
      iconButton(`align-${edge}`, label, act(alignBoxes, edge)),
    );
    this.spacing = Object.entries(SPACES).map(([axis, label]) =>
      iconButton(`space-${axis}`, label, act(spaceBoxes, axis)),
    );
    this.aligning = h("div", { class: "ig-group-actions" }, align, this.spacing);
    this.eye = iconButton("view", "Hide", act(toggleHidden), { wide: true });
    this.lock = iconButton("lock", "Lock", act(toggleLock), { wide: true });
    this.ordering = h(
      "div",
      { class: "ig-group-actions" },
      this.eye,
      this.lock,
      iconButton("up", "Bring forward", act(restack, 1)),
      iconButton("down", "Send back", act(restack, -1)),
    );
    this.copy = iconButton("duplicate", "Duplicate", act(duplicate));
    this.del = iconButton("delete", "Delete", act(remove));
    this.del.classList.add("ig-danger");
    this.actions = h("span", { class: "ig-form-actions" }, this.copy, this.del);
  }

  #set(measure, value) {
    this.#grip ??= freeBoxes(store.selection);
    const { indices, boxes } = this.#grip;
    if (boxes.length === 0) return;
    const next = reframed(boxes, measure, value);
    store.edit((draft) => setBoxes(draft, indices, next), this.origin, {
      merge: `${measure}:${indices}`,
    });
  }
}

function name(button, words) {
  setText(button.lastChild, words);
  button.title = words;
}
