/**
 * The layer list: every element in painter's order, the front one first, with or without a box.
 *
 * A view of the shared document. What it is not: a second order; the list is the caption's own,
 * shown from its end.
 */

import { follow } from "../document/boot.js";
import { boxOf, isHidden, nameOf, paletteOf, textOf } from "../document/caption.js";
import { isColour } from "../document/colour.js";
import { announcer, h, icon, iconButton, setAttribute, setText } from "../document/dom.js";
import { equal, isObject } from "../document/jsonvalue.js";
import { store } from "../document/shared.js";
import { listenForClipboard } from "./clipboard.js";
import { giveBox, remove, restack, toggleHidden, toggleLock } from "./commands.js";
import { dragLayers } from "./layer_drag.js";

const ORIGIN = "layers";

export function mount({ root }) {
  const live = announcer();
  const list = h("ol", { class: "ig-layer-list", "aria-label": "Layers, front first" });
  const count = h("span", { class: "ig-count" });
  const empty = h("p", { class: "ig-quiet ig-layer-empty" }, "Boxes you draw are listed here.");
  root.classList.add("ig-layers", "ig-card");
  root.append(
    h("div", { class: "ig-head" }, h("h2", { class: "ig-title" }, "Layers"), count),
    list,
    empty,
    live.node,
  );
  const rows = [];
  const paint = () => {
    const elements = store.elements;
    while (rows.length > elements.length) rows.pop().node.remove();
    while (rows.length < elements.length) {
      rows.push(makeRow(rows.length, live.say));
      list.prepend(rows.at(-1).node);
    }
    const frame = { count: elements.length, locked: store.problem !== null };
    rows.forEach((row, index) => repaintRow(row, elements[index], index, frame));
    setText(count, elements.length ? String(elements.length) : "");
    empty.hidden = elements.length > 0;
    root.classList.toggle("is-locked", store.problem !== null);
  };
  const told = (words) => {
    live.say(words);
    rowOf(store.selected)?.querySelector(".ig-layer-pick").focus();
  };
  list.addEventListener("keydown", (event) => (event.altKey ? shift(event, told) : walk(event, list)));
  dragLayers(list, { origin: ORIGIN, done: told });
  listenForClipboard(list, ORIGIN, live.say);
  follow(root, ORIGIN, paint, { own: true });
  paint();
}

function makeRow(index, say) {
  const act = (command, ...rest) => {
    say(command(index, ...rest, ORIGIN));
    rowOf(store.selected)?.querySelector(".ig-layer-pick").focus();
  };
  const row = {
    glyph: h("span", { class: "ig-layer-icon" }),
    name: h("span", { class: "ig-layer-name" }),
    swatches: h("span", { class: "ig-layer-swatches", "aria-hidden": "true" }),
    place: h("button", { type: "button", class: "ig-layer-place", onclick: () => act(giveBox) }),
    up: iconButton("up", "Bring forward", () => act(restack, 1)),
    down: iconButton("down", "Send back", () => act(restack, -1)),
    eye: iconButton("view", "Hide", () => say(toggleHidden(index, ORIGIN))),
    lock: iconButton("unlock", "Lock", () => say(toggleLock(index, ORIGIN))),
    remove: iconButton("delete", "Delete", () => act(remove)),
  };
  for (const toggle of [row.eye, row.lock]) toggle.classList.add("ig-layer-toggle");
  row.remove.classList.add("ig-danger");
  row.pick = h(
    "button",
    {
      type: "button",
      class: "ig-layer-pick",
      "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown",
      onclick: (event) => pick(index, event),
    },
    row.glyph,
    row.name,
    row.swatches,
  );
  // For pointers only; keys move a row with Alt and an arrow.
  const grip = h("span", { class: "ig-layer-grip", "aria-hidden": "true", title: "Drag to reorder" }, icon("grip"));
  row.node = h(
    "li",
    { class: "ig-layer", dataset: { layer: String(index) } },
    grip,
    row.pick,
    row.place,
    h("span", { class: "ig-layer-actions" }, row.eye, row.lock, row.up, row.down, row.remove),
  );
  return row;
}

/** Rows of elements that did not change stay as they are. */
function repaintRow(row, element, index, { count, locked }) {
  const selected = store.selection.includes(index);
  const pinned = store.isPinned(index);
  const now = { element, count, locked, selected, pinned };
  if (row.painted && equal(row.painted, now)) return;
  row.painted = now;
  paintRow(row, element, index, now);
}

function paintRow(row, element, index, { count, locked, selected, pinned }) {
  const type = element?.type === "text" ? "text" : "obj";
  const name = nameOf(element, index);
  const boxed = boxOf(element) !== null;
  if (row.glyph.dataset.type !== type) {
    row.glyph.dataset.type = type;
    row.glyph.replaceChildren(icon(type));
  }
  const quoted = type === "text" && textOf(element.text).trim() !== "";
  setText(row.name, quoted ? `“${name}”` : name);
  setAttribute(row.pick, "aria-pressed", selected);
  setAttribute(row.pick, "aria-label", `${type === "text" ? "Text" : "Object"}: ${name}`);
  row.place.hidden = boxed || !isObject(element);
  setText(row.place, "Add box");
  row.place.title = element?.bbox === undefined ? "No box yet" : "Its box cannot be drawn";
  row.up.disabled = locked || index === count - 1;
  row.down.disabled = locked || index === 0;
  row.place.disabled = locked;
  row.remove.disabled = locked || pinned;
  row.eye.disabled = locked || !isObject(element);
  const hidden = isHidden(element);
  row.node.classList.toggle("is-hidden", hidden);
  paintToggle(row.eye, hidden, hidden ? "hide" : "view");
  paintToggle(row.lock, pinned, pinned ? "lock" : "unlock");
  const colours = paletteOf(element).filter(isColour);
  row.swatches.replaceChildren(
    ...colours.map((colour) => {
      const dot = h("i");
      dot.style.backgroundColor = colour;
      return dot;
    }),
  );
}

function paintToggle(button, on, glyph) {
  setAttribute(button, "aria-pressed", String(on));
  if (button.dataset.icon === glyph) return;
  button.dataset.icon = glyph;
  button.replaceChildren(icon(glyph));
}

function rowOf(index) {
  return document.querySelector(`.ig-layers [data-layer="${index}"]`);
}

/** A plain click selects one; with Ctrl one more or less; with Shift all from the primary one. */
function pick(index, event) {
  if (event.ctrlKey || event.metaKey) store.toggle(index, ORIGIN);
  else if (event.shiftKey && store.selected !== null) store.select(span(store.selected, index), ORIGIN);
  else store.select([index], ORIGIN);
}

/** All between two, the first one last: it stays the primary one, from which the next span goes. */
function span(from, to) {
  const step = from < to ? -1 : 1;
  return Array.from({ length: Math.abs(from - to) + 1 }, (_, i) => to + i * step);
}

/** Alt with an arrow moves a row, and the others that are selected with it. */
function shift(event, told) {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const row = event.target.closest("[data-layer]");
  if (!by || !row || store.problem) return;
  event.preventDefault();
  const index = Number(row.dataset.layer);
  told(restack(store.selection.includes(index) ? store.selection : index, by, ORIGIN));
}

/** Up and down arrows walk the list and select on the way, with Shift one more. */
function walk(event, list) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || !event.target.closest(".ig-layer-pick")) return;
  const picks = [...list.querySelectorAll(".ig-layer-pick")];
  const next = picks[picks.indexOf(event.target) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
  pick(Number(next.closest("[data-layer]").dataset.layer), event);
}
