/**
 * The layout canvas: a page of the picture's ratio, boxes on it, a toolbar above it.
 *
 * A view of the shared document: it draws what the store says and edits through it.
 * What it is not: the only way to anything; every gesture here has a key, a number or a list.
 */

import { follow } from "../document/boot.js";
import { boxOf } from "../document/caption.js";
import { announcer, setAttribute } from "../document/dom.js";
import { onRequest, request, store } from "../document/shared.js";
import { arrangeMenu } from "./arrange_menu.js";
import { Backdrop } from "./backdrop.js";
import { backdropMenu } from "./backdrop_menu.js";
import { Boxes } from "./boxes.js";
import { listenForClipboard } from "./clipboard.js";
import { howMany, placesOf, titleOf } from "./commands.js";
import { exportMenu } from "./export_menu.js";
import { Gestures } from "./gestures.js";
import { Help } from "./help.js";
import { listen } from "./keyboard.js";
import { PageLock } from "./page_lock.js";
import { followSize } from "./page_size.js";
import { Pan } from "./pan.js";
import { makeSheet } from "./sheet.js";
import { Toolbar } from "./toolbar.js";
import { viewMenu } from "./view_menu.js";
import { remember, remembered } from "./view_settings.js";
import { Words } from "./words.js";
import { Zoom } from "./zoom.js";

const ORIGIN = "canvas";

export function mount(host) {
  const canvas = new Canvas(host);
  host.watch(["width", "height", "backdrop"], () => canvas.fromPython());
}

class Canvas {
  tool = "select";
  #keepTool = false;

