/**
 * What the panels of one page share: the document, the issues found in it, and requests.
 *
 * Every panel imports this module from the same address, so there is one of each.
 * What it is not: a second store; the issues are what Python last said about a text.
 */

import { DocumentStore } from "./store.js";

export const store = new DocumentStore();

/** `{text, list, state}`: `state` is "waiting", "checked" or "unreachable". */
export const issues = {
  text: "",
  list: [],
  state: "waiting",
  notes: [],
  listeners: new Set(),
  set(change) {
    Object.assign(this, change);
    for (const listener of [...this.listeners]) listener(this);
  },
};

/** The picture that the preview shows: an address, and its id if it is stored; "" for none. */
export const preview = {
  src: "",
  id: "",
  listeners: new Set(),
  set(src, id = "") {
    if (src === this.src && id === this.id) return;
    Object.assign(this, { src, id });
    for (const listener of [...this.listeners]) listener(src);
  },
  /** Hear of another picture for as long as `node` is on the page. */
  subscribe(node, listener) {
    hear(this.listeners, node, listener);
  },
};

/** What the gallery holds: `empty` (null until it is known), `newest`: a picture's address or "". */
export const pictures = {
  empty: null,
  newest: "",
  listeners: new Set(),
  set({ empty, newest }) {
    if (empty === this.empty && newest === this.newest) return;
    Object.assign(this, { empty, newest });
    for (const listener of [...this.listeners]) listener(this);
  },
  /** Hear of it now and whenever it changes, for as long as `node` is on the page. */
  subscribe(node, listener) {
    hear(this.listeners, node, listener);
    listener(this);
  },
};

/** Places that are proposed and not taken yet: `[{bbox, name}]`, shown on the page. */
export const ghosts = {
  list: [],
  listeners: new Set(),
  set(list) {
    if (list.length + this.list.length === 0) return;
    this.list = list;
    for (const listener of [...this.listeners]) listener(list);
  },
  /** Hear of others for as long as `node` is on the page. */
  subscribe(node, listener) {
    hear(this.listeners, node, listener);
  },
};

const requests = new EventTarget();

/**
 * Ask another panel for something, without knowing which panels there are:
 * `describe` (put the caret into the element's words), `reveal` ({from, to} in the text),
 * `fix` ({index}), `fixAll`, `repair`, `rewrite` ({index, wish}: have an element written anew),
 * `propose` ({proposal, taken}: show a caption to be taken or left; whoever does sets `taken`).
 */
export function request(name, detail = {}) {
  requests.dispatchEvent(new CustomEvent(name, { detail }));
}

export function onRequest(name, answer) {
  requests.addEventListener(name, (event) => answer(event.detail));
}

/** A node may be told something before it is put on the page; once it is taken off it is deaf. */
function hear(listeners, node, listener) {
  let seen = false;
  const heard = (news) => {
    seen ||= node.isConnected;
    if (seen && !node.isConnected) listeners.delete(heard);
    else listener(news);
  };
  listeners.add(heard);
}
