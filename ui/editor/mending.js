/**
 * Fixes and repair: Python is asked, the answer becomes one edit that can be undone.
 *
 * What it is not: the fixes themselves, or the sheet that shows a repair (`review/sheet.js`).
 */

import { parseJson } from "../document/jsontext.js";
import { issues, store } from "../document/shared.js";
import { ReviewSheet } from "../review/sheet.js";

/** Warnings of a text that a language model wrote in a shape of its own. */
const FOREIGN = new Set(["unknown-key"]);
const SILENT = "The server did not answer. Please try again.";

export class Mending {
  #offered = null;

  /** @param {object} options `server`; `say(words)` aloud; `leave()`: give the text the caret. */
  constructor({ server, say, leave }) {
    Object.assign(this, { server, say });
    this.sheet = new ReviewSheet({ onApply: (ids) => this.#apply(ids), onClose: leave });
  }

  /** A whole text has come from elsewhere: offer its repair once it turns out to need one. */
  expect(text) {
    this.#offered = text;
  }

  /** The text has been checked. */
  checked() {
    if (this.#offered !== issues.text) return;
    this.#offered = null;
    const foreign = issues.list.some(({ severity, code }) => severity === "error" || FOREIGN.has(code));
    if (foreign) void this.review({ quiet: true });
  }

  /** The text has moved on: a review of the old one is no use. */
  changed() {
    if (this.sheet.isOpen && this.sheet.text !== store.text) this.sheet.close();
  }

  async fix(index) {
    if (issues.text !== store.text) return;
    const { text } = issues;
    await this.#ask(() => this.server.apply_fix({ text, index }), (answer) => {
      this.#become(answer.text, "fix");
      this.say("Fixed");
    });
  }

  async fixAll() {
    await this.#ask((text) => this.server.apply_fixes(text), (answer) => {
      this.#become(answer.text, "fix");
      this.say(answer.count === 1 ? "One fix made" : `${answer.count} fixes made`);
    });
  }

  /** Show what repair would change. `quiet`: nobody asked, so a refusal is not told. */
  async review({ quiet = false } = {}) {
    const refuse = quiet ? () => {} : undefined;
    await this.#ask((text) => this.server.review(text), (answer, text) => {
      if (answer.parts.length + answer.reading.length === 0) {
        if (!quiet) issues.set({ notes: ["There is nothing to repair."] });
        return;
      }
      this.sheet.open(answer, text, { quiet });
      this.say(`${this.sheet.title.textContent}. Nothing is changed before you apply it`);
    }, refuse);
  }

  async #apply(taken) {
    await this.#ask((text) => this.server.apply_review({ text, taken }), (answer) => {
      this.#become(answer.text, "repair");
      this.sheet.close();
      this.say("Repaired. Undo brings the old text back");
    });
  }

  /** As few letters as possible where both texts can be read, so that carets and folds stay. */
  #become(text, origin) {
    const parsed = parseJson(text);
    if (parsed.ok && !store.problem) store.edit(() => parsed.value, origin);
    else store.load(text, origin);
  }

  /** Ask Python and use the answer, unless the text has moved on or the answer is a refusal. */
  async #ask(question, use, refuse = (words) => issues.set({ notes: [words] })) {
    const { text } = store;
    try {
      const answer = await question(text);
      if (text !== store.text) return;
      if (answer.error) refuse(answer.error);
      else use(answer, text);
    } catch (error) {
      console.warn(error);
      refuse(SILENT);
    }
  }
}
