/**
 * What can be done with the chosen pictures, in one row that is always there, and what was just done.
 *
 * What it is not: the doing; `gallery.js` joins the row to the shelf.
 */

import { h, iconButton, setAttribute, setText } from "../document/dom.js";

export class Commands {
  /** @param act called with a command's name: recall, retry, favourite, compare, save, remove */
  constructor(act) {
    this.recall = h(
      "button",
      { type: "button", id: "recall", class: "ig-button ig-button-line", onclick: () => act("recall") },
      "Use its caption and settings",
    );
    this.retry = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", hidden: true, onclick: () => act("retry") },
      "Try the next seed",
    );
    this.favourite = iconButton("star", "Favourite", () => act("favourite"), { "aria-pressed": "false" });
    this.compare = iconButton("compare", "Compare two pictures", () => act("compare"));
    this.save = iconButton("download", "Download", () => act("save"));
    this.remove = iconButton("delete", "Delete", () => act("remove"));
    this.buttons = [this.recall, this.favourite, this.compare, this.save, this.remove];
    this.said = h("p", { class: "ig-gallery-said", id: "gallery-note" });
    this.undo = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", hidden: true, onclick: () => act("undo") },
      "Undo",
    );
    this.node = h(
      "div",
      { class: "ig-gallery-commands" },
      h(
        "div",
        { class: "ig-gallery-row", role: "toolbar", "aria-label": "Chosen pictures" },
        this.recall,
        this.retry,
        h("span", { class: "ig-spacer" }),
        this.favourite,
        this.compare,
        this.save,
        this.remove,
      ),
      h("div", { class: "ig-gallery-line" }, this.said, this.undo),
    );
  }

  /** @param state `{shelf, picking, undoable, words}`; `words` are of what was just done, or "" */
  paint({ shelf, picking, undoable, words }) {
    const { primary, chosen } = shelf;
    const none = primary === null;
    for (const button of this.buttons) button.disabled = none;
    this.recall.disabled = chosen.length !== 1;
    this.compare.disabled = none || chosen.length > 2;
    this.retry.hidden = !(chosen.length === 1 && primary?.blocked);
    setAttribute(this.compare, "aria-pressed", picking);
    setAttribute(this.favourite, "aria-pressed", Boolean(primary?.favourite));
    const label = chosen.length > 1 ? `Download ${chosen.length} pictures as a zip` : "Download PNG";
    setAttribute(this.save, "aria-label", label);
    setAttribute(this.save, "title", label);
    this.undo.hidden = !undoable;
    setText(this.said, words || line(shelf, picking));
  }
}

function line({ primary, chosen, all, total, isFiltered, problem }, picking) {
  if (problem) return problem;
  if (picking) return "Now choose the picture to compare it with.";
  if (chosen.length > 1) return `${chosen.length} pictures chosen.`;
  if (primary) {
    const { seed, size, preset, label, blocked } = primary;
    const facts = [label, `seed ${seed}`, size, preset].filter(Boolean).join(" · ");
    return blocked ? `${facts}. The model answered with a grey card; another seed often works.` : facts;
  }
  if (isFiltered && total === 0) return "No picture fits. Take a filter away to see more.";
  return all ? "Choose a picture to use its caption and settings again." : "";
}

export function countOf({ total, all, isFiltered }) {
  if (!all) return "";
  return isFiltered ? `${total} of ${all}` : String(all);
}

