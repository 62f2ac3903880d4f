/**
 * What lies behind the boxes: nothing, the last picture, the picture that is just being made, or a
 * picture of one's own to trace.
 *
 * A reference stays in the browser: it is shown from memory, never sent, and gone when the page is
 * closed. What it is not: the choice (`backdrop_menu.js`), nor a picture of the caption.
 */

import { h, setAttribute } from "../document/dom.js";
import { pictures, preview } from "../document/shared.js";

export const KINDS = ["blank", "last", "live", "reference"];

export class Backdrop {
  /** Of each kind where its picture is, "" while there is none. */
  #sources = { blank: "", last: "", live: "", reference: "" };
  #settings;
  #changed;

  /**
   * @param settings `() => {backdrop, opacity}`: the kind chosen, and percent by kind
   * @param changed called when there is something else to see
   */
  constructor(settings, changed) {
    this.#settings = settings;
    this.#changed = changed;
    this.node = h("img", { class: "ig-backdrop", dataset: { part: "backdrop" }, alt: "" });
    this.name = "";
    preview.subscribe(this.node, (src) => this.#set("live", src));
    this.#set("live", preview.src);
    pictures.subscribe(this.node, ({ empty, newest }) => empty !== null && this.setLast(newest));
  }

  get shown() {
    return !this.node.hidden;
  }

  has(kind) {
    return kind === "blank" || this.#sources[kind] !== "";
  }

  /** The newest finished picture, as the gallery or Python says. */
  setLast(address) {
    this.#set("last", localAddress(address));
  }

  /** @returns {Promise<string>} what to say about it */
  async setReference(file) {
    const address = URL.createObjectURL(file);
    const probe = new Image();
    probe.src = address;
    try {
      await probe.decode();
    } catch {
      URL.revokeObjectURL(address);
      return "This file is not a picture that the browser can show";
    }
    this.clearReference();
    this.name = file.name;
    this.#set("reference", address);
    return `${file.name} lies behind the boxes. It stays in this browser`;
  }

  clearReference() {
    if (this.#sources.reference) URL.revokeObjectURL(this.#sources.reference);
    this.name = "";
    this.#set("reference", "");
  }

  paint() {
    const { backdrop, opacity } = this.#settings();
    const src = this.#sources[backdrop];
    if (src) setAttribute(this.node, "src", src);
    else this.node.removeAttribute("src");
    this.node.hidden = src === "";
    // A picture to trace is seen whole; the model's pictures are of the page's ratio.
    this.node.classList.toggle("is-whole", backdrop === "reference");
    this.node.style.opacity = String((opacity[backdrop] ?? 100) / 100);
  }

  #set(kind, src) {
    if (this.#sources[kind] === src) return;
    this.#sources[kind] = src;
    this.#changed();
  }
}

/** Only pictures of this server or in the address itself: nothing on this page asks elsewhere. */
function localAddress(address) {
  if (typeof address !== "string" || address === "") return "";
  if (/^(data:image\/|blob:)/.test(address)) return address;
  const root = (window.gradio_config?.root ?? "").replace(/\/$/, "");
  const url = new URL(address.startsWith("/gradio_api/") ? root + address : address, location.href);
  return url.origin === location.origin ? url.href : "";
}
