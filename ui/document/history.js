/**
 * Steps back and forth: what the document was before each edit.
 *
 * It keeps whatever snapshots it is given. What it is not: a judge of them; what belongs into a
 * snapshot, and when one is due, is the store's business.
 */

const LONGEST = 300;
const MERGE_MS = 900;

export class History {
  #past = [];
  #future = [];
  #gesture = null;
  #merged = { key: null, at: 0 };
  #now;

  constructor(now) {
    this.#now = now;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** A new step begins; what was undone cannot be redone any more. */
  remember(snapshot) {
    this.#past.push(snapshot);
    if (this.#past.length > LONGEST) this.#past.shift();
    this.#future = [];
    this.settle();
  }

  /** Repeats under the same `key` are one step: the quick ones, or those `within` so many ms. */
  rememberMerged(key, snapshot, within = MERGE_MS) {
    const at = this.#now();
    const same = this.#merged.key === key && at - this.#merged.at < within;
    if (!same) this.remember(snapshot);
    this.#merged = { key, at };
  }

  get inGesture() {
    return this.#gesture !== null;
  }

  /** What follows is one step until `endGesture`; `snapshot` is of before it. */
  beginGesture(snapshot) {
    if (this.#gesture) return;
    this.remember(snapshot);
    this.#gesture = snapshot;
  }

  /** @returns the snapshot that the gesture began with, or null if there was none */
  endGesture() {
    const before = this.#gesture;
    this.#gesture = null;
    return before;
  }

  /** What follows is a step of its own. */
  settle() {
    this.#merged = { key: null, at: 0 };
  }

  /** Forget the last step (nothing came of it) and hand it out. */
  drop() {
    return this.#past.pop();
  }

  /** The snapshot to go back to, or undefined; `current` is kept for the way forth. */
  back(current) {
    return this.#travel(this.#past, this.#future, current);
  }

  forth(current) {
    return this.#travel(this.#future, this.#past, current);
  }

  #travel(from, to, current) {
    const snapshot = from.pop();
    if (snapshot === undefined) return undefined;
    to.push(current);
    this.settle();
    return snapshot;
  }
}
