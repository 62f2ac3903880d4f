/**
 * The guidance schedule as a curve to draw on: one point a step, first step first.
 *
 * A pointer that moves over it sets the steps it passes; each point is also a slider for the keys.
 * What it is not: the numbers (`document/sampling.js`).
 */

import { drawn, h, setAttribute } from "../document/dom.js";
import { ceiling } from "../document/sampling.js";

const STEP = 0.5;
const LARGE = 2;

export class Plot {
  #weights = [];
  #top = 10;
  #chosen = 0;
  #drag = null;

  /** @param options `set(step, weight)`; `reset(step)`; `choose(step)`: another one is in hand */
  constructor({ set, reset, choose }) {
    Object.assign(this, { set, reset, choose });
    this.curve = h("div", { class: "ig-plot-curve" });
    this.points = h("div", { class: "ig-plot-points" });
    this.top = h("span", { class: "ig-plot-top", "aria-hidden": "true" });
    this.area = h("div", { class: "ig-plot-area" }, this.curve, this.points);
    this.node = h(
      "div",
      { class: "ig-plot", role: "group", "aria-label": "Guidance, a point a step" },
      this.top,
      this.area,
      h("span", { class: "ig-plot-zero", "aria-hidden": "true" }, "0"),
      h("span", { class: "ig-plot-first", "aria-hidden": "true" }, "first step"),
      h("span", { class: "ig-plot-last", "aria-hidden": "true" }, "last"),
    );
    this.area.addEventListener("pointerdown", (event) => this.#down(event));
    this.area.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.area.addEventListener(name, () => (this.#drag = null));
    }
    this.points.addEventListener("keydown", (event) => this.#key(event));
    this.points.addEventListener("focusin", (event) => this.#stand(indexOf(event.target)));
    this.points.addEventListener("dblclick", (event) => {
      if (event.target.dataset.step) this.reset(indexOf(event.target));
    });
  }

  get chosen() {
    return this.#chosen;
  }

  paint(weights) {
    this.#weights = weights;
    this.#chosen = Math.min(this.#chosen, weights.length - 1);
    // The scale holds still under a pointer.
    if (this.#drag === null) this.#top = ceiling(weights);
    this.top.textContent = String(this.#top);
    while (this.points.children.length > weights.length) this.points.lastChild.remove();
    while (this.points.children.length < weights.length) this.points.append(this.#point());
    weights.forEach((weight, step) => {
      const point = this.points.children[step];
      point.style.left = `${((step + 0.5) / weights.length) * 100}%`;
      point.style.bottom = `${(Math.min(weight, this.#top) / this.#top) * 100}%`;
      setAttribute(point, "aria-valuemax", this.#top);
      setAttribute(point, "aria-valuenow", weight);
      setAttribute(point, "aria-valuetext", `step ${step + 1} of ${weights.length}: ${weight}`);
      setAttribute(point, "aria-label", `Guidance of step ${step + 1}`);
      point.tabIndex = step === this.#chosen ? 0 : -1;
      point.dataset.step = String(step);
    });
    this.curve.replaceChildren(drawn(line(weights, this.#top)));
  }

  #point() {
    return h("span", { class: "ig-plot-point", role: "slider", "aria-orientation": "vertical", "aria-valuemin": 0 });
  }

  #stand(step) {
    this.#chosen = step;
    for (const point of this.points.children) point.tabIndex = indexOf(point) === step ? 0 : -1;
    this.choose(step);
  }

  #down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.area.setPointerCapture(event.pointerId);
    this.#drag = { id: event.pointerId, last: null };
    this.#draw(event);
  }

  #move(event) {
    if (this.#drag?.id === event.pointerId) this.#draw(event);
  }

  /** Every step between the last place of the pointer and this one gets its weight. */
  #draw(event) {
    const box = this.area.getBoundingClientRect();
    const count = this.#weights.length;
    const at = Math.floor(((event.clientX - box.left) / box.width) * count);
    const step = Math.max(0, Math.min(count - 1, at));
    const height = Math.max(0, Math.min(1, (box.bottom - event.clientY) / box.height));
    const weight = Math.round(height * this.#top * 10) / 10;
    const from = this.#drag.last ?? { step, weight };
    const way = Math.max(1, Math.abs(step - from.step));
    for (let i = from.step === step ? way : 1; i <= way; i += 1) {
      const share = i / way;
      this.set(Math.round(from.step + (step - from.step) * share), from.weight + (weight - from.weight) * share);
    }
    this.#drag.last = { step, weight };
    this.#chosen = step;
    this.points.children[step].focus({ preventScroll: true });
  }

  #key(event) {
    const step = indexOf(event.target);
    const by = event.shiftKey ? LARGE : STEP;
    const weight = this.#weights[step];
    const to = {
      ArrowLeft: () => this.#walk(step - 1),
      ArrowRight: () => this.#walk(step + 1),
      ArrowUp: () => this.set(step, weight + by),
      ArrowDown: () => this.set(step, weight - by),
      PageUp: () => this.set(step, weight + LARGE),
      PageDown: () => this.set(step, weight - LARGE),
      Home: () => this.#walk(0),
      End: () => this.#walk(this.#weights.length - 1),
      Delete: () => this.reset(step),
      Backspace: () => this.reset(step),
    }[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // The canvas has the same keys.
    event.stopPropagation();
    to();
  }

  #walk(step) {
    this.points.children[step]?.focus({ preventScroll: true });
  }
}

function indexOf(point) {
  return Number(point.dataset.step ?? 0);
}

/** A stair: each step keeps its weight for as long as it lasts. */
function line(weights, top) {
  const high = (weight) => 100 - (Math.min(weight, top) / top) * 100;
  const stairs = weights.map((weight, step) => {
    const [from, to] = [(step / weights.length) * 100, ((step + 1) / weights.length) * 100];
    return `${step ? "L" : "M"}${from} ${high(weight)}L${to} ${high(weight)}`;
  });
  const path = {
    tag: "path",
    attributes: { d: stairs.join(""), fill: "none", "vector-effect": "non-scaling-stroke" },
    children: [],
  };
  const attributes = { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" };
  return { tag: "svg", attributes, children: [path] };
}
