/**
 * Pointer gestures on the page: draw, select, move, resize; mouse, touch and pen alike.
 *
 * The page captures the pointer, so a drag that leaves it goes on. A gesture edits the document
 * live and becomes one step of history when the pointer lifts; Escape or a cancelled pointer gives
 * it up. What it is not: geometry; every number comes from `document/geometry.js`.
 */

import { hit } from "../document/arrange.js";
import { addElement, boxOf, setBox } from "../document/caption.js";
import { draw, move, resize } from "../document/geometry.js";
import { store } from "../document/shared.js";
import { addAt } from "./commands.js";

/** Pixels a pointer may tremble before a click becomes a drag. */
const SLACK = 4;
const ORIGIN = "canvas";

export class Gestures {
  #page;
  #view;
  #drag = null;
  #frame = 0;

  /**
   * @param page the element that stands for the picture
   * @param view `{tool, ratio, began(), finish(what), changed()}`: the tool in hand, width / height of
   *   the page, what to do when a gesture begins and ends, and a wish to be painted
   */
  constructor(page, view) {
    this.#page = page;
    this.#view = view;
    page.addEventListener("pointerdown", (event) => this.#down(event));
    page.addEventListener("pointermove", (event) => this.#move(event));
    page.addEventListener("pointerup", (event) => this.#up(event));
    page.addEventListener("pointercancel", (event) => this.#cancelled(event));
    page.addEventListener("lostpointercapture", (event) => this.#cancelled(event));
  }

  get active() {
    return this.#drag !== null;
  }

  /** Give up the gesture in hand; true if there was one. */
  abandon() {
    if (!this.#drag) return false;
    this.#end();
    store.cancel(ORIGIN);
    return true;
  }

  #down(event) {
    if (event.button !== 0 || this.#drag || store.problem) return;
    const point = this.#point(event);
    const drag = this.#start(event, point);
    if (!drag) return;
    event.preventDefault();
    this.#drag = { ...drag, id: event.pointerId, from: point, at: [event.clientX, event.clientY] };
    this.#page.setPointerCapture(event.pointerId);
    this.#view.began();
  }

  #start(event, point) {
    const tool = this.#view.tool;
    if (tool !== "select") return { kind: "draw", type: tool, moved: false };
    const handle = event.target.closest("[data-handle]")?.dataset.handle;
    const selected = store.selected;
    if (handle && selected !== null) {
      return { kind: "resize", handle, index: selected, box: boxOf(store.elements[selected]) };
    }
    const under = this.#under(event, point);
    if (under.length === 0) {
      store.select([], ORIGIN);
      return null;
    }
    // The selected box stays in hand under others; a click without a drag picks the front one,
    // and with Alt the next one below.
    const below = under[(under.indexOf(selected) + 1) % under.length];
    const click = event.altKey ? below : under[0];
    const index = under.includes(selected) ? selected : click;
    store.select([index], ORIGIN);
    return { kind: "move", index, click, box: boxOf(store.elements[index]), moved: false };
  }

  /** Elements under the pointer, the front one first; thin boxes count when the browser says so. */
  #under(event, [y, x]) {
    const drawn = store.elements
      .map((element, index) => ({ index, box: boxOf(element) }))
      .filter(({ box }) => box !== null);
    const found = hit(drawn.map(({ box }) => box), y, x).map((place) => drawn[place].index);
    const target = event.target.closest("[data-element]");
    if (target && !found.includes(Number(target.dataset.element))) {
      found.unshift(Number(target.dataset.element));
    }
    return found;
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.id) return;
    drag.last = event;
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#drag?.last) this.#apply(this.#drag.last);
    });
  }

  #apply(event) {
    const drag = this.#drag;
    drag.last = null;
    const far = Math.hypot(event.clientX - drag.at[0], event.clientY - drag.at[1]) >= SLACK;
    if (!drag.moved && !far && drag.kind !== "resize") return;
    drag.moved = true;
    const point = this.#point(event);
    const dy = point[0] - drag.from[0];
    const dx = point[1] - drag.from[1];
    if (drag.kind === "draw") this.#drawTo(drag, point, event);
    else if (drag.kind === "resize") {
      const options = { keepAspect: event.shiftKey, fromCentre: event.altKey };
      this.#put(drag.index, resize(drag.box, drag.handle, dy, dx, options));
    } else {
      const alongY = !event.shiftKey || Math.abs(dy) > Math.abs(dx);
      const alongX = !event.shiftKey || !alongY;
      this.#put(drag.index, move([drag.box], alongY ? dy : 0, alongX ? dx : 0)[0]);
    }
    this.#view.changed();
  }

  #drawTo(drag, point, event) {
    // A square on a page W x H is H / W of the grid: wider pages need fewer columns.
    const aspect = event.shiftKey ? 1 / this.#view.ratio : null;
    const box = draw(drag.from, point, { aspect, fromCentre: event.altKey });
    if (drag.index === undefined) {
      store.edit((draft) => addElement(draft, drag.type, box), ORIGIN, {
        live: true,
        select: (index) => [index],
      });
      drag.index = store.elements.length - 1;
    } else {
      this.#put(drag.index, box);
    }
  }

  #put(index, box) {
    store.edit((draft) => setBox(draft, index, box), ORIGIN, { live: true });
  }

  #up(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.id) return;
    this.#apply(event);
    this.#end();
    if (drag.kind === "move" && !drag.moved) store.select([drag.click], ORIGIN);
    if (drag.kind === "draw" && !drag.moved) addAt(drag.type, drag.from, ORIGIN);
    store.commit(ORIGIN);
    this.#view.finish(drag);
  }

  #cancelled(event) {
    if (this.#drag?.id === event.pointerId) this.abandon();
  }

  #end() {
    const { id } = this.#drag;
    this.#drag = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#page.hasPointerCapture(id)) this.#page.releasePointerCapture(id);
    this.#view.changed();
  }

  /** Pointer to grid, y before x; may lie outside the page. */
  #point(event) {
    const page = this.#page.getBoundingClientRect();
    return [
      ((event.clientY - page.top) / page.height) * 1000,
      ((event.clientX - page.left) / page.width) * 1000,
    ];
  }
}
