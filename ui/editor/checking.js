/**
 * Python's word on the text, after each pause in the typing: the page's issues.
 *
 * What it is not: a rule book; the rules are `ideogram4.caption`.
 */

import { issues, store } from "../document/shared.js";

const AFTER = 160;

export class Checking {
  #server;
  #done;
  #timer = 0;

  /** @param done called when the issues are those of the text as it stands */
  constructor(server, done) {
    this.#server = server;
    this.#done = done;
  }

  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), AFTER);
  }

  /** A text that changes before the answer is there gets another one. */
  async now() {
    const text = store.text;
    if (text.trim() === "") {
      issues.set({ text, list: [], state: "checked" });
    } else {
      try {
        const list = await this.#server.check(text);
        if (text !== store.text) return;
        issues.set({ text, list, state: "checked" });
      } catch (error) {
        console.warn("The caption could not be checked", error);
        if (text === store.text) issues.set({ text, list: [], state: "unreachable" });
      }
    }
    this.#done();
  }
}
