/**
 * The sheet of keys and gestures, read from the table that the handler uses.
 *
 * A real dialog: it keeps the focus until it is closed, Escape closes it, and the focus goes back to
 * where it was. What it is not: a second list to keep in step.
 */

import { h, iconButton } from "../document/dom.js";
import { SHORTCUTS, spelled } from "./shortcuts.js";

export class Help {
  constructor(mac) {
    const close = iconButton("close", "Close", () => this.node.close());
    const groups = [...grouped(SHORTCUTS)];
    this.node = h(
      "dialog",
      { class: "ig-dialog ig-help", "aria-labelledby": "ig-help-title", onclick: (event) => this.#aside(event) },
      h(
        "div",
        { class: "ig-head" },
        h("h2", { class: "ig-title", id: "ig-help-title" }, "Keys and gestures on the page"),
        h("span", { class: "ig-spacer" }),
        close,
      ),
      h("div", { class: "ig-help-groups", tabindex: "0" }, groups.map(([name, rows]) => section(name, rows, mac))),
    );
    this.node.addEventListener("keydown", (event) => this.#key(event));
  }

  open() {
    if (!this.node.open) this.node.showModal();
  }

  /** The page behind must not take the keys that are typed here; Tab goes round. */
  #key(event) {
    event.stopPropagation();
    if (event.key !== "Tab") return;
    const stops = [...this.node.querySelectorAll("button, [tabindex]")];
    const next = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
    stops.at(next % stops.length).focus();
    event.preventDefault();
  }

  /** A click beside the sheet closes it: only there the dialog itself is hit. */
  #aside(event) {
    if (event.target === this.node) this.node.close();
  }
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}

function section(name, rows, mac) {
  return h(
    "section",
    { class: "ig-help-group" },
    h("h3", {}, name),
    h(
      "dl",
      {},
      rows.map(({ id, words, keys, pointer }) =>
        h(
          "div",
          { dataset: id ? { shortcut: id } : {} },
          h("dt", {}, words),
          h("dd", {}, keys ? keys.map((keyed) => h("kbd", {}, spelled(keyed, mac))) : gesture(pointer, mac)),
        ),
      ),
    ),
  );
}

function gesture(words, mac) {
  return mac ? words.replace("Ctrl", "⌘").replace("Alt", "⌥") : words;
}
