/**
 * The boxes that a finished picture was asked for, drawn over it when somebody wants to see them.
 *
 * They are the picture's own, whatever has become of the caption since. Only for the eye: what is
 * where is in the caption. What it is not: the canvas.
 */

import { h } from "../document/dom.js";

export class Overlay {
  #image;
  #wanted = false;

  /** @param image the picture, which is fitted into its frame */
  constructor(image) {
    this.#image = image;
    this.node = h("div", { class: "preview-boxes", "aria-hidden": "true", hidden: true });
    this.button = h(
      "button",
      {
        type: "button",
        class: "ig-button ig-button-line preview-outline",
        "aria-pressed": "false",
        onclick: () => this.#switch(!this.#wanted),
      },
      "Show boxes",
    );
    image.addEventListener("load", () => this.#fit());
    new ResizeObserver(() => this.#fit()).observe(image);
  }

  /** @param boxes `[{box, name}]` of the picture in sight; null while it is not finished */
  show(boxes) {
    this.button.hidden = !boxes?.length;
    this.node.replaceChildren(...(boxes ?? []).map(outline));
    this.#paint();
  }

  #switch(on) {
    this.#wanted = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.#paint();
  }

  #paint() {
    this.node.hidden = !this.#wanted || this.node.childElementCount === 0;
    this.#fit();
  }

  /** The frame may be wider or higher than the picture in it. */
  #fit() {
    const { naturalWidth, naturalHeight, clientWidth, clientHeight, offsetLeft, offsetTop } = this.#image;
    if (!naturalWidth || !clientWidth) return;
    const scale = Math.min(clientWidth / naturalWidth, clientHeight / naturalHeight);
    const [width, height] = [naturalWidth * scale, naturalHeight * scale];
    Object.assign(this.node.style, {
      left: `${offsetLeft + (clientWidth - width) / 2}px`,
      top: `${offsetTop + (clientHeight - height) / 2}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
  }
}

function outline({ box: [top, left, bottom, right], name }) {
  const node = h("div", { class: "preview-box" }, h("span", {}, name));
  Object.assign(node.style, {
    top: `${top / 10}%`,
    left: `${left / 10}%`,
    height: `${(bottom - top) / 10}%`,
    width: `${(right - left) / 10}%`,
  });
  return node;
}
