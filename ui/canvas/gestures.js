/**
 * Pointer gestures on the page: draw, select, sweep, move, resize; mouse, touch and pen alike.
 *
 * The page captures the pointer, so a drag that leaves it goes on. A gesture edits the document
 * live and becomes one step of history when the pointer lifts; Escape or a cancelled pointer gives
 * it up. What it is not: geometry; every number comes from `document/` and `snapping.js`.
 */

import { addElement, boxOf, isHidden, setBox } from "../document/caption.js";
import { bounds } from "../document/geometry.js";
import { setBoxes } from "../document/group.js";
import { store } from "../document/shared.js";
import { addAt, freeBoxes } from "./commands.js";
import { swept } from "./marquee.js";
import { adds, Picks } from "./picks.js";
import { drawnTo, linesFor, movedBy, reachOn, resizedBy } from "./snapping.js";

/** Pixels a pointer may tremble before a click becomes a drag. */
const SLACK = 4;
const ORIGIN = "canvas";

export class Gestures {
  #page;
  #view;
  #picks = new Picks(ORIGIN);
  #drag = null;
  #frame = 0;

  /**
   * @param stage where gestures may begin: the page and the room around it
   * @param page the element that stands for the picture
   * @param view `{tool, ratio, size, settings, began(), finish(what), changed(), guide(lines),
   *   sweep(ends), open()}`: the tool in hand, the page's width / height and its size in pixels, what
   *   the View menu says; what to do when a gesture begins and ends; and wishes to be painted
   */
  constructor(stage, page, view) {
    this.#page = page;
    this.#view = view;
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#cancelled(event));
    stage.addEventListener("lostpointercapture", (event) => this.#cancelled(event));
    stage.addEventListener("click", (event) => this.#counted(event));
    page.addEventListener("dblclick", () => this.#double());
  }

  get active() {
    return this.#drag !== null;
  }

  /** Give up the gesture in hand; true if there was one. */
  abandon() {
    if (!this.#drag) return false;
    const { kind, before } = this.#drag;
    this.#end();
    store.cancel(ORIGIN);
    if (kind === "sweep") store.select(before, ORIGIN);
    return true;
  }

  #down(event) {
    if (event.button !== 0 || this.#drag || store.problem) return;
    const point = this.#point(event);
    const before = store.selection;
    const drag = this.#start(event, point);
    event.preventDefault();
    const at = [event.clientX, event.clientY];
    this.#drag = { ...drag, before, moved: false, id: event.pointerId, from: point, at };
    this.#page.setPointerCapture(event.pointerId);
    this.#view.began();
  }

  #start(event, point) {
    const tool = this.#view.tool;
    if (tool !== "select") return { kind: "draw", type: tool, lines: this.#lines([]) };
    const handle = event.target.closest("[data-handle]")?.dataset.handle;
    if (handle) return { kind: "resize", handle, grip: this.#grip() };
    const found = this.#picks.under(event, point);
    if (found.length === 0) return { kind: "sweep", kept: adds(event) ? store.selection : [] };
    const click = this.#picks.press(event, found);
    return { kind: "move", found, click, grip: this.#grip() };
  }

  /** The boxes in hand as they are now, the frame around them, and the lines they may snap to. */
  #grip() {
    const { indices, boxes } = freeBoxes(store.selection);
    return { indices, boxes, frame: bounds(boxes), lines: this.#lines(indices) };
  }

  /** What there is to snap to but the elements in hand. */
  #lines(indices) {
    const others = store.elements.filter(
      (element, index) => !indices.includes(index) && !isHidden(element),
    );
    return linesFor(others.map(boxOf).filter(Boolean), this.#view.settings);
  }

  #snap(lines, event) {
    const suspended = event.ctrlKey || event.metaKey || !this.#view.settings.snap;
    return suspended ? null : { lines, reach: reachOn(this.#view.size) };
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
    const way = Math.hypot(event.clientX - drag.at[0], event.clientY - drag.at[1]);
    const slack = drag.kind === "resize" ? 1 : SLACK;
    if (!drag.moved && way < slack) return;
    drag.moved = true;
    const point = this.#point(event);
    if (drag.kind === "draw") this.#drawTo(drag, point, event);
    else if (drag.kind === "sweep") this.#sweepTo(drag, point, event);
    else this.#carry(drag, [point[0] - drag.from[0], point[1] - drag.from[1]], event);
    this.#view.changed();
  }

  #drawTo(drag, point, event) {
    // A square on a page W x H is H / W of the grid: wider pages need fewer columns.
    const aspect = event.shiftKey ? 1 / this.#view.ratio : null;
    const options = { aspect, fromCentre: event.altKey };
    const { box, guides } = drawnTo(drag.from, point, options, this.#snap(drag.lines, event));
    this.#view.guide(guides);
    if (drag.index === undefined) {
      store.edit((draft) => addElement(draft, drag.type, box), ORIGIN, {
        live: true,
        select: (index) => [index],
      });
      drag.index = store.elements.length - 1;
    } else {
      store.edit((draft) => setBox(draft, drag.index, box), ORIGIN, { live: true });
    }
  }

  #sweepTo({ from, kept }, point, event) {
    this.#view.sweep([from, point]);
    store.select(swept(store, from, point, { whole: event.altKey, kept }), ORIGIN);
  }

  /** Move or resize what is in hand; Shift keeps to one axis, or the proportions. */
  #carry({ kind, handle, grip }, [dy, dx], event) {
    const snap = this.#snap(grip.lines, event);
    const options = { keepAspect: event.shiftKey, fromCentre: event.altKey };
    const upright = !event.shiftKey || Math.abs(dy) > Math.abs(dx);
    const level = !event.shiftKey || !upright;
    const { boxes, guides } =
      kind === "resize"
        ? resizedBy(grip, handle, [dy, dx], options, snap)
        : movedBy(grip, [upright ? dy : 0, level ? dx : 0], snap);
    store.edit((draft) => setBoxes(draft, grip.indices, boxes), ORIGIN, { live: true });
    this.#view.guide(guides);
  }

  #up(event) {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.id) return;
    this.#apply(event);
    this.#end();
    if (!drag.moved && drag.kind === "move") this.#picks.click(event, drag);
    if (!drag.moved && drag.kind === "sweep") store.select(drag.kept, ORIGIN);
    if (!drag.moved && drag.kind === "draw") addAt(drag.type, drag.from, ORIGIN);
    store.commit(ORIGIN);
    this.#view.finish(drag);
  }

  #counted(event) {
    if (this.#picks.counted(event)) this.#view.finish({ kind: "move", moved: false });
  }

  #double() {
    this.#picks.double();
    this.#view.open();
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
    this.#view.guide(null);
    this.#view.sweep(null);
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
