/**
 * The marquee: a frame drawn with the select tool, and which boxes it catches.
 *
 * What it is not: the gesture (`gestures.js`), nor the rule of touching (`document/arrange.js`).
 */

import { caught, hit } from "../document/arrange.js";
import { boxOf, isHidden } from "../document/caption.js";
import { clamp } from "../document/geometry.js";
import { h } from "../document/dom.js";
import { place } from "./boxes.js";

/** What a pointer can get hold of: elements that are seen and not locked, back to front. */
export function reachable(store) {
  return store.elements
    .map((element, index) => ({ index, box: isHidden(element) ? null : boxOf(element) }))
    .filter(({ index, box }) => box !== null && !store.isPinned(index));
}

/** Indices under a point `[y, x]`, the front one first. */
export function under(store, [y, x]) {
  const drawn = reachable(store);
  return hit(drawn.map(({ box }) => box), y, x).map((place) => drawn[place].index);
}

/**
 * The selection after a marquee from `start` to `end`.
 *
 * @param options `whole`: only boxes that lie inside altogether; `kept`: indices that stay selected
 */
export function swept(store, start, end, { whole = false, kept = [] } = {}) {
  const drawn = reachable(store);
  const found = caught(drawn.map(({ box }) => box), [...start, ...end], { whole });
  const indices = found.map((place) => drawn[place].index);
  return [...kept.filter((index) => !indices.includes(index)), ...indices];
}

/** The frame as it is seen. */
export class Marquee {
  constructor(layer) {
    this.node = h("div", { class: "ig-marquee", dataset: { part: "marquee" }, hidden: true });
    layer.append(this.node);
  }

  /** @param ends two points `[y, x]`, or null when nothing is being swept */
  show(ends) {
    this.node.hidden = ends === null;
    if (ends !== null) place(this.node, clamp(ends.flat()));
  }
}
