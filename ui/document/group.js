/**
 * Several elements of a caption changed as one: removed, copied, restacked, given new boxes.
 *
 * Like the verbs of `caption.js` these change the draft they are given. Indices may come in any
 * order; what is returned are the same elements' new indices (or their copies') in that order.
 * What it is not: a group in the caption; the format has none.
 */

import { reflow } from "./arrange.js";
import { boxOf, elementsOf, ensureElements, setBox } from "./caption.js";
import { bounds, GRID, move, scale } from "./geometry.js";
import { clone } from "./jsonvalue.js";

/** What the frame around several boxes is told in. */
export const MEASURES = ["left", "top", "width", "height"];

/** How far a copy lies from its original, on the grid. */
export const STEP = 20;

export function setBoxes(draft, indices, boxes) {
  indices.forEach((index, i) => setBox(draft, index, boxes[i]));
}

/** Boxes keep their shapes and their places when the page's width to height changes. */
export function reflowElements(draft, oldRatio, newRatio) {
  elementsOf(draft).forEach((element, index) => {
    const box = boxOf(element);
    if (box) setBox(draft, index, reflow([box], oldRatio, newRatio)[0]);
  });
}

/** The frame around boxes (at least one) as `{left, top, width, height}`. */
export function frameOf(boxes) {
  const [top, left, bottom, right] = bounds(boxes);
  return { left, top, width: right - left, height: bottom - top };
}

/** The boxes after one measure of their frame became `value`, as far as the page has room. */
export function reframed(boxes, measure, value) {
  const frame = bounds(boxes);
  if (measure === "left") return move(boxes, 0, value - frame[1]);
  if (measure === "top") return move(boxes, value - frame[0], 0);
  const low = measure === "height" ? 0 : 1;
  const target = [...frame];
  target[low + 2] = Math.min(GRID, frame[low] + Math.max(1, value));
  return scale(boxes, frame, target);
}

export function removeElements(draft, indices) {
  const elements = ensureElements(draft);
  for (const index of ascending(indices).reverse()) elements.splice(index, 1);
}

/** Copies right in front of the frontmost original, shifted together so that they can be seen. */
export function duplicateElements(draft, indices) {
  const elements = ensureElements(draft);
  const order = ascending(indices);
  const copies = shifted(order.map((index) => clone(elements[index])));
  const at = order.at(-1) + 1;
  elements.splice(at, 0, ...copies);
  return indices.map((index) => at + order.indexOf(index));
}

/** New elements in front of all others. One that would cover its twin exactly is moved aside. */
export function insertElements(draft, added) {
  const elements = ensureElements(draft);
  const taken = new Set(elements.map(boxOf).filter(Boolean).map(String));
  const hides = (group) => group.some((element) => taken.has(String(boxOf(element))));
  let group = added.map(clone);
  // Forty-nine steps cross the page; whoever pasted more often than that finds them in the list.
  for (let step = 0; step < 1000 / STEP - 1 && hides(group); step += 1) group = shifted(group);
  const at = elements.length;
  elements.push(...group);
  return group.map((_, i) => at + i);
}

/** Towards the front (`by` 1) or the back (`by` -1), one place each; they do not pass each other. */
export function restackElements(draft, indices, by) {
  const elements = ensureElements(draft);
  const order = by > 0 ? ascending(indices).reverse() : ascending(indices);
  const places = new Map();
  for (const index of order) {
    const to = index + by;
    const free = to >= 0 && to < elements.length && ![...places.values()].includes(to);
    if (free) elements.splice(to, 0, ...elements.splice(index, 1));
    places.set(index, free ? to : index);
  }
  return indices.map((index) => places.get(index));
}

/**
 * The elements side by side at another place in painter's order, keeping theirs among themselves.
 *
 * @param place how many of the elements, as they stand now, lie behind the gap they go to
 */
export function placeElements(draft, indices, place) {
  const elements = ensureElements(draft);
  const order = ascending(indices);
  const taken = order.map((index) => elements[index]);
  for (const index of [...order].reverse()) elements.splice(index, 1);
  const at = place - order.filter((index) => index < place).length;
  elements.splice(at, 0, ...taken);
  return indices.map((index) => at + order.indexOf(index));
}

function shifted(elements) {
  const boxes = elements.map(boxOf);
  const drawn = boxes.filter(Boolean);
  if (drawn.length === 0) return elements;
  const frame = bounds(drawn);
  const by = (low) => (frame[low + 2] + STEP <= 1000 ? STEP : -Math.min(STEP, frame[low]));
  const moved = move(drawn, by(0), by(1));
  let next = 0;
  return elements.map((element, i) => {
    if (boxes[i]) element.bbox = moved[next++];
    return element;
  });
}

function ascending(indices) {
  return [...indices].sort((a, b) => a - b);
}
