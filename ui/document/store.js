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

import { emptyCaption, elementsOf } from "./caption.js";
import { History } from "./history.js";
import { traced } from "./identity.js";
import { Listeners } from "./listeners.js";
import { rewritten } from "./jsonpatch.js";
import { diffText, locate } from "./jsontext.js";
import { clone, equal, isObject } from "./jsonvalue.js";
import { Marks } from "./marks.js";
import { meaningOf, unixLines } from "./meaning.js";

export class DocumentStore {
  #listeners = new Listeners();
  #history;
  #ranges = null;
  #marks = new Marks();

  constructor({ now = () => Date.now() } = {}) {
    this.#history = new History(now);
    this.text = "";
    this.value = emptyCaption();
    this.problem = null;
    this.version = 0;
    /** The picture's size in pixels, `{width, height}`: history brings it back with its boxes. */
    this.page = { width: 1024, height: 1024 };
  }

  /** The selected elements: indices in the order in which they were picked, each once. */
  get selection() {
    return this.#marks.selection;
  }

  /** The primary one of the selected elements, which forms and lists show, or null. */
  get selected() {
    return this.selection.at(-1) ?? null;
  }

  get elements() {
    return elementsOf(this.value);
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  get inGesture() {
    return this.#history.inGesture;
  }

  /** Where each value stands in the text: a map of JSON pointers. Of good text only. */
  get ranges() {
    this.#ranges ??= meaningOf(this.text).ranges ?? new Map();
    return this.#ranges;
  }

  /**
   * Hear of changes: `listener({origin, text, selection, page, live, before, changes})`; `text`,
   * `selection` and `page` say what changed (none of them: locks did). A change made under `origin`
   * is not told to the same origin unless `own` is set. Returns the way to stop.
   */
  subscribe(origin, listener, options) {
    return this.#listeners.add(origin, listener, options);
  }

  /** Replace the whole document, as Python or a file does. The first load has nothing to undo. */
  load(given, origin = "python") {
    const text = unixLines(given);
    this.commit(origin);
    if (text === this.text) return;
    if (this.version > 0 || this.text !== "") this.#history.remember(this.#snapshot);
    this.#history.settle();
    this.#become(text, [], origin, {});
  }

  /** The text as typed. Typing in one go is one step of history. */
  setText(given, origin) {
    const text = unixLines(given);
    this.commit(origin);
    if (text === this.text) return;
    this.#history.rememberMerged(`text:${origin}`, this.#snapshot);
    this.#become(text, null, origin, {});
  }

  /**
   * Change the caption: `change(draft)` edits the copy it is given (or returns another value).
   *
   * @param {object} options `live`: part of a gesture that ends with `commit` or `cancel`;
   *   `merge`: a key under which quick repeats are one step of history; `session`: one under
   *   which all repeats are, however slow, until anything else is edited; `select`: the new
   *   selection, or a function that gives it from what `change` returned; without it what is
   *   selected stays selected, wherever it went; `page`: the page's new size, in the same step.
   * @returns {boolean} false when the text cannot be edited now, or nothing changed.
   */
  edit(change, origin, options = {}) {
    const { live = false, merge = null, session = null, select = undefined, page = null } = options;
    if (this.problem) return false;
    if (!live) this.commit(origin);
    const draft = clone(this.value);
    const parts = [...elementsOf(draft)];
    const result = change(draft);
    const next = isObject(result) ? result : draft;
    const selection = typeof select === "function" ? select(result) : (select ?? null);
    if (equal(next, this.value) && !page) {
      this.select(selection ?? this.selection, origin);
      return false;
    }
    if (live) this.#history.beginGesture(this.#snapshot);
    else if (session) this.#history.rememberMerged(`edit:${origin}:${session}`, this.#snapshot, Infinity);
    else if (merge) this.#history.rememberMerged(`edit:${origin}:${merge}`, this.#snapshot);
    else this.#history.remember(this.#snapshot);
    const trace = traced(parts, elementsOf(next));
    this.#write(next, selection, origin, { live, trace, page: page ?? this.page });
    return true;
  }

  /** The page has another size, which is no step of history: a document came with it. */
  setPage(page, origin) {
    if (equal(page, this.page)) return;
    this.page = page;
    this.#tellOf({ origin, page: true });
  }

  /** End a gesture: what it did becomes one step of history. */
  commit(origin) {
    const before = this.#history.endGesture();
    if (!before) return;
    if (before.text === this.text) this.#history.drop();
    else this.#tellOf({ origin, text: true });
  }

  /** Give a gesture up: everything is as before it. */
  cancel(origin) {
    if (!this.#history.endGesture()) return;
    const { text, selection, keys, page } = this.#history.drop();
    this.#become(text, selection, `${origin}:cancel`, { keys, page });
  }

  undo() {
    this.#travel((snapshot) => this.#history.back(snapshot));
  }

  redo() {
    this.#travel((snapshot) => this.#history.forth(snapshot));
  }

  /** Select elements by index, the primary one last; what does not exist is left out. */
  select(indices, origin) {
    if (this.#marks.select(indices)) this.#tellOf({ origin, selection: true });
  }

  /** Add an element to the selection, as its primary one, or take it out. */
  toggle(index, origin) {
    const others = this.selection.filter((other) => other !== index);
    this.select(others.length < this.selection.length ? others : [...others, index], origin);
  }

  /**
   * Whether a person locked this element. Called "pinned" here because "locked" is what the whole
   * page is while its text is broken.
   */
  isPinned(index) {
    return this.#marks.isPinned(index);
  }

  /** Lock elements in their place, or unlock them. Not a step of history: nothing is edited. */
  pin(indices, on, origin) {
    if (this.#marks.pin(indices, on)) this.#tellOf({ origin });
  }

  /** Offsets of the value at `pointer` (or of what holds it) in the text. */
  rangeOf(pointer) {
    return locate(this.ranges, pointer);
  }

  get #snapshot() {
    const { text, selection, page } = this;
    return { text, selection, page, keys: this.#marks.keys };
  }

  #write(next, selection, origin, options) {
    const { text, changes } = rewritten(this.text, next);
    this.#become(text, selection, origin, { ...options, changes, next });
  }

  /**
   * @param selection indices, or null: what is selected stays selected
   * @param options `trace`: where each element was before (found out by what it says, if not
   *   given); `keys`: those that the elements had when the text was this one; `page`: its size
   */
  #become(text, selection, origin, options) {
    const { changes = null, live = false, next = null, trace = null, keys = null } = options;
    const { page = this.page } = options;
    const resized = !equal(page, this.page);
    const before = this.text;
    const elements = this.elements;
    this.text = text;
    this.page = page;
    this.version += 1;
    this.#ranges = null;
    if (next) this.value = next;
    else this.#read();
    const path = trace ?? traced(elements, this.elements, equal);
    const moved = this.#marks.follow(path, { keys: this.problem ? null : keys, selection });
    const only = changes ?? [diffText(before, text)].filter(Boolean);
    const what = { text: true, selection: moved, page: resized };
    this.#listeners.tell({ origin, ...what, live, before, changes: only });
  }

  #read() {
    const { value, ranges, problem } = meaningOf(this.text);
    this.problem = problem;
    if (problem) return;
    this.value = value;
    this.#ranges = ranges;
  }

  #travel(step) {
    this.commit("history");
    const snapshot = step(this.#snapshot);
    if (!snapshot) return;
    const { text, selection, keys, page } = snapshot;
    this.#become(text, selection, "history", { keys, page });
  }

  /** News that changed no letter of the text. */
  #tellOf(news) {
    const none = { text: false, selection: false, page: false, live: false };
    this.#listeners.tell({ ...none, before: this.text, changes: [], ...news });
  }
}
