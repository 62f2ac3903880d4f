/**
 * "Read back": somebody looks at the picture, and its elements and letters are held against those
 * that were asked for.
 *
 * What a model read in a picture may be anything; it reaches the page as text only. What it is not:
 * the comparing, which is Python's, or a verdict: a reader overlooks and invents.
 */

import { h, setText } from "../document/dom.js";
import { ReaderChoice } from "../reading/choice.js";
import { Errand, inWords } from "../reading/errand.js";

export class ReadBack {
  #id = "";

  /** @param {object} options `facts` of `ui.reading.answers`; `server`; `select(index)` */
  constructor({ facts, server, select }) {
    this.select = select;
    this.choice = new ReaderChoice(facts);
    this.errand = new Errand({ server, told: (news) => this.#told(news) });
    const button = (words, onclick) => h("button", { type: "button", class: "ig-button ig-button-line", onclick }, words);
    this.go = button("Read the picture back", () => this.#start());
    this.cancel = button("Cancel", () => this.#cancel());
    this.cancel.hidden = true;
    this.words = h("p", { class: "ig-quiet", role: "status" });
    this.list = h("ul", { class: "ig-report-list" });
    const nobody = (facts.readers ?? []).length === 0;
    this.node = h(
      "section",
      { class: "ig-readback" },
      h("h3", { class: "ig-report-name" }, "Read back"),
      nobody
        ? h("p", { class: "ig-quiet" }, facts.nobody || "Nobody reads pictures here.")
        : h("div", { class: "ig-readback-form" }, this.go, this.choice.select, this.cancel),
      nobody ? null : this.choice.where,
      this.words,
      this.list,
      h("p", { class: "ig-quiet" }, facts.caution ?? ""),
    );
  }

  /** Another picture is in sight: what was read of the last one is no use. */
  look(id) {
    if (id === this.#id) return;
    this.#id = id;
    this.errand.stop();
    this.#rest("");
    this.list.replaceChildren();
  }

  #start() {
    const id = this.#id;
    if (!id) return;
    this.list.replaceChildren();
    this.cancel.hidden = false;
    this.go.disabled = true;
    void this.errand.start(async () => ({ id, provider: this.choice.chosen.name }));
  }

  #cancel() {
    this.errand.stop();
    this.#rest("Cancelled.");
  }

  #told(news) {
    if (news.error) return this.#rest(news.error);
    if (news.phase === "cancelled") return this.#rest("Cancelled.");
    if (news.phase !== "done") return setText(this.words, inWords(news, this.choice.chosen.label));
    const { elements, extra, summary } = news.likeness;
    this.#rest(`${news.reader}: ${summary}`);
    this.list.replaceChildren(
      ...elements.map((match) => this.#row(match)),
      ...extra.map(({ name }) => h("li", { class: "ig-report-row" }, h("span", {}, "Not asked for: "), h("span", {}, name))),
    );
  }

  #row({ asked, name, verdict, overlap, text }) {
    return h(
      "li",
      { class: `ig-report-row is-${verdict === "missing" ? "missing" : verdict === "moved" ? "different" : "exact"}` },
      h("button", { type: "button", class: "ig-button", title: "Select it on the page", onclick: () => this.select(asked) }, name),
      h("span", { class: "ig-report-verdict" }, WORDS[verdict]),
      overlap === null ? null : h("span", { class: "ig-quiet" }, `boxes overlap by ${Math.round(overlap * 100)} %`),
      text === null ? null : h("span", { class: "ig-readback-text" }, letters(text)),
    );
  }

  #rest(words) {
    this.cancel.hidden = true;
    this.go.disabled = false;
    setText(this.words, words);
  }
}

const WORDS = { found: "found", moved: "found elsewhere", missing: "not found" };

function letters({ asked, read, distance, error_rate: rate, verdict }) {
  if (verdict === "exact") return `read “${read}”, letter by letter`;
  if (verdict === "case") return `asked “${asked}”, read “${read}”: only capitals differ`;
  const off = distance === 1 ? "one letter off" : `${distance} letters off`;
  return `asked “${asked}”, read “${read}”: ${off} (${Math.round(rate * 100)} %)`;
}
