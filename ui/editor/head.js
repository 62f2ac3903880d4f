/**
 * The editor's head: its name, how many errors, the count of tokens, and what can be done with the
 * text as a whole.
 *
 * What it is not: the doing; `editor.js` brings the functions.
 */

import { command, Menu } from "../canvas/menu.js";
import { h, iconButton } from "../document/dom.js";

/** @param {object} actions `tidy`, `copy`, `copyModel`, `open`, `save` */
export function makeHead({ meter, actions }) {
  const status = h("span", { class: "ig-count ig-editor-status" });
  const tidy = iconButton("tidy", "Tidy", actions.tidy, { wide: true });
  tidy.title = "Lay the text out afresh";
  const copy = iconButton("copy", "Copy", actions.copy, { wide: true });
  copy.title = "Copy the caption";
  const menu = new Menu({
    glyph: "file",
    label: "File",
    parts: [
      command({ label: "Open…", glyph: "up", run: actions.open }),
      command({ label: "Save as caption.json", glyph: "down", run: actions.save }),
      command({ label: "Copy for the model", glyph: "code", run: actions.copyModel }),
    ],
  });
  menu.button.title = "Open a caption, save this one";
  const node = h(
    "div",
    { class: "ig-head ig-editor-head" },
    h("h2", { class: "ig-title" }, "Caption JSON"),
    status,
    meter,
    h("span", { class: "ig-spacer" }),
    h("div", { class: "ig-editor-tools" }, tidy, copy, menu.button),
  );
  return { node, status, tidy, list: menu.list };
}
