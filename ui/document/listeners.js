/**
 * Who wants to hear of changes, and by which name they change things themselves.
 *
 * What it is not: the changes; the store says what happened.
 */

export class Listeners {
  #all = new Set();

  /** Hear of changes made under other names than `origin`, or of all with `own`. Returns the way to stop. */
  add(origin, listener, { own = false } = {}) {
    const entry = { origin, listener, own };
    this.#all.add(entry);
    return () => this.#all.delete(entry);
  }

  tell(change) {
    for (const { origin, listener, own } of [...this.#all]) {
      if (own || origin !== change.origin) listener(change);
    }
  }
}
