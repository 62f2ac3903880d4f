/**
 * What a person can do to an element, whoever asks: keys, toolbar, layer list or inspector.
 *
 * Each command is one step of history and returns the words to announce (or "").
 * What it is not: gestures with a pointer; those are in `gestures.js`.
 */

import {
  addElement,
  boxOf,
  duplicateElement,
  elementsOf,
  nameOf,
  reorderElement,
  setBox,
} from "../document/caption.js";
import { move, nudge, resize } from "../document/geometry.js";
import { store } from "../document/shared.js";

/** "Object 1: a red cup" in words for lists and screen readers. */
export function titleOf(element, index) {
  const kind = element?.type === "text" ? "Text" : "Object";
  const name = nameOf(element, index);
  return name === `${kind} ${index + 1}` ? name : `${kind} ${index + 1}: ${name}`;
}

/** "left 10, top 20, 300 wide, 200 high": grid units, as in the caption. */
export function placeOf(box) {
  return `left ${box[1]}, top ${box[0]}, ${box[3] - box[1]} wide, ${box[2] - box[0]} high`;
}

export function remove(index, origin) {
  const name = nameOf(store.elements[index], index);
  const next = Math.min(index, store.elements.length - 2);
  const done = store.edit(
    (draft) => {
      elementsOf(draft).splice(index, 1);
    },
    origin,
    { select: () => (next >= 0 ? [next] : []) },
  );
  return done ? `${name} deleted` : "";
}

export function duplicate(index, origin) {
  const done = store.edit((draft) => duplicateElement(draft, index), origin, {
    select: (copy) => [copy],
  });
  return done ? `${nameOf(store.elements[index], index)} duplicated` : "";
}

/** Towards the front (`by` 1) or the back (`by` -1) in painter's order. */
export function restack(index, by, origin) {
  const to = index + by;
  if (to < 0 || to >= store.elements.length) return "";
  store.edit((draft) => reorderElement(draft, index, to), origin, { select: (place) => [place] });
  return `${nameOf(store.elements[to], to)} moved ${by > 0 ? "forward" : "back"}`;
}

export function nudgeBox(index, direction, step, origin) {
  return change(index, (box) => nudge([box], direction, { step })[0], "nudge", origin);
}

/** Keyboard resize: the right and bottom edges follow the arrow. */
export function stretchBox(index, direction, step, origin) {
  const [handle, dy, dx] = {
    up: ["s", -step, 0],
    down: ["s", step, 0],
    left: ["e", 0, -step],
    right: ["e", 0, step],
  }[direction];
  return change(index, (box) => resize(box, handle, dy, dx), "stretch", origin);
}

/** Give an element a box in the middle of the page, or put a new element there. */
export function giveBox(index, origin) {
  store.edit((draft) => setBox(draft, index, defaultBox("obj")), origin, { select: [index] });
  return `${nameOf(store.elements[index], index)} has a box`;
}

export function addAt(type, centre, origin) {
  store.edit((draft) => addElement(draft, type, defaultBox(type, centre)), origin, {
    select: (index) => [index],
  });
  return `${titleOf(store.elements.at(-1), store.elements.length - 1)} added`;
}

/** The box that a click without a drag makes, kept on the page. */
export function defaultBox(type, [y, x] = [500, 500]) {
  const [height, width] = type === "text" ? [140, 480] : [300, 300];
  const top = Math.max(0, Math.min(1000 - height, y - height / 2));
  const left = Math.max(0, Math.min(1000 - width, x - width / 2));
  return move([[top, left, top + height, left + width].map(Math.round)], 0, 0)[0];
}

function change(index, next, merge, origin) {
  const box = boxOf(store.elements[index]);
  if (!box) return "";
  store.edit((draft) => setBox(draft, index, next(box)), origin, { merge: `${merge}:${index}` });
  const now = boxOf(store.elements[index]);
  return now ? placeOf(now) : "";
}
