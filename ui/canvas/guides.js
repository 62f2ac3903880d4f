/**
 * Lines on the page that are not in the picture: overlays a person wants to see, and the guides
 * that show what a dragged box has met.
 *
 * What it is not: what boxes snap to; that is `snapping.js`, which takes the same measures.
 */

import { snapLines } from "../document/arrange.js";
import { h } from "../document/dom.js";
import { place } from "./boxes.js";
import { COLUMNS, MARGIN, SAFE_AREA } from "./snapping.js";

const AXES = ["y", "x"];

/** Overlays under the boxes. */
export class Overlays {
  constructor(layer) {
    this.node = h("div", { class: "ig-overlays", dataset: { part: "overlays" }, "aria-hidden": "true" });
    layer.append(this.node);
  }

  show({ thirds, columns, margins, safe }) {
    const shown = JSON.stringify([thirds, columns, margins, safe]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.node.replaceChildren(
      ...(columns ? inner({ columns: COLUMNS }, "columns", ["x"]) : []),
      ...(thirds ? inner({ columns: 3, rows: 3 }, "thirds", AXES) : []),
      ...(margins ? [frame(MARGIN, "margins")] : []),
      ...(safe ? [frame(SAFE_AREA, "safe")] : []),
    );
  }
}

/** Guides over the boxes, only while something is dragged. */
export class Guides {
  constructor(layer) {
    this.node = h("div", { class: "ig-guides", dataset: { part: "guides" }, "aria-hidden": "true" });
    layer.append(this.node);
  }

  /** @param lines `{y, x}` in grid units, or null for none */
  show(lines) {
    const wanted = AXES.flatMap((axis) => (lines?.[axis] ?? []).map((at) => [axis, at]));
    if (wanted.length === 0 && !this.node.firstChild) return;
    this.node.replaceChildren(...wanted.map(([axis, at]) => line(axis, at, "guide")));
  }
}

/** The lines that only the grid gives: page edges and centre belong to every set. */
function inner(grid, name, axes) {
  const plain = snapLines([]);
  const lines = snapLines([], grid);
  return axes.flatMap((axis) =>
    lines[axis]
      .filter((at) => !plain[axis].includes(at) || (name === "columns" && at === 500))
      .map((at) => line(axis, at, name)),
  );
}

function line(axis, at, name) {
  const node = h("i", { class: `ig-line-${axis}`, dataset: { line: name, at: String(at) } });
  node.style[axis === "y" ? "top" : "left"] = `${at / 10}%`;
  return node;
}

function frame(inset, name) {
  const node = h("i", { class: "ig-line-frame", dataset: { line: name } });
  place(node, [inset, inset, 1000 - inset, 1000 - inset]);
  return node;
}
