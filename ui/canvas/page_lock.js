/**
 * The note on a page that cannot be edited, because the caption's text has a mistake.
 *
 * What it is not: a lock of single elements; the store calls those pinned.
 */

import { h, icon, setText } from "../document/dom.js";
import { request, store } from "../document/shared.js";

export class PageLock {
  constructor() {
    this.reason = h("span", {});
    this.node = h(
      "div",
      { class: "ig-lock", dataset: { part: "lock" }, role: "status", hidden: true },
      icon("lock"),
      h(
        "div",
        {},
        h("strong", {}, "The page is locked while the caption’s text has a mistake"),
        this.reason,
      ),
      h("button", { type: "button", class: "ig-button ig-button-line", onclick: show }, "Show me"),
    );
  }

  paint() {
    this.node.hidden = store.problem === null;
    if (store.problem === null) return;
    const { line, column, message } = store.problem;
    setText(this.reason, `Line ${line}, column ${column}: ${message}.`);
  }
}

function show() {
  const { offset } = store.problem ?? { offset: 0 };
  request("reveal", { from: offset, to: offset });
}
