/**
 * Magic prompt: an idea goes out, a proposal comes back, and nothing changes before it is taken.
 *
 * One asking at a time, each with a number, so that what arrives late (an answer to something that
 * was cancelled) is not taken for an answer to something newer. A failure leaves everything as it
 * is and says why. What it is not: the form, or the proposal, which have files of their own.
 */

import { follow } from "../document/boot.js";
import { announcer } from "../document/dom.js";
import { onRequest, store } from "../document/shared.js";
import { IdeaForm } from "./form.js";
import { Proposal } from "./proposal.js";
import { textsToPlace, wishForElement, wishForIdea, wishForLayout } from "./wish.js";

const ORIGIN = "magic";
const BROKEN = "Mend the caption’s text first: it cannot be read at the moment.";

export function mount({ root, props, server, trigger, watch }) {
  const panel = new Magic({ root, props, server, trigger });
  watch("value", () => panel.told(props.value || {}));
}

class Magic {
  #number = 0;
  #again = () => {};
  #busy = false;

  constructor({ root, props, server, trigger }) {
    Object.assign(this, { root, trigger });
    this.live = announcer();
    this.form = new IdeaForm({
      offers: props.offers,
      missing: props.missing,
      write: () => this.#write(),
      layout: () => this.#layout(),
      cancel: () => this.#cancel(),
      retry: () => this.#again(),
      again: () => void this.proposal.show().then(() => this.#rest()),
    });
    this.proposal = new Proposal({
      server,
      say: this.live.say,
      note: (words) => this.#rest(words),
      leave: () => this.form.go.focus(),
      closed: () => !this.#busy && this.#rest(this.form.words.textContent),
    });
    root.classList.add("ig-magic", "ig-card");
    root.append(this.form.node, this.proposal.sheet.node, this.live.node);
    follow(root, `${ORIGIN}:follow`, ({ live, text, page }) => {
      if (!live && (text || page)) this.proposal.changed();
    });
    onRequest("rewrite", ({ index, wish }) => root.isConnected && this.#rewrite(index, wish));
    onRequest("propose", (offer) => root.isConnected && this.#propose(offer));
  }

  /** News from Python. */
  told({ number, state, text = "", ahead = 0, message = "", proposal = null }) {
    if (!this.#busy || (number !== this.#number && number !== 0)) return;
    if (state === "done") {
      this.#busy = false;
      this.#rest();
      const typing = this.form.typed && this.form.node.contains(document.activeElement);
      const still = typing || isElsewhere(this.root);
      void this.proposal.open(proposal, { still }).then(() => this.#rest(this.form.words.textContent));
    } else if (state === "failed") {
      this.#busy = false;
      this.form.show({ busy: false, words: message, failed: true, again: this.proposal.isThere });
      this.live.say(message);
    } else if (state === "cancelled") {
      this.#busy = false;
      this.#rest();
    } else {
      this.form.show({ busy: true, words: this.#progress(state, ahead), text });
    }
  }

  #progress(state, ahead) {
    const { writer } = this.form;
    if (state === "waiting") return ahead === 1 ? "One picture is before it." : `${ahead} pictures are before it.`;
    if (state === "loading") return "The model is loaded first…";
    return state === "writing" ? `${writer} writes…` : `Asking ${writer}…`;
  }

  #write() {
    if (this.#busy) return;
    const { form } = this;
    this.#again = () => this.#write();
    if (form.state.missing && store.problem) this.#rest(BROKEN);
    else this.#ask(wishForIdea(form.idea.value, form.state, store));
  }

  #layout() {
    if (this.#busy) return;
    const { form } = this;
    this.#again = () => this.#layout();
    const texts = textsToPlace(form.texts.value, store.value);
    if (store.problem) this.#rest(BROKEN);
    else if (texts.length === 0) this.#rest("There is no lettering yet: type some, a piece a line.");
    else this.#ask(wishForLayout(texts, form.idea.value, form.state, store));
  }

  #rewrite(index, wish) {
    if (this.#busy) {
      this.live.say("A caption is being written already.");
      return;
    }
    this.#again = () => this.#rewrite(index, wish);
    this.#ask(wishForElement(index, wish, this.form.state, store));
  }

  /** A caption from another panel. While one is being written its proposal would be put over it. */
  #propose(offer) {
    if (this.#busy) return;
    offer.taken = true;
    void this.proposal.open(offer.proposal).then(() => this.#rest(this.form.words.textContent));
  }

  #ask(wish) {
    if (this.#busy) return;
    this.#busy = true;
    this.#number += 1;
    this.form.typed = false;
    this.proposal.close();
    this.form.show({ busy: true, words: this.#progress("asking") });
    this.live.say(this.#progress("asking"));
    this.trigger("submit", { number: this.#number, ...wish });
  }

  #cancel() {
    if (!this.#busy) return;
    this.#busy = false;
    this.trigger("stop", { number: this.#number });
    this.#rest("Cancelled. Nothing has changed.");
  }

  /** Nothing is being written; `words` say what has happened, if anything has. */
  #rest(words = "") {
    this.form.show({ busy: false, words, again: this.proposal.isThere });
    if (words) this.live.say(words);
  }
}

/** Whether somebody is at work in another panel, whose keyboard is theirs. */
function isElsewhere(root) {
  const active = document.activeElement;
  return Boolean(active) && active !== document.body && !root.contains(active) && active.tagName !== "BUTTON";
}
