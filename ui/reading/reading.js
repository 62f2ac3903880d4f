/**
 * "Read a picture into a caption": a picture is chosen or dropped, read, and its caption shown to
 * be taken or left.
 *
 * Nothing changes before somebody presses for it, and undo brings their caption back. Where a panel
 * for proposals is on the page (`onRequest("propose")`) the caption is handed to it. What it is not:
 * the reading; Python sees to that.
 */

import { announcer, h, iconButton, setText } from "../document/dom.js";
import { parseJson } from "../document/jsontext.js";
import { request, store } from "../document/shared.js";
import { ReaderChoice } from "./choice.js";
import { Errand, inWords } from "./errand.js";
import { pictureToSend } from "./picturefile.js";

const ORIGIN = "reading";
const TAKEN = "The caption is in the page. Undo brings your own back.";

export function mount({ root, props, server }) {
  new Panel(root, props.facts ?? {}, server);
}

class Panel {
  #proposal = null;

  constructor(root, facts, server) {
    this.live = announcer();
    this.choice = new ReaderChoice(facts);
    this.errand = new Errand({ server, told: (news) => this.#told(news) });
    this.words = h("p", { class: "ig-quiet ig-reading-words" });
    this.input = h("input", {
      type: "file",
      hidden: true,
      accept: "image/png,image/jpeg,image/webp",
      "aria-label": "Picture to read",
      onchange: () => {
        const [file] = this.input.files;
        this.input.value = "";
        if (file) void this.#read(file);
      },
    });
    this.choose = iconButton("picture", "Choose a picture", () => this.input.click(), { wide: true });
    this.boxes = h("input", { type: "checkbox", checked: true });
    this.cancel = h("button", { type: "button", class: "ig-button ig-button-line", hidden: true, onclick: () => this.#cancel() }, "Cancel");
    this.found = h("section", { class: "ig-reading-found", hidden: true, "aria-label": "The caption that was read" });
    const nobody = (facts.readers ?? []).length === 0;
    this.node = h(
      "details",
      { class: "ig-card ig-reading-panel" },
      h("summary", {}, h("span", { class: "ig-title" }, "Read a picture into a caption")),
      h(
        "div",
        { class: "ig-reading-body" },
        nobody ? h("p", { class: "ig-reading-nobody" }, facts.nobody || "Nobody reads pictures here.") : this.#form(),
        this.words,
        this.found,
        h("p", { class: "ig-quiet" }, facts.caution ?? ""),
      ),
      this.live.node,
    );
    if (!nobody) this.#dropZone();
    root.append(this.node);
  }

  #form() {
    return h(
      "div",
      { class: "ig-reading-form" },
      h("div", { class: "ig-row" }, this.choose, this.input, this.choice.select, this.cancel),
      h("label", { class: "ig-row" }, this.boxes, h("span", {}, "With boxes")),
      h("p", { class: "ig-quiet" }, "Or drop one here: PNG, JPEG or WebP."),
      this.choice.where,
    );
  }

  #dropZone() {
    this.node.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    this.node.addEventListener("drop", (event) => {
      const [file] = event.dataTransfer?.files ?? [];
      if (!file) return;
      // The gallery takes what nobody else has taken.
      event.preventDefault();
      void this.#read(file);
    });
  }

  async #read(file) {
    this.#show(null);
    this.cancel.hidden = false;
    const provider = this.choice.chosen.name;
    const boxes = this.boxes.checked;
    await this.errand.start(async () => ({ data: await pictureToSend(file), provider, boxes }));
  }

  #cancel() {
    this.errand.stop();
    this.#rest("Cancelled. Nothing has changed.");
  }

  #told(news) {
    if (news.error) return this.#rest(news.error);
    if (news.phase === "cancelled") return this.#rest("Cancelled. Nothing has changed.");
    if (news.phase !== "done") return setText(this.words, inWords(news, this.choice.chosen.label));
    const offer = { ...news.proposal, taken: false };
    request("propose", offer);
    if (offer.taken) return this.#rest("The caption that was read is proposed.");
    this.#show(news.proposal);
    this.#rest(`${news.proposal.provider} has read the picture. Nothing changes before you take it.`);
  }

  #rest(words) {
    this.cancel.hidden = true;
    setText(this.words, words);
    this.live.say(words);
  }

  /** The caption that was read, in words, to be taken or left; null: none. */
  #show(proposal) {
    this.#proposal = proposal;
    this.found.hidden = proposal === null;
    this.found.replaceChildren();
    if (proposal === null) return;
    const { value } = parseJson(proposal.text);
    const line = (words, onclick) => h("button", { type: "button", class: "ig-button ig-button-line", onclick }, words);
    this.found.append(
      h("p", {}, value?.high_level_description ?? ""),
      h("ol", { class: "ig-reading-list" }, (value?.compositional_deconstruction?.elements ?? []).map(spoken)),
      h(
        "div",
        { class: "ig-row" },
        line("Use this caption", () => this.#take()),
        line("Discard", () => this.#leave()),
      ),
    );
  }

  #take() {
    if (this.#proposal === null) return;
    const { text } = this.#proposal;
    const parsed = parseJson(text);
    if (parsed.ok && !store.problem) store.edit(() => parsed.value, ORIGIN);
    else store.load(text, ORIGIN);
    this.#show(null);
    this.#rest(TAKEN);
    this.choose.focus();
  }

  #leave() {
    this.#show(null);
    this.#rest("Discarded. Nothing has changed.");
    this.choose.focus();
  }
}

/** An element as a line; whatever was read in a picture is text and nothing else. */
function spoken({ type, text, desc, bbox }) {
  return h(
    "li",
    {},
    h("strong", {}, type === "text" ? `Text “${text ?? ""}”` : "Object"),
    ` ${desc ?? ""}`,
    bbox ? h("span", { class: "ig-quiet" }, ` at ${bbox.join(", ")}`) : null,
  );
}
