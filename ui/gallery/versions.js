/**
 * The versions of the captions: each press of Generate is one, under the one that it came from.
 *
 * Choosing a row chooses its picture, and "Use its caption and settings" goes back to it; what came
 * later stays where it is. What it is not: the order of the rows (`document/versions.js`).
 */

import { within } from "../document/address.js";
import { h, setAttribute } from "../document/dom.js";
import { rowsOf } from "../document/versions.js";

const DEEPEST = 6;

export class Versions {
  /** @param choose called with a picture's id */
  constructor(choose) {
    this.choose = choose;
    this.list = h("ol", { class: "ig-versions", "aria-label": "Versions", onkeydown: (event) => walk(event, this.list) });
    this.quiet = h("p", { class: "ig-quiet" }, "Versions appear here as you generate.");
    this.node = h("div", { class: "ig-versions-room", hidden: true }, this.quiet, this.list);
  }

  /** @param nodes of Python: `{run, parent, id, thumbnail, title, summary, count, created}` */
  show(nodes) {
    this.quiet.hidden = nodes.length > 0;
    this.list.replaceChildren(...rowsOf(nodes).map((row) => this.#row(row)));
  }

  /** @param here the run that the caption comes from; `chosen`: the primary picture's run */
  mark(here, chosen) {
    for (const item of this.list.children) {
      const button = item.firstChild;
      setAttribute(button, "aria-pressed", item.dataset.run === chosen);
      setAttribute(button, "aria-current", item.dataset.run === here ? "true" : null);
    }
  }

  #row({ node, level, fork }) {
    const { run, id, thumbnail, title, summary, count, when } = node;
    const many = count > 1 ? `${count} pictures` : "";
    const image = h("img", { alt: "", loading: "lazy", decoding: "async" });
    image.src = within(thumbnail);
    const item = h(
      "li",
      { class: fork ? "is-fork" : "", dataset: { run } },
      h(
        "button",
        { type: "button", class: "ig-version", onclick: () => this.choose(id) },
        image,
        h(
          "span",
          { class: "ig-version-words" },
          h("span", { class: "ig-version-title" }, summary || title),
          h("span", { class: "ig-version-facts" }, [when, many].filter(Boolean).join(" · ")),
        ),
        h("span", { class: "ig-version-here" }, "You are here"),
      ),
    );
    item.style.setProperty("--level", String(Math.min(level, DEEPEST)));
    return item;
  }
}

/** Up and down go from row to row. */
function walk(event, list) {
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (at < 0 || !by) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[Math.max(0, Math.min(buttons.length - 1, at + by))].focus();
}
