/**
 * The proposal beside the person's caption: compared anew at every edit, taken part by part.
 *
 * Nothing is put over a caption: what is taken becomes one edit that undo takes back, and what is
 * not taken can be shown again. What it is not: the comparing; Python does it (`ui/magic/parts.py`).
 */

import { parseJson } from "../document/jsontext.js";
import { ghosts, store } from "../document/shared.js";
import { ReviewSheet } from "../review/sheet.js";
import { keptTicks } from "./ticks.js";

const ORIGIN = "magic";
const SILENT = "The studio did not answer. Please try again.";
const EDITED =
  "You have edited the caption meanwhile. What would change that again is not ticked.";

export class Proposal {
  #proposal = null;
  #seen = null;
  #ticked = [];
  #edited = false;
  #broken = false;
  #stale = false;
  #following = false;
  #asking = 0;

  /** @param options `server`; `say(words)` aloud; `note(words)` in sight; `leave()`: take the
   *   keyboard; `closed()`: the sheet was closed, whether or not anything was taken */
  constructor({ server, say, note, leave, closed }) {
    Object.assign(this, { server, say, note, closed });
    this.sheet = new ReviewSheet({
      id: "ig-magic-title",
      words: this.#words(),
      readingCounts: false,
      onApply: (ids) => this.#take(ids),
      onTick: () => this.#shade(),
      onClose: leave,
    });
    // Whichever way the sheet is closed.
    new MutationObserver(() => !this.sheet.isOpen && this.#left()).observe(this.sheet.node, {
      attributeFilter: ["hidden"],
    });
  }

  /** Whether there is one that can be shown again. */
  get isThere() {
    return this.#proposal !== null && !this.sheet.isOpen;
  }

  /** @param still whether the keyboard stays where it is, because somebody types */
  async open(proposal, { still = false } = {}) {
    this.#proposal = proposal;
    await this.show({ still });
  }

  /** Show it, or show it again. */
  async show({ still = false } = {}) {
    this.#seen = null;
    this.#edited = false;
    await this.#compare({ still });
  }

  /** The caption, or the page's size, has changed. */
  changed() {
    if (!this.sheet.isOpen) return;
    this.#edited = this.#stale = true;
    if (!this.#following) void this.#follow();
  }

  /** One comparison at a time, however fast somebody types. */
  async #follow() {
    this.#following = true;
    while (this.#stale && this.sheet.isOpen) await this.#compare({ still: true });
    this.#following = false;
  }

  close() {
    this.sheet.close();
  }

  #words() {
    const by = () => this.#proposal?.provider ?? "";
    return {
      title: (all) => `Proposal by ${by()}${all === 0 ? "" : all === 1 ? ": one change" : `: ${all} changes`}`,
      reading: (notes) => notes.join(" "),
      apply: (some, all) => (some === all ? "Accept all" : `Accept ${some} of ${all}`),
      all: "All",
      none: "None",
      close: "Close the proposal",
      leave: "Discard",
    };
  }

  get #asked() {
    const { text, ratio } = this.#proposal;
    return { text: store.text, proposal: text, ratio, page: { ...store.page } };
  }

  async #compare({ still }) {
    this.#stale = false;
    const number = (this.#asking += 1);
    const answer = await this.server.magic_compare(this.#asked).catch((error) => {
      console.warn(error);
      return { error: SILENT };
    });
    // Another edit has asked again, or the proposal was closed meanwhile.
    if (number !== this.#asking || (this.#seen !== null && !this.sheet.isOpen)) return;
    const { parts = [], error } = answer;
    const first = this.#seen === null;
    if (!error && parts.length === 0) {
      this.close();
      this.note("Your caption says all of it already.");
      return;
    }
    this.#broken = Boolean(error);
    const ticked = keptTicks(this.#seen, this.#ticked, parts);
    // While nothing can be compared the ticks wait for what comes after.
    if (!error) this.#seen = parts;
    const notes = [...(this.#edited ? [EDITED] : []), ...mended(this.#proposal.notes)];
    this.sheet.open({ reading: error ? [error] : notes, parts }, store.text, { still: still || !first, ticked });
    if (!first) return;
    this.sheet.node.scrollIntoView({ block: "nearest" });
    this.say(`${this.sheet.title.textContent}. Nothing is changed before you accept it`);
  }

  async #take(taken) {
    const { text } = store;
    const answer = await this.server.magic_take({ ...this.#asked, taken }).catch((error) => {
      console.warn(error);
      return { error: SILENT };
    });
    // An edit came between: the sheet is compared anew, and the person decides again.
    if (text !== store.text) return;
    if (answer.error) {
      this.note(answer.error);
      return;
    }
    const parsed = parseJson(answer.text);
    if (!parsed.ok || !store.edit(() => parsed.value, ORIGIN, { page: answer.page })) return;
    const all = taken.length === this.#seen.length;
    if (all) this.#proposal = null;
    this.close();
    this.note(`${all ? "Accepted" : `${taken.length} accepted`}. Undo brings your caption back.`);
  }

  /** The boxes of what is ticked, on the page. */
  #shade() {
    if (!this.#broken) this.#ticked = this.sheet.taken;
    const shown = this.#broken || !this.sheet.isOpen ? [] : this.#seen;
    ghosts.set(shown.filter(({ id, ghost }) => ghost && this.#ticked.includes(id)).map(({ ghost }) => ghost));
  }

  #left() {
    ghosts.set([]);
    this.closed();
  }
}

/** What repair had to do to read the answer, if it was much or little. */
function mended(notes) {
  if (notes.length === 0) return [];
  const rest = notes.length > 3 ? ` And ${notes.length - 3} more like these.` : "";
  return [`Mended to read it: ${notes.slice(0, 3).join(" ")}${rest}`];
}
