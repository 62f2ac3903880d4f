/**
 * Which box a click means: the front one, one more, or the one underneath.
 *
 * A box that covers another must not make it unreachable: Alt-click goes one down, and so does
 * clicking the same place again, which a finger can do too.
 * What it is not: the pointer's business; `gestures.js` says what was pressed and where.
 */

import { store } from "../document/shared.js";
import { under } from "./marquee.js";

/** Pixels between two clicks that are on the same place. */
const NEAR = 6;

export class Picks {
  #origin;
  /** The last click without a drag: where it was, and what lies beneath what is selected there. */
  #last = null;
  /** The selection from before the last click went one down. */
  #undone = null;

  constructor(origin) {
    this.#origin = origin;
  }

  /** Elements under the pointer, the front one first; thin boxes count when the browser says so. */
  under(event, point) {
    const found = under(store, point);
    const target = Number(event.target.closest("[data-element]")?.dataset.element ?? NaN);
    if (!Number.isNaN(target) && !found.includes(target) && !store.isPinned(target)) {
      found.unshift(target);
    }
    return found;
  }

  /**
   * A pointer went down on the elements `found`: take hold of what a drag would move. What is
   * selected stays in hand under others.
   *
   * @returns the selection that a click without a drag makes
   */
  press(event, found) {
    const [front] = found;
    if (adds(event)) {
      if (store.selection.includes(front)) {
        return store.selection.filter((index) => index !== front);
      }
      store.toggle(front, this.#origin);
      return store.selection;
    }
    const click = event.altKey ? below(found) : front;
    const held = found.some((index) => store.selection.includes(index));
    if (!held) store.select([click], this.#origin);
    return [click];
  }

  /** The pointer lifted without a drag. @param press `{found, click, before}` */
  click(event, { found, click, before }) {
    const at = [event.clientX, event.clientY];
    const plain = !adds(event) && !event.altKey;
    const again = plain && near(at, this.#last?.at) && before.length === 1 && found.includes(before[0]);
    if (!again) store.select(click, this.#origin);
    this.#last = { at, next: again && found.length > 1 ? below(found) : null };
  }

  /**
   * The browser counted a click. The first of a pair goes one down if the place was clicked before;
   * the second only makes it a double click. True if the selection changed.
   */
  counted(event) {
    if (event.detail !== 1) return false;
    const next = this.#last?.next ?? null;
    this.#undone = next === null ? null : store.selection;
    if (next !== null) store.select([next], this.#origin);
    return next !== null;
  }

  /** A double click means what was there before its first half went one down. */
  double() {
    if (this.#undone) store.select(this.#undone, this.#origin);
    this.#undone = null;
  }
}

/** Whether a click adds to what is selected. */
export function adds(event) {
  return event.shiftKey || event.ctrlKey || event.metaKey;
}

function below(found) {
  return found[(found.indexOf(store.selected) + 1) % found.length];
}

function near(here, there) {
  return there !== undefined && Math.hypot(here[0] - there[0], here[1] - there[1]) <= NEAR;
}
