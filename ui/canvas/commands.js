/**
 * What a person can do to elements, whoever asks: keys, menus, layer list or inspector.
 *
 * `given` is one index or several. Each command is one step of history and returns the words to
 * announce (or ""). Locked elements stay as they are. What it is not: gestures with a pointer;
 * those are in `gestures.js`.
 */

import { align, distribute } from "../document/arrange.js";
import { addElement, boxOf, isHidden, nameOf, setBox, setHidden } from "../document/caption.js";
import { bounds, GRID, move, nudge, resize, scale } from "../document/geometry.js";
import {
  duplicateElements,
  placeElements,
  removeElements,
  restackElements,
  setBoxes,
} from "../document/group.js";
import { store } from "../document/shared.js";

const PAGE = [0, 0, GRID, GRID];
const LOCKED = "Locked. Unlock it first, in the layer list or with L";
const EDGES = {
  left: "left edges",
  centre: "centres",
  right: "right edges",
  top: "top edges",
  middle: "middles",
  bottom: "bottom edges",
};

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

/** The name of one element, or how many there are. */
export function namesOf(indices) {
  const [index] = indices;
  return indices.length === 1 ? nameOf(store.elements[index], index) : `${indices.length} elements`;
}

/** How many are selected, in words. */
export function howMany() {
  const count = store.selection.length;
  return count === 0 ? "Nothing selected" : `${count} selected`;
}

/** Select everything that is seen and not locked; what was the primary one stays it. */
export function selectAll(origin) {
  const seen = [...store.elements.keys()].filter((index) => !isHidden(store.elements[index]));
  const all = free(seen);
  const last = all.includes(store.selected) ? [store.selected] : [];
  store.select([...all, ...last], origin);
  return howMany();
}

/** Those that may be changed: without the locked ones. */
export function free(given) {
  return [given].flat().filter((index) => !store.isPinned(index));
}

/** Those of `free` that have a box, and their boxes. */
export function freeBoxes(given) {
  const indices = free(given).filter((index) => boxOf(store.elements[index]));
  return { indices, boxes: indices.map((index) => boxOf(store.elements[index])) };
}

export function remove(given, origin) {
  const indices = free(given);
  if (indices.length === 0) return LOCKED;
  const words = `${namesOf(indices)} deleted`;
  const next = Math.min(indices[0], store.elements.length - 2);
  store.edit((draft) => removeElements(draft, indices), origin, {
    select: () => (indices.length === 1 && next >= 0 ? [next] : []),
  });
  return words;
}

export function duplicate(given, origin) {
  const indices = [given].flat();
  const words = `${namesOf(indices)} duplicated`;
  store.edit((draft) => duplicateElements(draft, indices), origin, { select: (copies) => copies });
  return words;
}

/** Towards the front (`by` 1) or the back (`by` -1) in painter's order. */
export function restack(given, by, origin) {
  const indices = [given].flat();
  const words = `${namesOf(indices)} moved ${by > 0 ? "forward" : "back"}`;
  const done = store.edit((draft) => restackElements(draft, indices, by), origin, {
    select: (places) => places,
  });
  return done ? words : "";
}

/** To the gap in painter's order that has `place` of the elements behind it. */
export function putBetween(given, place, origin) {
  const indices = [given].flat();
  const done = store.edit((draft) => placeElements(draft, indices, place), origin, {
    select: (places) => places,
  });
  if (!done) return "";
  const [front, count] = [Math.max(...store.selection), store.elements.length];
  return `${namesOf(store.selection)} moved to place ${count - front} of ${count}`;
}

export function nudgeBox(given, direction, step, origin) {
  return change(given, (boxes) => nudge(boxes, direction, { step }), "nudge", origin);
}

/** Keyboard resize: the right and bottom edges of the common frame follow the arrow. */
export function stretchBox(given, direction, step, origin) {
  const [handle, dy, dx] = {
    up: ["s", -step, 0],
    down: ["s", step, 0],
    left: ["e", 0, -step],
    right: ["e", 0, step],
  }[direction];
  const stretched = (boxes) => scale(boxes, bounds(boxes), resize(bounds(boxes), handle, dy, dx));
  return change(given, stretched, "stretch", origin);
}

/** In line with the selection's frame; a single box with the page. */
export function alignBoxes(given, edge, origin) {
  const { boxes } = freeBoxes(given);
  const alone = boxes.length === 1;
  const frame = alone ? PAGE : null;
  const words = change(given, (all) => align(all, edge, { frame }), null, origin);
  if (boxes.length === 0) return words;
  return alone ? `Aligned with the page: ${words}` : `${EDGES[edge]} of ${boxes.length} boxes aligned`;
}

/** Equal gaps along an axis; the outer two boxes stay. */
export function spaceBoxes(given, axis, origin) {
  const { boxes } = freeBoxes(given);
  if (boxes.length < 3) return "Select three boxes or more to space them evenly";
  change(given, (all) => distribute(all, axis), null, origin);
  return `${boxes.length} boxes spaced evenly ${axis === "y" ? "from top to bottom" : "from left to right"}`;
}

/** Lock in place, or unlock if all are locked. */
export function toggleLock(given, origin) {
  const indices = [given].flat();
  const on = indices.some((index) => !store.isPinned(index));
  store.pin(indices, on, origin);
  return `${namesOf(indices)} ${on ? "locked" : "unlocked"}`;
}

/** Take elements out of the picture and keep them in the file, or show them if all are hidden. */
export function toggleHidden(given, origin) {
  const indices = [given].flat();
  const on = indices.some((index) => !isHidden(store.elements[index]));
  store.edit((draft) => indices.forEach((index) => setHidden(draft, index, on)), origin);
  return `${namesOf(indices)} ${on ? "hidden: not in the picture" : "shown"}`;
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

/** Where the boxes are now, in words. */
export function placesOf(given) {
  const { indices, boxes } = freeBoxes(given);
  if (boxes.length === 0) return "";
  const place = placeOf(bounds(boxes));
  return indices.length === 1 ? place : `${indices.length} boxes: ${place}`;
}

function change(given, next, merge, origin) {
  const { indices, boxes } = freeBoxes(given);
  if (indices.length === 0) return free(given).length === 0 ? LOCKED : "";
  store.edit((draft) => setBoxes(draft, indices, next(boxes)), origin, {
    merge: merge && `${merge}:${indices}`,
  });
  return placesOf(given);
}
