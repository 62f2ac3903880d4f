/**
 * When the live demo draws: after a pause, what has changed, one picture at a time.
 *
 * It hears of edits, of the switch and of Python's answers, and decides what to ask, to draw and to
 * stop. The next edit stops a running redraw at once; nothing is asked for a caption that is in
 * sight already; a caption that cannot be read waits for the next edit.
 *
 * What it is not: part of the page. No DOM, no Gradio, and the timer is handed in; node tests it.
 *
 * Python's states (`ui/live/actions.py`): "go" (nobody is before you), "drawing", "drawn", "same"
 * (it is in sight already), "later" (pictures that were asked for go first), "refused", "failed".
 */

import { parseJson } from "../document/jsontext.js";
import { equal } from "../document/jsonvalue.js";

export const PAUSE = 700;
export const LATER = 1200;

export class Conductor {
  #host;
  #on = false;
  #number = 0;
  #running = null; // { number, wish }
  #drawn = null; // the wish whose picture is in sight: { value, size }
  #cancelTimer = null;
  #settled = 0;

  /**
   * @param {object} host `read()` gives `{value, size, broken, inGesture}`; `ask(number)`,
   *   `draw(number)` and `stop(number)` go to Python; `after(ms, then)` returns the way to cancel;
   *   `show(state, message)` tells the person: off, on, drawing, turn, caption, refused, failed.
   */
  constructor(host) {
    this.#host = host;
  }

  /** The page has been opened with this caption: nothing is drawn before the first edit. */
  open() {
    this.#drawn = this.#wish;
    if (this.#on) this.#consider(PAUSE);
  }

  switchTo(on) {
    this.#on = on;
    this.#clear();
    if (on) return this.#consider(0);
    this.#halt();
    return this.#host.show("off");
  }

  /** Some text has changed, in whichever view. */
  edited() {
    if (this.#on) this.#consider(PAUSE);
  }

  /** The page has the size that came with a document: a picture in sight was made for it. */
  resized() {
    if (this.#drawn) this.#drawn = { ...this.#drawn, size: this.#wish.size };
    this.edited();
  }

  /** A person has changed preset, seed or sampling, which only Python knows: it says what is new. */
  wished() {
    this.#drawn = null;
    if (!this.#on) return;
    this.#halt();
    this.#consider(PAUSE);
  }

  /** Python's news; see `Redraws.news`. */
  told(news) {
    if (news.settled > this.#settled) {
      this.#settled = news.settled;
      this.#settle(news.text);
    }
    if (!this.#running || news.number !== this.#running.number) return;
    if (news.state === "go") this.#host.draw(news.number);
    else if (news.state === "drawing") this.#drawn = null;
    else if (news.state === "drawn" || news.state === "same") this.#finish();
    else if (news.state === "later") this.#postpone();
    else this.#give(news.state, news.message);
  }

  get #wish() {
    const { value, size } = this.#host.read();
    return { value, size };
  }

  #consider(pause) {
    const { broken } = this.#host.read();
    const wish = this.#wish;
    if (this.#running && !broken && equal(wish, this.#running.wish)) return;
    this.#halt();
    this.#clear();
    if (broken) this.#host.show("caption");
    else if (this.#isDrawn(wish)) this.#host.show("on");
    else this.#wait(pause);
  }

  #due() {
    const { broken, inGesture } = this.#host.read();
    const wish = this.#wish;
    // A gesture that ends where it began tells nobody, so its end is looked for.
    if (inGesture) return this.#wait(PAUSE);
    if (broken || this.#isDrawn(wish)) return this.#host.show(broken ? "caption" : "on");
    this.#number += 1;
    this.#running = { number: this.#number, wish };
    this.#host.show("drawing");
    return this.#host.ask(this.#number);
  }

  #finish() {
    this.#drawn = this.#running.wish;
    this.#running = null;
    this.#host.show("on");
  }

  #postpone() {
    this.#running = null;
    this.#wait(LATER);
    this.#host.show("turn");
  }

  /** It was not drawn and is not tried again before the next edit. */
  #give(state, message) {
    this.#running = null;
    if (state === "refused" && !message) this.#host.show("caption");
    else this.#host.show(state, message);
  }

  /** Another picture is in sight: of `text`, or, without one, of the caption as it is. */
  #settle(text) {
    this.#halt();
    const parsed = typeof text === "string" ? parseJson(text) : null;
    this.#drawn = parsed?.ok ? { ...this.#wish, value: parsed.value } : this.#wish;
    if (this.#on) this.#consider(PAUSE);
  }

  /** Stop the running redraw; half of its picture may be in sight, so nothing counts as drawn. */
  #halt() {
    if (!this.#running) return;
    this.#host.stop(this.#running.number);
    this.#running = null;
    this.#drawn = null;
  }

  #isDrawn(wish) {
    return this.#drawn !== null && equal(wish, this.#drawn);
  }

  #wait(ms) {
    this.#clear();
    this.#host.show("on");
    this.#cancelTimer = this.#host.after(ms, () => {
      this.#cancelTimer = null;
      this.#due();
    });
  }

  #clear() {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
