/**
 * The one document of the page: the caption's text, what it says, what is selected, and history.
 *
 * Why: the canvas, the layers, the inspector, the palette and the editor are views of one caption.
 * The text is the truth (broken while somebody types, never thrown away); the value is what it last
 * said. Views edit through `edit`, hear of changes through `subscribe` and ignore their own, so
 * nothing echoes. Undo covers all of them.
 *
 * What it is not: part of the page. No DOM, no Gradio, no timers; node runs its tests.
 *
 * States: `problem === null` means the value is what the text says and may be edited; otherwise the
 * text does not parse (or cannot hold elements), `value` is the last good one and `edit` refuses.
 */

import { emptyCaption, elementsOf, structureProblem } from "./caption.js";
import { applyChanges, format, patchText } from "./jsonpatch.js";
import { clone, diffText, equal, locate, parseJson, placeAt } from "./jsontext.js";

const HISTORY = 300;
const MERGE_MS = 900;

export class DocumentStore {
  #listeners = new Set();
  #past = [];
  #future = [];
  #gesture = null;
  #lastMerge = { key: null, at: 0 };
  #ranges = null;
  #now;

  constructor({ now = () => Date.now() } = {}) {
    this.#now = now;
    this.text = "";
    this.value = emptyCaption();
    this.problem = null;
    this.selection = [];
    this.version = 0;
  }

  /** The selected element's index, or null. One today; a list so that more can come. */
  get selected() {
    return this.selection.at(-1) ?? null;
  }

