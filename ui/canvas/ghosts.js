/**
 * Boxes that are proposed and not taken yet: outlines over the page that no pointer meets.
 *
 * What it is not: elements; the proposal's list says what each of them is.
 */

import { clamp } from "../document/geometry.js";
import { h } from "../document/dom.js";
import { ghosts } from "../document/shared.js";
import { place } from "./boxes.js";

export function makeGhosts() {
  const node = h("div", { class: "ig-ghosts", dataset: { part: "ghosts" }, "aria-hidden": "true" });
  ghosts.subscribe(node, (list) => node.replaceChildren(...list.map(outline)));
  return node;
}

function outline({ bbox, name }) {
  const node = h("div", { class: "ig-ghost" }, h("span", {}, name));
  place(node, clamp(bbox));
  return node;
}
