/**
 * The layout canvas: a page of the picture's ratio, boxes on it, a toolbar above it.
 *
 * A view of the shared document: it draws what the store says and edits through it.
 * What it is not: the only way to anything; every gesture here has a key, a number or a list.
 */

import { follow } from "../document/boot.js";
import { boxOf } from "../document/caption.js";
import { announcer, h, icon, isTyping, setAttribute, setText } from "../document/dom.js";
import { request, store } from "../document/shared.js";
import { Boxes } from "./boxes.js";
import {
  addAt,
  duplicate,
  nudgeBox,
  placeOf,
  remove,
  restack,
  stretchBox,
  titleOf,
} from "./commands.js";
import { Gestures } from "./gestures.js";
import { Toolbar } from "./toolbar.js";

const ORIGIN = "canvas";
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const TOOL_KEYS = { v: "select", o: "obj", t: "text" };
const HELP =
  "Arrow keys move a box, with Shift further, with Alt they resize it. Delete removes it, " +
  "Control D duplicates it, the bracket keys move it back and forward, Enter goes to its words, " +
  "Escape lets go.";

export function mount(host) {
  const canvas = new Canvas(host);
  host.watch(["width", "height", "backdrop"], () => canvas.fromPython());
}

class Canvas {
  tool = "select";
  #keepTool = false;

  constructor({ root, props }) {
    this.root = root;
    this.props = props;
    this.live = announcer();
    this.#build();
    this.boxes = new Boxes(this.layer);
    this.gestures = new Gestures(this.page, this);
    root.addEventListener("keydown", (event) => this.#key(event));
    // Tab selects by focus; screen readers click without a pointer.
    this.layer.addEventListener("focusin", (event) => this.#picked(event));
    this.layer.addEventListener("click", (event) => event.detail === 0 && this.#picked(event));
    this.page.addEventListener("dblclick", () => store.selected !== null && request("describe"));
    follow(root, ORIGIN, () => this.paint(), { own: true });
    this.size = { width: 0, height: 0 };
    new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this.paint();
    }).observe(this.page);
    this.fromPython();
    this.use("select");
  }

  get ratio() {
    return this.width / this.height;
  }

  /** Take a tool in hand; `keep` holds on to it after a box is drawn. */
  use(tool, { keep = false } = {}) {
    this.tool = tool;
    this.#keepTool = keep;
    this.page.dataset.tool = tool;
    this.paint();
  }

  /** Size and backdrop as Python set them; boxes are on the grid and do not change. */
  fromPython() {
    this.width = positive(this.props.width);
    this.height = positive(this.props.height);
    this.page.style.setProperty("--ratio", String(this.ratio));
    setAttribute(this.page, "aria-label", `Page, ${this.width} × ${this.height} pixels`);
    const address = backdropAddress(this.props.backdrop);
    if (address) setAttribute(this.backdrop, "src", address);
    else this.backdrop.removeAttribute("src");
    this.paint();
  }

  showBackdrop(on) {
    this.backdropOff = !on;
    this.paint();
  }

  paint() {
    if (!this.boxes || !this.gestures) return;
    const locked = store.problem !== null;
    const hasBackdrop = this.backdrop.hasAttribute("src");
    this.boxes.render(store.value, store.selection, this.size);
    this.backdrop.hidden = !hasBackdrop || this.backdropOff === true;
    this.page.classList.toggle("has-backdrop", !this.backdrop.hidden);
    this.page.classList.toggle("is-locked", locked);
    this.page.classList.toggle("is-dragging", this.gestures.active);
    this.hint.hidden = locked || hasBackdrop || store.elements.some(boxOf) || this.gestures.active;
    this.#paintLock(locked);
    this.toolbar.paint({ tool: this.tool, locked, hasBackdrop, backdropOn: !this.backdropOff });
  }

  /** Called by the gestures: a pointer is down, and Escape must reach us from here on. */
  began() {
    this.paint();
    this.#focusSelected();
  }

  /** Called by the gestures: something to show has changed. */
  changed() {
    this.paint();
  }

  /** Called by the gestures after a pointer has lifted. */
  finish({ kind, moved }) {
    if (kind === "draw" && !this.#keepTool) this.use("select");
    const index = store.selected;
    if (index === null) return;
    this.boxes.node(index)?.focus({ preventScroll: true });
    if (kind === "draw") this.say(`${titleOf(store.elements[index], index)} added`);
    else if (moved) this.say(placeOf(boxOf(store.elements[index])));
  }

  say(words) {
    if (words) this.live.say(words);
  }

  act(command, ...rest) {
    if (store.selected === null) return;
    this.say(command(store.selected, ...rest, ORIGIN));
    this.#focusSelected();
  }

  #build() {
    const help = h("p", { class: "ig-sr", id: "ig-canvas-help" }, HELP);
    this.backdrop = h("img", { class: "ig-backdrop", dataset: { part: "backdrop" }, alt: "" });
    this.layer = h("div", { class: "ig-boxes" });
    this.hint = h(
      "p",
      { class: "ig-page-hint" },
      "Choose Object or Text, then drag on the page to draw a box.",
    );
    this.page = h(
      "div",
      {
        class: "ig-page",
        dataset: { part: "page" },
        role: "group",
        tabindex: "0",
        "aria-describedby": help.id,
      },
      this.backdrop,
      this.hint,
      this.layer,
    );
    this.reason = h("span", {});
    this.lock = h(
      "div",
      { class: "ig-lock", dataset: { part: "lock" }, role: "status", hidden: true },
      icon("lock"),
      h(
        "div",
        {},
        h("strong", {}, "The page is locked while the caption’s text has a mistake"),
        this.reason,
      ),
      h(
        "button",
        { type: "button", class: "ig-button ig-button-line", onclick: () => this.#showProblem() },
        "Show me",
      ),
    );
    this.toolbar = new Toolbar(this);
    this.root.classList.add("ig-canvas", "ig-card");
    this.root.append(
      this.toolbar.node,
      h("div", { class: "ig-stage" }, this.page, this.lock),
      help,
      this.live.node,
    );
  }

  #paintLock(locked) {
    this.lock.hidden = !locked;
    if (!locked) return;
    const { line, column, message } = store.problem;
    setText(this.reason, `Line ${line}, column ${column}: ${message}.`);
  }

  #showProblem() {
    const { offset } = store.problem ?? { offset: 0 };
    request("reveal", { from: offset, to: offset });
  }