  get elements() {
    return elementsOf(this.value);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  get inGesture() {
    return this.#gesture !== null;
  }

  /** Where each value stands in the text: a map of JSON pointers. Of good text only. */
  get ranges() {
    if (this.#ranges === null) {
      const parsed = this.text.trim() === "" ? { ok: false } : parseJson(this.text);
      this.#ranges = parsed.ok ? parsed.ranges : new Map();
    }
    return this.#ranges;
  }

  /**
   * Hear of changes: `listener({origin, text, selection, live, before, changes})`, `text` and
   * `selection` say what changed. A change made under `origin` is not told to the same origin
   * unless `own` is set. Returns the way to stop.
   */
  subscribe(origin, listener, { own = false } = {}) {
    const entry = { origin, listener, own };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Replace the whole document, as Python or a file does. The first load has nothing to undo. */
  load(given, origin = "python") {
    const text = unixLines(given);
    this.commit(origin);
    if (text === this.text) return;
    if (this.version > 0 || this.text !== "") this.#remember();
    this.#lastMerge = { key: null, at: 0 };
    this.#become(text, [], origin, {});
  }

  /** The text as typed. Typing in one go is one step of history. */
  setText(given, origin) {
    const text = unixLines(given);
    this.commit(origin);
    if (text === this.text) return;
    this.#rememberMerged(`text:${origin}`);
    this.#become(text, this.selection, origin, {});
  }

  /**
   * Change the caption: `change(draft)` edits the copy it is given (or returns another value).
   *
   * @param {object} options `live`: part of a gesture that ends with `commit` or `cancel`;
   *   `merge`: a key under which quick repeats are one step of history; `select`: the new
   *   selection, or a function that gives it from what `change` returned.
   * @returns {boolean} false when the text cannot be edited now, or nothing changed.
   */
  edit(change, origin, { live = false, merge = null, select = undefined } = {}) {
    if (this.problem) return false;
    if (!live) this.commit(origin);
    const draft = clone(this.value);
    const result = change(draft);
    const next = typeof result === "object" && result !== null ? result : draft;
    const selection = typeof select === "function" ? select(result) : (select ?? this.selection);
    if (equal(next, this.value)) {
      this.select(selection, origin);
      return false;
    }
    if (live) this.#beginGesture();
    else if (merge) this.#rememberMerged(`edit:${origin}:${merge}`);
    else this.#remember();
    this.#write(next, selection, origin, live);
    return true;
  }

  /** End a gesture: what it did becomes one step of history. */
  commit(origin) {
    if (!this.#gesture) return;
    const gesture = this.#gesture;
    this.#gesture = null;
    if (gesture.text === this.text) this.#past.pop();
    else this.#tell({ origin, text: true, selection: false, live: false, before: this.text, changes: [] });
  }

  /** Give a gesture up: everything is as before it. */
  cancel(origin) {
    if (!this.#gesture) return;
    this.#gesture = null;
    const snapshot = this.#past.pop();
    this.#become(snapshot.text, snapshot.selection, `${origin}:cancel`, {});
  }

  undo() {
    this.#travel(this.#past, this.#future);
  }

  redo() {
    this.#travel(this.#future, this.#past);
  }

  /** Select elements by index; what does not exist is left out. */
  select(indices, origin) {
    const selection = this.#existing(indices);
    if (sameList(selection, this.selection)) return;
    this.selection = selection;
    this.#tell({ origin, text: false, selection: true, live: false, before: this.text, changes: [] });
  }

  /** Offsets of the value at `pointer` (or of what holds it) in the text. */
  rangeOf(pointer) {
    return locate(this.ranges, pointer);
  }

  #existing(indices) {
    const count = this.elements.length;
    return indices.filter((index) => Number.isInteger(index) && index >= 0 && index < count);
  }

  #write(next, selection, origin, live) {
    const blank = this.text.trim() === "";
    const text = blank ? format(next) : null;
    const changes = blank ? [diffText(this.text, text)] : patchText(this.text, next);
    this.#become(text ?? applyChanges(this.text, changes), selection, origin, { changes, live, next });
  }

  #become(text, selection, origin, { changes = null, live = false, next = null }) {
    const before = this.text;
    this.text = text;
    this.version += 1;
    this.#ranges = null;
    if (next) this.value = next;
    else this.#read();
    const kept = this.#existing(selection);
    const moved = !sameList(kept, this.selection);
    this.selection = kept;
    const only = changes ?? [diffText(before, text)].filter(Boolean);
    this.#tell({ origin, text: true, selection: moved, live, before, changes: only });
  }

  #read() {
    this.problem = null;
    if (this.text.trim() === "") {
      this.value = emptyCaption();
      return;
    }
    const parsed = parseJson(this.text);
    if (!parsed.ok) {
      const { message, offset, line, column } = parsed;
      this.problem = { message, offset, line, column };
      return;
    }
    const structure = structureProblem(parsed.value);
    if (structure) {
      const offset = locate(parsed.ranges, structure.pointer).from;
      this.problem = { message: structure.message, offset, ...placeAt(this.text, offset) };
      return;
    }
    this.value = parsed.value;
    this.#ranges = parsed.ranges;
  }

  #beginGesture() {
    if (this.#gesture) return;
    this.#remember();
    this.#gesture = { text: this.text };
  }

  #remember() {
    this.#past.push({ text: this.text, selection: this.selection });
    if (this.#past.length > HISTORY) this.#past.shift();
    this.#future = [];
    this.#lastMerge = { key: null, at: 0 };
  }

  #rememberMerged(key) {
    const at = this.#now();
    const same = this.#lastMerge.key === key && at - this.#lastMerge.at < MERGE_MS;
    if (!same) this.#remember();
    this.#lastMerge = { key, at };
  }

  #travel(from, to) {
    this.commit("history");
    const snapshot = from.pop();
    if (!snapshot) return;
    to.push({ text: this.text, selection: this.selection });
    this.#lastMerge = { key: null, at: 0 };
    this.#become(snapshot.text, snapshot.selection, "history", {});
  }

  #tell(change) {
    for (const { origin, listener, own } of [...this.#listeners]) {
      if (own || origin !== change.origin) listener(change);
    }
  }
}

/** The editor counts a line break as one; so does everything here. */
function unixLines(text) {
  return text.replace(/\r\n?/g, "\n");
}

function sameList(a, b) {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
