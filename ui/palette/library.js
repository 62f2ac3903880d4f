/**
 * The palettes of this page that are nobody's yet: presets of the studio, and the person's own.
 *
 * Shared by every palette menu, so that what one keeps the others offer at once.
 * What it is not: the caption's palette.
 */

import { SavedPalettes, palettesIn } from "../document/savedpalettes.js";

/** Presets come from a file; a long one must not make the page slow. */
const MOST_PRESETS = 200;

const saved = new SavedPalettes(() => window.localStorage);
const listeners = new Set();

export const library = {
  presets: [],
  get saved() {
    return saved.list();
  },
  /** @param given `[{name, colours}]`, or nothing */
  setPresets(given) {
    this.presets = palettesIn(given, MOST_PRESETS);
    tell();
  },
  /** @returns {string} what went wrong, or "" */
  keep(name, colours) {
    const problem = saved.keep(name, colours);
    tell();
    return problem;
  },
  /** Take one out. @returns the way to put it back */
  remove(name) {
    const removed = saved.remove(name);
    tell();
    return () => {
      if (removed) saved.putBack(removed);
      tell();
    };
  },
};

/** Hear of changes for as long as `node` is on the page. */
export function onLibrary(node, listener) {
  const entry = () => (node.isConnected ? listener() : listeners.delete(entry));
  listeners.add(entry);
}

function tell() {
  for (const listener of [...listeners]) listener();
}

// Another tab kept or deleted one.
window.addEventListener("storage", tell);
