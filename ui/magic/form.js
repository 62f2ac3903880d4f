/**
 * The form of magic prompt: idea, who writes, what stays, lettering; what is happening and how to
 * stop it.
 *
 * What it is not: the asking (`magic.js`), or what comes back (`proposal.js`).
 */

import { h, historyKey, setText } from "../document/dom.js";

const KEPT = "ideogram4-idea";
const SWITCHES = [
  ["missing", "Only what is missing", "Nothing that your caption says is changed"],
  ["keepBoxes", "Keep my boxes", "The boxes that are on the page stay where they are"],
  ["keepPalette", "Keep my palette", "Your colours stay"],
  ["boxes", "Write boxes", "Without it the model that draws places what is new"],
];
const LONGEST = 4000;

export class IdeaForm {
  /** Whether somebody has typed since the last asking. */
  typed = false;

  /** @param options `offers: [{name, label, sends}]`; `missing`: why the model is not among them;
   *   `write()`, `layout()`, `cancel()`, `retry()`, `again()`: the buttons */
  constructor({ offers, missing, write, layout, cancel, retry, again }) {
    this.offers = offers;
    this.idea = h("textarea", {
      id: "ig-magic-idea",
      class: "ig-input",
      rows: 3,
      maxlength: LONGEST,
      placeholder: "A poster for a jazz night, “BLUE NOTE” in gold on navy",
      "aria-describedby": "ig-magic-who",
      oninput: () => {
        this.typed = true;
        keep(this.idea.value);
      },
      onkeydown: (event) => typing(event, write),
    });
    this.idea.value = kept();
    this.who = h(
      "select",
      { class: "ig-input", "aria-label": "Who writes", onchange: () => this.#tellWho() },
      offers.map(({ name, label }) => h("option", { value: name }, label)),
    );
    this.go = button("Write", write, "ig-button-main");
    this.go.title = "Write a caption (Ctrl or Cmd with Enter)";
    this.stop = button("Cancel", cancel, "ig-button-line");
    this.stop.hidden = true;
    this.whoLine = h("p", { class: "ig-quiet", id: "ig-magic-who" });
    this.missing = missing && h("p", { class: "ig-quiet" }, missing);
    this.switches = Object.fromEntries(
      SWITCHES.map(([name]) => [name, h("input", { type: "checkbox", checked: name === "boxes" })]),
    );
    this.texts = h("textarea", {
      id: "ig-magic-texts",
      class: "ig-input",
      rows: 3,
      placeholder: "One piece of lettering a line. Empty: the texts of your caption.",
      onkeydown: (event) => typing(event, layout),
    });
    this.layout = button("Suggest a layout", layout, "ig-button-line");
    this.line = h("p", { class: "ig-magic-line", hidden: true });
    this.words = h("span", {});
    this.retry = button("Try again", retry, "ig-button-line");
    this.again = button("Show the proposal again", again, "ig-button-line");
    this.line.append(this.words, this.retry, this.again);
    this.text = h("pre", {
      class: "ig-magic-text",
      tabindex: "0",
      role: "region",
      "aria-label": "What is being written",
      hidden: true,
    });
    this.node = this.#assemble();
    this.#tellWho();
  }

  /** The switches as they stand, and who writes. */
  get state() {
    const on = Object.entries(this.switches).map(([name, box]) => [name, box.checked]);
    return { provider: this.who.value, ...Object.fromEntries(on) };
  }

  /** How the chosen provider is called. */
  get writer() {
    return this.offers.find(({ name }) => name === this.who.value)?.label ?? "";
  }

  /** @param busy whether something is being written; `text`: as far as it is */
  show({ busy, words = "", failed = false, again = false, text = "" }) {
    const held = document.activeElement;
    this.go.hidden = busy;
    this.stop.hidden = !busy;
    this.layout.disabled = busy;
    setText(this.words, words);
    this.line.classList.toggle("is-failed", failed);
    this.retry.hidden = !failed;
    this.again.hidden = !again;
    this.line.hidden = words === "" && !again;
    // Whoever has pressed a button that is gone now goes on from the one in its place.
    if (this.node.contains(held) && held.closest("[hidden]")) (busy ? this.stop : this.go).focus();
    this.text.hidden = text === "";
    setText(this.text, text);
    if (text) this.text.scrollTop = this.text.scrollHeight;
  }

  #tellWho() {
    const offer = this.offers.find(({ name }) => name === this.who.value);
    const stays = "Nothing is sent to another service.";
    const sends = `Your idea, and your caption where it is needed, go to ${offer?.label}.`;
    setText(this.whoLine, offer?.sends ? sends : stays);
  }

  #assemble() {
    return h(
      "div",
      { class: "ig-magic-form" },
      h("h2", { class: "ig-title" }, h("label", { for: this.idea.id }, "What should the picture be?")),
      this.idea,
      h("div", { class: "ig-magic-row" }, h("span", { class: "ig-magic-who" }, this.who), this.go, this.stop),
      this.whoLine,
      this.line,
      this.text,
      h(
        "details",
        {},
        h("summary", {}, "What stays, what is written"),
        h(
          "div",
          { class: "ig-magic-options" },
          SWITCHES.map(([name, label, title]) => h("label", { title }, this.switches[name], label)),
          this.missing,
        ),
      ),
      h(
        "details",
        {},
        h("summary", {}, "Lay out lettering"),
        h(
          "div",
          { class: "ig-magic-options" },
          h("label", { for: this.texts.id, class: "ig-sr" }, "Lettering, one piece a line"),
          this.texts,
          this.layout,
        ),
      ),
    );
  }
}

/** Ctrl+Enter sends; undo while one types is the field's own and not the document's. */
function typing(event, send) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    send();
  }
  if (historyKey(event)) event.stopPropagation();
}

function button(words, onclick, kind) {
  return h("button", { type: "button", class: `ig-button ${kind}`, onclick: () => onclick() }, words);
}

// Some browsers forbid storage; then a reload forgets the idea, which is all.
function kept() {
  try {
    return window.sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

function keep(idea) {
  try {
    window.sessionStorage.setItem(KEPT, idea);
  } catch {
    // See above.
  }
}
