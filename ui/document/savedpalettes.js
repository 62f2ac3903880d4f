/**
 * A person's own palettes, kept in the browser: named, bounded, safe from broken storage.
 *
 * The storage is read again before each change, because another tab may have written.
 * What it is not: the presets, which come with the studio, nor anything Python knows of.
 */

import { parseColour } from "./colour.js";

export const KEY = "ideogram4-studio.palettes";
export const MOST = 60;
const COLOURS = 16;
const NAME = 60;

export class SavedPalettes {
  #storage;
  #held = [];
  /** The last change did not reach the storage: what is held here is newer. */
  #unstored = false;

  /** @param {() => Storage} storage gives what has `getItem` and `setItem`; may throw or be blocked */
  constructor(storage) {
    this.#storage = storage;
  }

  /** `[{name, colours}]`, the latest first. Whatever is no palette is passed over. */
  list() {
    if (this.#unstored) return this.#held;
    let stored;
    try {
      stored = this.#storage().getItem(KEY);
    } catch {
      // Storage is blocked: this page remembers for as long as it is open.
      return this.#held;
    }
    try {
      this.#held = palettesIn(JSON.parse(stored ?? "[]"));
    } catch {
      this.#held = [];
    }
    return this.#held;
  }

  /**
   * Keep a palette; one of the same name is replaced.
   * @returns {string} what went wrong, or ""
   */
  keep(name, colours) {
    const palette = palettesIn([{ name, colours }])[0];
    if (!palette) return "There is no colour to keep.";
    const others = this.list().filter((other) => other.name !== palette.name);
    if (others.length >= MOST) {
      return `${MOST} palettes are the most; delete one that you no longer need.`;
    }
    return this.#write([palette, ...others]);
  }

  /** Take one out. @returns {{palette: object, index: number} | null} what `putBack` wants */
  remove(name) {
    const list = this.list();
    const index = list.findIndex((palette) => palette.name === name);
    if (index < 0) return null;
    const palette = list[index];
    this.#write(list.toSpliced(index, 1));
    return { palette, index };
  }

  /** Undo `remove`: at its old place, unless its name has been used since. */
  putBack({ palette, index }) {
    const list = this.list();
    if (list.length >= MOST || list.some((other) => other.name === palette.name)) return;
    this.#write(list.toSpliced(index, 0, palette));
  }

  #write(palettes) {
    this.#held = palettes;
    try {
      this.#storage().setItem(KEY, JSON.stringify(palettes));
      this.#unstored = false;
      return "";
    } catch {
      this.#unstored = true;
      return "The browser does not let this page store anything; kept until you close it.";
    }
  }
}

/** The palettes in anything: names cut, colours checked, doubles and empty ones dropped. */
export function palettesIn(value, most = MOST) {
  if (!Array.isArray(value)) return [];
  const names = new Set();
  const found = [];
  for (const entry of value) {
    if (found.length >= most) break;
    const colours = Array.isArray(entry?.colours) ? entry.colours.filter((c) => typeof c === "string") : [];
    const good = [...new Set(colours.map(parseColour).filter(Boolean))].slice(0, COLOURS);
    const name = tidyName(entry?.name) || "Palette";
    if (good.length === 0 || names.has(name)) continue;
    names.add(name);
    found.push({ name, colours: good });
  }
  return found;
}

/** One line, no longer than a name should be. */
export function tidyName(name) {
  const line = typeof name === "string" ? name.replace(/[\s\p{Cc}]+/gu, " ").trim() : "";
  return [...line].slice(0, NAME).join("").trim();
}

/** A name that is not taken: "Palette", "Palette 2", ... */
export function freeName(palettes, wish = "Palette") {
  const taken = new Set(palettes.map(({ name }) => name));
  let name = wish;
  for (let number = 2; taken.has(name); number += 1) name = `${wish} ${number}`;
  return name;
}
