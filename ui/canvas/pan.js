/**
 * Pointers that move the page instead of what is on it: space and drag, the middle button, two
 * fingers, which also zoom.
 *
 * It hears of pointers before the gestures do, and keeps from them what is for itself.
 * What it is not: the view; that is `zoom.js`.
 */

import { isTyping } from "../document/dom.js";

export class Pan {
  #zoom;
  #gestures;
  /** Fingers on the stage by pointer, as last seen. */
  #fingers = new Map();
  #pinching = false;
  #drag = null;
  /** The space bar is down; `spent` once it was used to move the page. */
  #space = null;
  /** Called when the space bar was pressed on the page for something else. */
  onTap = () => {};

  constructor(zoom, gestures) {
    this.#zoom = zoom;
    this.#gestures = gestures;
    const { stage } = zoom;
    stage.addEventListener("pointerdown", (event) => this.#down(event), true);
    stage.addEventListener("pointermove", (event) => this.#move(event), true);
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => this.#up(event), true);
    }
    stage.addEventListener("lostpointercapture", (event) => this.#lost(event), true);
    // Else the browser scrolls by its own wheel cursor, or pinches the whole page.
    stage.addEventListener("mousedown", (event) => event.button === 1 && event.preventDefault());
    stage.addEventListener("touchstart", (event) => event.touches.length > 1 && event.preventDefault(), {
      passive: false,
    });
    this.#listenForSpace();
  }

  #down(event) {
    if (event.pointerType === "touch" && this.#finger(event)) stop(event);
    else if (event.button === 1 || (event.button === 0 && this.#space)) this.#grab(event);
  }

  /** True if this finger is not alone: then it is ours. */
  #finger(event) {
    if (event.isPrimary) this.#fingers.clear();
    this.#fingers.set(event.pointerId, spot(event));
    if (this.#fingers.size < 2) return false;
    // What the first finger began was meant for two.
    this.#gestures.abandon();
    this.#pinching = true;
    return true;
  }

  #grab(event) {
    stop(event);
    event.preventDefault();
    if (this.#space) this.#space.spent = true;
    if (this.#drag || this.#gestures.active) return;
    this.#drag = { id: event.pointerId, at: spot(event) };
    this.#zoom.stage.setPointerCapture(event.pointerId);
    this.#show();
  }

  #move(event) {
    if (this.#drag?.id === event.pointerId) {
      const { at } = this.#drag;
      this.#drag.at = spot(event);
      this.#zoom.pan([event.clientY - at.clientY, event.clientX - at.clientX]);
      return;
    }
    if (!this.#fingers.has(event.pointerId)) return;
    const before = [...this.#fingers.values()];
    this.#fingers.set(event.pointerId, spot(event));
    if (this.#pinching && before.length === 2) this.#zoom.pinch(before, [...this.#fingers.values()]);
  }

  #up(event) {
    this.#fingers.delete(event.pointerId);
    if (this.#fingers.size === 0) this.#pinching = false;
    this.#lost(event);
  }

  #lost(event) {
    if (this.#drag?.id !== event.pointerId) return;
    this.#drag = null;
    this.#show();
  }

  /** Down is a hand to move the page with; pressed and let go it is any other key. */
  #listenForSpace() {
    const { stage, page } = this.#zoom;
    const during = (name, answer) => {
      const heard = (event) => {
        if (stage.isConnected) answer(event);
        else window.removeEventListener(name, heard);
      };
      window.addEventListener(name, heard);
    };
    const plain = ({ key, ctrlKey, metaKey, altKey, shiftKey }) =>
      key === " " && !ctrlKey && !metaKey && !altKey && !shiftKey;
    during("keydown", (event) => {
      if (!plain(event) || event.defaultPrevented || isTyping(event.target)) return;
      const hovered = event.target === document.body && stage.matches(":hover");
      if (!page.contains(event.target) && !hovered) return;
      event.preventDefault();
      this.#space ??= { spent: false };
      this.#show();
    });
    during("keyup", (event) => {
      if (event.key !== " " || !this.#space) return;
      const { spent } = this.#space;
      this.#space = null;
      this.#show();
      if (!spent && page.contains(event.target)) this.onTap(event);
    });
    during("blur", () => {
      this.#space = null;
      this.#show();
    });
  }

  #show() {
    const { dataset } = this.#zoom.stage;
    if (this.#drag) dataset.hand = "closed";
    else if (this.#space) dataset.hand = "open";
    else delete dataset.hand;
  }
}

function spot({ clientX, clientY }) {
  return { clientX, clientY };
}

function stop(event) {
  event.stopImmediatePropagation();
}
