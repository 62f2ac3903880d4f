/**
 * The "Arrange" menu: align, space evenly, lock, and the clipboard, for fingers and mice.
 *
 * What it is not: more than the keys can do; see `shortcuts.js`.
 */

import { store } from "../document/shared.js";
import { copyByMenu, pasteByMenu } from "./clipboard.js";
import { alignBoxes, freeBoxes, restack, selectAll, spaceBoxes, toggleLock } from "./commands.js";
import { command, heading, Menu, pairs, strip } from "./menu.js";
import { keysOf } from "./shortcuts.js";

const ORIGIN = "canvas";
export const EDGES = {
  left: "Align left edges",
  centre: "Align centres",
  right: "Align right edges",
  top: "Align top edges",
  middle: "Align middles",
  bottom: "Align bottom edges",
};
export const SPACES = {
  x: "Space evenly from left to right",
  y: "Space evenly from top to bottom",
};

export function arrangeMenu(canvas, mac) {
  const run = (...rest) => () => canvas.act(...rest);
  const align = Object.entries(EDGES).map(([edge, label]) => ({
    label,
    glyph: `align-${edge}`,
    keys: keysOf(`align-${edge}`, mac),
    run: run(alignBoxes, edge),
  }));
  const space = Object.entries(SPACES).map(([axis, label]) => ({
    label,
    glyph: `space-${axis}`,
    keys: keysOf(`space-${axis}`, mac),
    run: run(spaceBoxes, axis),
  }));
  const against = heading("");
  const edges = strip("Align", align);
  const gaps = strip("Space evenly", space);
  const item = (id, label, glyph, action) => command({ label, glyph, keys: keysOf(id, mac), run: action });
  const lock = item("lock", "Lock", "lock", run(toggleLock));
  const afterwards = (promise) => promise.then((words) => canvas.told(words));
  const entries = {
    forward: item("forward", "Bring forward", "up", run(restack, 1)),
    backward: item("backward", "Send back", "down", run(restack, -1)),
    lock,
    all: item("select-all", "Select everything", "sweep", () => canvas.told(selectAll(ORIGIN))),
    copy: item("copy", "Copy", "copy", () => afterwards(copyByMenu(ORIGIN))),
    cut: item("cut", "Cut", "cut", () => afterwards(copyByMenu(ORIGIN, { cut: true }))),
    paste: item("paste", "Paste", "paste", () => afterwards(pasteByMenu(ORIGIN))),
  };
  const paint = () => {
    const count = freeBoxes(store.selection).boxes.length;
    const some = store.selected !== null;
    const broken = store.problem !== null;
    against.textContent = count > 1 ? `Align ${count} boxes` : "Align with the page";
    for (const button of edges.children) button.disabled = broken || count === 0;
    for (const button of gaps.children) button.disabled = broken || count < 3;
    for (const name of ["forward", "backward", "cut"]) entries[name].disabled = broken || !some;
    lock.disabled = entries.copy.disabled = !some;
    entries.paste.disabled = broken;
    entries.all.disabled = store.elements.length === 0;
    const fixed = some && store.selection.every((index) => store.isPinned(index));
    lock.querySelector(".ig-pop-name").textContent = fixed ? "Unlock" : "Lock";
  };
  const parts = [against, edges, gaps, heading("Selection"), pairs(Object.values(entries))];
  return new Menu({ glyph: "align-left", label: "Arrange", parts, paint });
}
