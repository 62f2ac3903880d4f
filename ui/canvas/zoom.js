/**
 * The stage: where the page lies, how large it is seen and which part of it; the zoom control.
 *
 * The page itself grows, boxes and all, so handles and labels keep their size on the screen and
 * every gesture finds its place by asking where the page is. What it is not: the arithmetic
 * (`document/viewport.js`), nor the pointers that pan (`pan.js`).
 */

import { boxOf } from "../document/caption.js";
import { h, iconButton, setAttribute, setText } from "../document/dom.js";
import { store } from "../document/shared.js";
import * as viewport from "../document/viewport.js";

/** Pixels of a line and of a page, for wheels that count in those. */
const UNITS = [1, 16, 400];
/** Keys after which the selected box should be in sight. */
const MOVES = /^(Tab|Arrow)/;

export class Zoom {
  #view = viewport.FIT;
  #page = null;
  #say;

  /** @param page the element that stands for the picture; `say(words)` announces */
  constructor(page, say) {
    this.page = page;
    this.#say = say;
    this.place = h("div", { class: "ig-place" }, page);
    this.minus = iconButton("minus", "Zoom out", () => this.step(-1));
    this.plus = iconButton("plus", "Zoom in", () => this.step(1));
    this.minus.title = "Zoom out (-)";
    this.plus.title = "Zoom in (+)";
    this.percent = h("button", {
      type: "button",
      class: "ig-button ig-zoom-percent",
      title: "Show the whole page (0)",
      onclick: () => this.fit(),
    });
    const parts = [this.minus, this.percent, this.plus];
    this.node = h("div", { class: "ig-zoom", role: "group", "aria-label": "Zoom" }, parts);
    // A gesture may begin anywhere on the stage but here.
    this.node.addEventListener("pointerdown", (event) => event.stopPropagation());
    this.stage = h("div", { class: "ig-stage" }, this.place, this.node);
    this.stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.stage.addEventListener("scroll", () => this.#unscroll());
    this.stage.addEventListener("keyup", (event) => MOVES.test(event.key) && this.reveal());
    new ResizeObserver(() => this.#measured()).observe(this.place);
  }

  get isZoomed() {
    return this.#view.zoom > 1;
  }

  /** In or out by one step, about the middle of what is seen. */
  step(by) {
    this.#become(viewport.zoomedTo(this.#view, this.#view.zoom * viewport.STEP ** by, [0.5, 0.5], this.#bounds));
    this.#tell();
  }

  fit() {
    this.#become(viewport.FIT);
    this.#tell();
  }

  /** A pixel of the picture on a pixel of the screen. */
  actual() {
    this.#become(viewport.zoomedTo(this.#view, this.#actual, [0.5, 0.5], this.#bounds));
    this.#tell();
  }

  /** @param way `[dy, dx]` in pixels of the screen */
  pan([dy, dx]) {
    const { width, height } = this.#frame;
    this.#become(viewport.panned(this.#view, [dy / height, dx / width], this.#bounds));
  }

  /** Two fingers moved. @param before, now two events each, or what has their `clientX, clientY` */
  pinch(before, now) {
    const points = (events) => events.map((event) => this.#point(event));
    this.#become(viewport.pinched(this.#view, points(before), points(now), this.#bounds));
  }

  /** Bring the selected box into sight, if it is not. */
  reveal() {
    this.#unscroll();
    const box = store.selected === null ? null : boxOf(store.elements[store.selected]);
    if (box && this.isZoomed) this.#become(viewport.revealed(this.#view, box, this.#bounds));
  }

  /** The picture's size may have changed. Dragged boxes paint often, so nothing is measured here. */
  paint() {
    if (store.page === this.#page) return;
    this.#page = store.page;
    this.stage.style.setProperty("--ratio", String(store.page.width / store.page.height));
    this.#measured();
  }

  #measured() {
    if (this.#frame.width > 0) this.#become(viewport.kept(this.#view, this.#bounds));
  }

  get #frame() {
    return this.place.getBoundingClientRect();
  }

  get #actual() {
    return viewport.actualZoom(store.page.width, this.#frame.width);
  }

  get #bounds() {
    return viewport.limitsOf(this.#actual);
  }

  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.#frame;
    return [(clientY - top) / height, (clientX - left) / width];
  }

  #become(view) {
    this.#view = view;
    const { zoom, y, x } = view;
    const { style } = this.page;
    style.setProperty("--zoom", String(zoom));
    style.setProperty("--pan-y", `${y * 100}%`);
    style.setProperty("--pan-x", `${x * 100}%`);
    this.stage.classList.toggle("is-zoomed", this.isZoomed);
    const { least, most } = viewport.limitsOf(this.#actual);
    this.minus.disabled = zoom <= least;
    this.plus.disabled = zoom >= most;
    setText(this.percent, this.#words);
    setAttribute(this.percent, "aria-label", `${this.#words}, show the whole page`);
  }

  /** The browser scrolls to what gets the focus, or to the caret; here the page moves instead. */
  #unscroll() {
    const { scrollTop, scrollLeft } = this.stage;
    if (scrollTop === 0 && scrollLeft === 0) return;
    this.stage.scrollTo(0, 0);
    this.pan([-scrollTop, -scrollLeft]);
  }

  get #words() {
    return `${viewport.percent(this.#view.zoom, this.#actual)} %`;
  }

  #tell() {
    this.#say(this.#view.zoom === 1 ? `Whole page, ${this.#words}` : this.#words);
  }

  /** With Ctrl (as a touchpad's pinch says, too) the wheel zooms, else it moves a page that is cut. */
  #wheel(event) {
    const zooms = event.ctrlKey || event.metaKey;
    if (!zooms && !this.isZoomed) return;
    event.preventDefault();
    const unit = UNITS[event.deltaMode];
    const [dy, dx] = [event.deltaY * unit, event.deltaX * unit];
    if (zooms) {
      const zoom = this.#view.zoom * viewport.wheelFactor(dy);
      this.#become(viewport.zoomedTo(this.#view, zoom, this.#point(event), this.#bounds));
    } else if (event.shiftKey && dx === 0) this.pan([0, -dy]);
    else this.pan([-dy, -dx]);
  }
}
