/**
 * The contact sheet: what to vary, the cells as they come, and the winner to go on from.
 *
 * A sheet over the page, which can be closed while it is drawn. Python makes the plan and draws;
 * `props.value` is how far it is. What it is not: the gallery, which keeps the cells as well.
 */

import { within } from "../document/address.js";
import { announcer, h, icon, iconButton, setAttribute, setText } from "../document/dom.js";
import { library } from "../palette/library.js";
import { Choices } from "./choices.js";

export function mount(host) {
  const sheet = new Sheet(host);
  host.watch("value", () => sheet.hear(host.props.value));
}

class Sheet {
  #heard = 0;
  #winner = null;

  constructor({ root, props, server, trigger }) {
    Object.assign(this, { root, props, server, trigger });
    this.live = announcer();
    this.choices = new Choices(props, () => this.#paint());
    this.news = { pictures: [], cells: 0, columns: 1, phase: "", said: "" };
    this.draw = h(
      "button",
      {
        type: "button",
        class: "ig-button ig-button-main",
        onclick: () => this.trigger("submit", this.choices.plan),
      },
      "Draw the sheet",
    );
    this.cancel = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.trigger("stop", {}) },
      "Cancel",
    );
    this.go = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.#goOn() },
      "Go on from this one",
    );
    this.save = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", onclick: () => this.#save() },
      "Save the sheet",
    );
    this.said = h("p", { class: "ig-quiet ig-sheet-said" });
    this.grid = h("div", {
      class: "ig-sheet-grid",
      role: "group",
      "aria-label": "Pictures of the sheet",
      onkeydown: (event) => walk(event, this.grid, this.news.columns),
    });
    this.node = h(
      "dialog",
      { class: "ig-dialog ig-sheet", "aria-labelledby": "ig-sheet-title" },
      h(
        "div",
        { class: "ig-head" },
        h("h2", { class: "ig-title", id: "ig-sheet-title" }, "Contact sheet"),
        h("span", { class: "ig-spacer" }),
        iconButton("close", "Close", () => this.node.close()),
      ),
      h(
        "div",
        { class: "ig-sheet-body" },
        this.choices.node,
        h("div", { class: "ig-sheet-row" }, this.draw, this.cancel, this.said),
        this.grid,
      ),
      h("div", { class: "ig-sheet-row ig-sheet-foot" }, this.go, this.save),
    );
    this.node.addEventListener("click", (event) => event.target === this.node && this.node.close());
    // The keys of the page behind are not for this.
    this.node.addEventListener("keydown", (event) => event.stopPropagation());
    const open = h(
      "button",
      { type: "button", class: "ig-button ig-button-line", "aria-haspopup": "dialog", onclick: () => this.#open() },
      icon("sheet"),
      "Contact sheet…",
    );
    this.root.append(open, this.node, this.live.node);
    this.#paint();
  }

  hear(value) {
    if (!value?.serial || value.serial === this.#heard) return;
    this.#heard = value.serial;
    const before = this.news;
    // A plan that was refused takes nothing away of the sheet before it.
    this.news = value.phase === "refused" ? { ...before, phase: value.phase, said: value.said } : value;
    if (value.phase !== before.phase) this.#announce();
    if (!this.news.pictures.some(({ id }) => id === this.#winner)) this.#winner = null;
    this.#paint();
  }

  get #busy() {
    return this.news.phase === "drawing";
  }

  #open() {
    this.choices.offer(library.saved);
    this.#paint();
    this.node.showModal();
  }

  #paint() {
    const { pictures, cells, columns, phase, said } = this.news;
    const count = this.choices.count;
    const most = this.props.most_cells;
    const tooMany = count > most ? `${count} pictures are too many; a sheet holds ${most}.` : "";
    this.draw.disabled = this.#busy || Boolean(tooMany) || count === 0;
    setText(this.draw, count === 1 ? "Draw 1 picture" : `Draw ${count} pictures`);
    this.cancel.hidden = !this.#busy;
    const far = this.#busy ? `${pictures.length} of ${cells} finished.` : "";
    setText(this.said, tooMany || far || (phase === "done" ? "" : said));
    this.grid.style.setProperty("--columns", String(Math.max(1, columns)));
    this.#cells(pictures, this.#busy ? cells : pictures.length);
    this.go.disabled = this.#winner === null;
    this.save.disabled = pictures.length === 0;
    this.go.parentElement.hidden = pictures.length === 0;
  }

  /** Finished cells as buttons, the others as empty frames. */
  #cells(pictures, count) {
    while (this.grid.children.length > count) this.grid.lastChild.remove();
    for (let at = 0; at < count; at += 1) {
      const picture = pictures[at];
      const there = this.grid.children[at];
      const wanted = picture?.id ?? "";
      if (!there || there.dataset.picture !== wanted) {
        const node = picture ? this.#cell(picture, at) : h("div", { class: "ig-sheet-frame", dataset: { picture: "" } });
        if (there) there.replaceWith(node);
        else this.grid.append(node);
      }
      if (picture) setAttribute(this.grid.children[at], "aria-pressed", picture.id === this.#winner);
    }
  }

  #cell({ id, src, label }, at) {
    const image = h("img", { alt: "", decoding: "async", draggable: "false" });
    image.src = within(src);
    return h(
      "button",
      {
        type: "button",
        class: "ig-sheet-cell",
        dataset: { picture: id },
        "aria-label": `${at + 1}: ${label}`,
        onclick: () => {
          this.#winner = id;
          this.#paint();
        },
      },
      image,
      h("span", {}, label),
    );
  }

  #announce() {
    const { phase, pictures, cells, said } = this.news;
    const words = {
      drawing: `Drawing ${cells} pictures`,
      done: `The sheet is finished: ${pictures.length} pictures`,
      cancelled: `Cancelled. ${pictures.length} pictures are kept`,
    }[phase];
    this.live.say(words ?? said);
  }

  #goOn() {
    this.trigger("apply", { id: this.#winner });
    this.node.close();
    this.live.say("Its caption and settings are on the page. Undo brings your caption back.");
  }

  async #save() {
    const ids = this.news.pictures.map(({ id }) => id);
    const answer = await this.server.save({ ids, columns: this.news.columns }).catch(() => null);
    if (!answer || answer.error) return setText(this.said, answer?.error ?? "The sheet could not be saved.");
    return h("a", { href: within(answer.src), download: answer.file }).click();
  }
}

/** Arrows go from cell to cell as they stand. */
function walk(event, grid, columns) {
  const cells = [...grid.children];
  const at = cells.indexOf(document.activeElement);
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  if (at < 0 || !by) return;
  event.preventDefault();
  cells[at + by]?.focus();
}
