/**
 * Layers put in another order by dragging their handles; a line shows where they will land.
 *
 * A row that is one of several selected takes the others with it. The order changes when the pointer
 * lifts, as one step of history. What it is not: the keys; those are in `layers.js`.
 */

import { dragItems } from "../document/reorder.js";
import { store } from "../document/shared.js";
import { putBetween } from "./commands.js";

/** Pixels from the list's edge within which it scrolls, and how far in each frame. */
const EDGE = 28;
const SPEED = 6;

/**
 * @param list the rows, the front one first, each with the element's number in `data-layer`
 * @param {object} answers `origin` of the edits; `done(words)`: what to say when it is over
 */
export function dragLayers(list, { origin, done }) {
  let gap = null;
  let frame = 0;
  const clear = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    gap = null;
    for (const row of list.children) {
      row.classList.remove("is-dragged");
      delete row.dataset.landing;
    }
  };
  const over = (index, x, y) => {
    cancelAnimationFrame(frame);
    const rows = [...list.children];
    const taken = company(index);
    gap = gapAt(rows.map(middle), y);
    rows.forEach((row, i) => {
      row.classList.toggle("is-dragged", taken.includes(Number(row.dataset.layer)));
      if (i === gap) row.dataset.landing = "above";
      else if (i === gap - 1 && gap === rows.length) row.dataset.landing = "below";
      else delete row.dataset.landing;
    });
    const by = pull(list.getBoundingClientRect(), y);
    const before = list.scrollTop;
    list.scrollTop += by;
    if (list.scrollTop !== before) frame = requestAnimationFrame(() => over(index, x, y));
  };
  dragItems(list, {
    item: ".ig-layer-grip",
    numberOf: (grip) => Number(grip.closest("[data-layer]").dataset.layer),
    allowed: () => store.problem === null,
    over,
    drop: (index) => {
      // Painter's order runs the other way: what stands above a gap lies in front of it.
      const place = list.children.length - gap;
      clear();
      done(putBetween(company(index), place, origin));
    },
    cancel: () => {
      clear();
      done("");
    },
    click: (index) => store.select([index], origin),
  });
}

/** The gap between rows that a height means: how many middles of rows lie above it. */
export function gapAt(middles, y) {
  return middles.filter((at) => at < y).length;
}

/** Those that move with an element: all that are selected, if it is one of them. */
function company(index) {
  return store.selection.includes(index) ? store.selection : [index];
}

function pull({ top, bottom }, y) {
  if (y < top + EDGE) return -SPEED;
  return y > bottom - EDGE ? SPEED : 0;
}

function middle(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