  #picked(event) {
    const box = event.target.closest("[data-element]");
    if (box && !this.gestures.active) store.select([Number(box.dataset.element)], ORIGIN);
  }

  #focusSelected() {
    const node = store.selected === null ? null : this.boxes.node(store.selected);
    (node ?? this.page).focus({ preventScroll: true });
  }

  #key(event) {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (this.#handled(event)) event.preventDefault();
  }

  #handled(event) {
    const { key, shiftKey, altKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (key === "Escape") return this.#escape();
    if (command) return key.toLowerCase() === "d" && !shiftKey && this.#on(duplicate);
    const tool = TOOL_KEYS[key.toLowerCase()];
    if (tool && !altKey) return this.use(tool) ?? true;
    if (!event.target.closest("[data-part=page]")) return false;
    const direction = ARROWS[key];
    if (direction) return this.#on(altKey ? stretchBox : nudgeBox, direction, shiftKey ? 10 : 1);
    if (key === "Delete" || key === "Backspace") return this.#on(remove);
    if (key === "]") return this.#on(restack, 1);
    if (key === "[") return this.#on(restack, -1);
    if (key === "Enter" || key === " ") return this.#enter();
    return false;
  }

  #on(command, ...rest) {
    if (store.selected === null || store.problem) return false;
    this.act(command, ...rest);
    return true;
  }

  #enter() {
    if (this.tool !== "select") {
      this.say(addAt(this.tool, [500, 500], ORIGIN));
      this.use("select");
      this.#focusSelected();
      return true;
    }
    if (store.selected === null) return false;
    request("describe");
    return true;
  }

  #escape() {
    if (this.gestures.abandon()) return true;
    if (this.tool !== "select") {
      this.use("select");
      return true;
    }
    if (store.selected === null) return false;
    store.select([], ORIGIN);
    this.page.focus({ preventScroll: true });
    return true;
  }
}

function positive(number) {
  return Number.isFinite(number) && number > 0 ? number : 1024;
}

/** Only pictures of this server or in the address itself: nothing on this page asks elsewhere. */
function backdropAddress(address) {
  if (typeof address !== "string" || address === "") return null;
  if (/^(data:image\/|blob:)/.test(address)) return address;
  const root = (window.gradio_config?.root ?? "").replace(/\/$/, "");
  const url = new URL(address.startsWith("/gradio_api/") ? root + address : address, location.href);
  return url.origin === location.origin ? url.href : null;
}
