/**
 * "Read a picture into a caption": a picture is chosen or dropped, read, and its caption proposed
 * beside the person's own, to be taken part by part.
 *
 * What it is not: the reading, which Python sees to, or the proposal, which another panel shows.
 */

import { announcer, h, iconButton, setText } from "../document/dom.js";
import { request } from "../document/shared.js";
import { ReaderChoice } from "./choice.js";
import { Errand, inWords } from "./errand.js";
import { pictureToSend } from "./picturefile.js";

const READ = "has read the picture. What it says is proposed at the top; nothing changes before you take it.";
const LATER = "A caption is being written for you; show this one when that is over.";

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
    this.show = h("button", { type: "button", class: "ig-button ig-button-line", hidden: true, onclick: () => this.#propose() }, "Show the proposal");
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
        this.show,
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
    this.#proposal = null;
    this.show.hidden = true;
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
    this.#proposal = news.proposal;
    this.show.hidden = false;
    this.#propose();
  }

  #propose() {
    const offer = { proposal: this.#proposal, taken: false };
    request("propose", offer);
    this.#rest(offer.taken ? `${this.#proposal.provider} ${READ}` : LATER);
  }

  #rest(words) {
    this.cancel.hidden = true;
    setText(this.words, words);
    this.live.say(words);
  }
}
