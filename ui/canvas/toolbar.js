/**
 * The canvas's toolbar: tools, history, the selected element, menus.
 *
 * What it is not: state; it shows what the canvas and the store say and calls their commands.
 */

import { h, iconButton, setAttribute } from "../document/dom.js";
import { store } from "../document/shared.js";
import { duplicate, remove } from "./commands.js";

const TOOLS = [
  { tool: "select", label: "Select", hint: "Select and move boxes (V)" },
  { tool: "obj", label: "Object", hint: "Draw a box for an object (O); double-click to keep the tool" },
  { tool: "text", label: "Text", hint: "Draw a box for words (T); double-click to keep the tool" },
];

export class Toolbar {
  #canvas;
  #tools = new Map();

  constructor(canvas) {
    this.#canvas = canvas;
    for (const { tool, label, hint } of TOOLS) {
      const button = iconButton(tool, label, () => canvas.use(tool), {
        wide: true,
        dataset: { tool },
        ondblclick: () => canvas.use(tool, { keep: true }),
      });
      button.title = hint;
      this.#tools.set(tool, button);
    }
    this.undo = iconButton("undo", "Undo", () => store.undo());
    this.redo = iconButton("redo", "Redo", () => store.redo());
    this.undo.title = "Undo (Ctrl+Z)";
    this.redo.title = "Redo (Ctrl+Shift+Z)";
    this.duplicate = iconButton("duplicate", "Duplicate", () => canvas.act(duplicate));
    this.remove = iconButton("delete", "Delete", () => canvas.act(remove));
    this.remove.classList.add("ig-danger");
    this.node = h(
      "div",
      { class: "ig-head ig-tools", role: "toolbar", "aria-label": "Canvas" },
      h("div", { class: "ig-group" }, ...this.#tools.values()),
      h("span", { class: "ig-spacer" }),
      h("div", { class: "ig-group" }, this.undo, this.redo),
      h("div", { class: "ig-group" }, this.duplicate, this.remove),
      h(
        "div",
        { class: "ig-group ig-menus" },
        [canvas.arrange, canvas.view, canvas.backdrops, canvas.export].map(({ button }) => button),
      ),
    );
    this.#rove();
  }

  paint({ tool, locked }) {
    for (const [name, button] of this.#tools) {
      setAttribute(button, "aria-pressed", name === tool);
      button.disabled = locked && name !== "select";
    }
    this.undo.disabled = !store.canUndo;
    this.redo.disabled = !store.canRedo;
    this.duplicate.disabled = this.remove.disabled = locked || store.selected === null;
  }

  /** Left and right arrows walk along the toolbar, as in every toolbar. */
  #rove() {
    this.node.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const buttons = [...this.node.querySelectorAll("button:not(:disabled)")];
      const open = buttons.filter((button) => button.offsetParent !== null);
      const at = open.indexOf(document.activeElement);
      open[(at + by + open.length) % open.length]?.focus();
      event.preventDefault();
    });
  }
}