  constructor(host) {
    const { root, props } = host;
    this.root = root;
    this.props = props;
    this.live = announcer();
    this.settings = remembered();
    this.#build();
    this.boxes = new Boxes(this.layer);
    this.gestures = new Gestures(this.zoom.stage, this.page, this);
    this.pan = new Pan(this.zoom, this.gestures);
    listen(this);
    listenForClipboard(root, ORIGIN, (words) => this.told(words));
    // Tab selects by focus; screen readers click without a pointer.
    this.layer.addEventListener("focusin", (event) => this.#picked(event, { keep: true }));
    this.layer.addEventListener("click", (event) => event.detail === 0 && this.#picked(event));
    follow(root, ORIGIN, (change) => this.#follow(change), { own: true });
    this.size = { width: 0, height: 0 };
    new ResizeObserver(([{ contentRect }]) => {
      this.size = contentRect;
      this.paint();
    }).observe(this.page);
    this.resized = followSize(host, () => this.settings.shapes);
    onRequest("draw", () => this.focusSelected());
    this.fromPython();
    this.use("select");
  }

  get ratio() {
    return store.page.width / store.page.height;
  }

  /** Take a tool in hand; `keep` holds on to it after a box is drawn. */
  use(tool, { keep = false } = {}) {
    this.tool = tool;
    this.#keepTool = keep;
    this.page.dataset.tool = tool;
    this.paint();
  }

  /** Size and backdrop as Python set them. */
  fromPython() {
    this.say(this.resized());
    this.backdrop.setLast(this.props.backdrop);
    this.paint();
  }

  paint() {
    if (!this.boxes || !this.gestures) return;
    const locked = store.problem !== null;
    const { width, height } = store.page;
    this.zoom.paint();
    setAttribute(this.page, "aria-label", `Page, ${width} × ${height} pixels`);
    const selection = { chosen: store.selection, isPinned: (index) => store.isPinned(index) };
    const held = this.layer.contains(document.activeElement);
    this.boxes.render(store.value, selection, this.size);
    // An undo may take the focused box away; the next key should still reach us.
    if (held && !this.layer.contains(document.activeElement)) this.focusSelected();
    this.sheet.overlays.show(this.settings);
    this.backdrop.paint();
    this.page.classList.toggle("has-backdrop", this.backdrop.shown);
    this.page.classList.toggle("is-locked", locked);
    this.page.classList.toggle("is-dragging", this.gestures.active);
    this.sheet.hint.hidden = locked || this.backdrop.shown || store.elements.some(boxOf) || this.gestures.active;
    this.lock.paint();
    this.words.paint();
    this.toolbar.paint({ tool: this.tool, locked });
  }

  /** Switch snapping or an overlay, for now and for next time. */
  toggleSetting(name) {
    this.change({ [name]: !this.settings[name] });
    if (name === "snap") this.say(`Snapping is ${this.settings.snap ? "on" : "off"}`);
  }

  /** Other settings of the view, for now and for next time. */
  change(settings) {
    this.settings = { ...this.settings, ...settings };
    remember(this.settings);
    this.view.paint();
    this.backdrops.paint();
    this.paint();
  }

  /** Called by the gestures: a pointer is down, and Escape must reach us from here on. */
  began() {
    this.paint();
    this.focusSelected();
  }

  /** Called by the gestures: something to show has changed. */
  changed() {
    this.paint();
  }

  /** Called by the gestures: the lines that a dragged box has met, or null. */
  guide(lines) {
    this.sheet.guides.show(lines);
  }

  /** Called by the gestures: the ends of the marquee, or null. */
  sweep(ends) {
    this.sheet.marquee.show(ends);
  }

  /** A double click or Enter: words are written in their box, the rest in the inspector. */
  open() {
    if (store.selected === null) return false;
    if (!this.words.open()) request("describe");
    return true;
  }

  /** Called by the gestures after a pointer has lifted. */
  finish({ kind, moved, type }) {
    // Words want to be written at once, unless more boxes are to come.
    const writes = kind === "draw" && type === "text" && !this.#keepTool;
    if (kind === "draw" && !this.#keepTool) this.use("select");
    this.focusSelected();
    const index = store.selected;
    if (kind === "sweep") this.say(moved ? howMany() : "");
    else if (kind === "draw" && index !== null) this.say(`${titleOf(store.elements[index], index)} added`);
    else if (moved) this.say(placesOf(store.selection));
    else if (store.selection.length > 1) this.say(howMany());
    if (writes) this.words.open();
  }

  say(words) {
    if (words) this.live.say(words);
  }

  act(command, ...rest) {
    if (store.selected !== null) this.told(command(store.selection, ...rest, ORIGIN));
  }

  /** A command is done: say so and put the focus on what it left selected. */
  told(words) {
    this.say(words);
    this.focusSelected();
  }

  focusSelected() {
    const node = store.selected === null ? null : this.boxes.node(store.selected);
    (node ?? this.page).focus({ preventScroll: true });
  }

  /** Let go of one thing: the gesture, the tool, or what is selected. */
  escape() {
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

  #build() {
    this.backdrop = new Backdrop(() => this.settings, () => this.paint());
    this.sheet = makeSheet(this.backdrop.node);
    this.page = this.sheet.page;
    this.layer = this.sheet.layer;
    this.words = new Words(this.page, () => this.focusSelected());
    this.zoom = new Zoom(this.page, (words) => this.say(words));
    this.lock = new PageLock();
    const mac = /Mac|iPhone|iPad/.test(navigator.platform);
    this.help = new Help(mac);
    this.arrange = arrangeMenu(this, mac);
    this.view = viewMenu(this, mac);
    this.backdrops = backdropMenu(this);
    this.export = exportMenu(this);
    this.toolbar = new Toolbar(this);
    this.zoom.stage.append(this.lock.node);
    this.root.classList.add("ig-canvas", "ig-card");
    this.root.append(
      this.toolbar.node,
      this.arrange.list,
      this.view.list,
      this.backdrops.list,
      this.export.list,
      this.zoom.stage,
      this.sheet.help,
      this.help.node,
      this.live.node,
    );
  }

  /** What was selected elsewhere should be in sight; a pointer on the page must not move it. */
  #follow({ origin, selection }) {
    this.paint();
    if (selection && origin !== ORIGIN) this.zoom.reveal();
  }

  /** @param options `keep`: focus within a selection of many does not end it */
  #picked(event, { keep = false } = {}) {
    const box = event.target.closest("[data-element]");
    if (!box || this.gestures.active) return;
    const index = Number(box.dataset.element);
    if (!keep || !store.selection.includes(index)) store.select([index], ORIGIN);
  }
}
