/**
 * What a person marked in the list of elements: which are selected, and which are locked.
 *
 * Marks stay with their elements when the list changes. They are kept with the page; the caption
 * has no name for them. What it is not: the judge of which element is which (`identity.js`).
 */

import { followed } from "./identity.js";

export class Marks {
  /** Indices in the order of picking, each once; the last is the primary one. */
  selection = [];
  /** One key for each element, its own for as long as it is there. */
  keys = [];
  #last = 0;
  #pinned = new Set();

  /** Select these, the primary one last. @returns {boolean} whether that changed anything */
  select(indices) {
    const selection = this.#existing(indices);
    if (sameList(selection, this.selection)) return false;
    this.selection = selection;
    return true;
  }

  isPinned(index) {
    return this.#pinned.has(this.keys[index]);
  }

  /** Lock these, or unlock them. @returns {boolean} whether that changed anything */
  pin(indices, on) {
    const keys = this.#existing(indices).map((index) => this.keys[index]);
    if (keys.every((key) => this.#pinned.has(key) === on)) return false;
    for (const key of keys) this.#pinned[on ? "add" : "delete"](key);
    return true;
  }

  /**
   * The list became another one.
   *
   * @param trace of `traced`: where each element was before
   * @param options `keys`: those that the elements had when the list was this one, if it was;
   *   `selection`: indices into the new list; without it what is selected stays selected
   * @returns {boolean} whether other indices are selected now
   */
  follow(trace, { keys = null, selection = null } = {}) {
    const next = selection ?? followed(this.selection, trace);
    if (keys?.length === trace.length) this.keys = keys;
    else this.keys = trace.map((old) => this.keys[old] ?? (this.#last += 1));
    return this.select(next);
  }

  #existing(indices) {
    const there = indices.filter((index) => Number.isInteger(index) && index in this.keys);
    return there.filter((index, i) => there.lastIndexOf(index) === i);
  }
}

function sameList(a, b) {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
