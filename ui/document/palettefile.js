/**
 * Palette files: Adobe's .ase, GIMP's .gpl, JSON, or just a list of hex colours.
 *
 * A file is known by what is in it, not by its name. Whatever is in it, the answer is palettes or a
 * sentence that says why not; nothing is thrown. Files come from anywhere, so their size, the number
 * of colours and the length of names are bounded.
 * What it is not: an editor of files; names of single colours are not kept.
 */

import { isAse, readAse, writeAse } from "./ase.js";
import { parseColour, parseColours } from "./colour.js";
import { toHex } from "./colourspace.js";
import { countOf } from "./intake.js";
import { tidyName } from "./savedpalettes.js";

export const MOST_BYTES = 1_000_000;
export const MOST_COLOURS = 256;
export const KINDS = ["ase", "gpl", "json"];

/**
 * @param {Uint8Array} bytes
 * @param {string} filename gives the name of a palette that has none
 * @returns {{ok: true, palettes: {name: string, colours: string[]}[], notes: string[]} |
 *   {ok: false, message: string}} `notes`: what was left out, in sentences
 */
export function readPaletteFile(bytes, filename = "") {
  const tooLarge = sizeProblem(bytes.length);
  if (tooLarge) return failure(tooLarge);
  if (bytes.length === 0) return failure("The file is empty.");
  const found = isAse(bytes) ? fromAse(bytes) : fromText(bytes);
  if (found.message) return failure(found.message);
  const title = tidyName(filename.replace(/\.[^.]*$/, "")) || "Palette";
  return bounded(found, title);
}

/** Why a file of so many bytes is not read, or "": asked before it is read at all. */
export function sizeProblem(bytes) {
  if (bytes <= MOST_BYTES) return "";
  return `The file has ${(bytes / 1e6).toFixed(1)} MB; a palette file has at most 1 MB.`;
}

/**
 * @param {{name: string, colours: string[]}} palette
 * @param {string} kind one of KINDS
 * @returns {{bytes: Uint8Array, type: string, filename: string}}
 */
export function writePaletteFile(palette, kind) {
  const name = tidyName(palette.name) || "Palette";
  const colours = palette.colours.map(parseColour).filter(Boolean);
  const filename = `${name.replace(/[^\p{L}\p{N} _-]+/gu, "").trim().replace(/ +/g, "-") || "palette"}.${kind}`;
  if (kind === "ase") {
    return { bytes: writeAse({ name, colours }), type: "application/octet-stream", filename };
  }
  const text = kind === "gpl" ? toGpl(name, colours) : `${JSON.stringify({ name, colours }, null, 2)}\n`;
  const type = kind === "gpl" ? "text/plain" : "application/json";
  return { bytes: new TextEncoder().encode(text), type, filename };
}

/** Each reader answers `{palettes, skipped, cut}` or `{message}`. */
function fromAse(bytes) {
  const { groups, skipped, cut } = readAse(bytes);
  if (groups.length > 0) return { palettes: groups, skipped, cut };
  if (cut) return { message: "The .ase file is damaged: it ends before its first colour." };
  return { message: "The .ase file holds no colour that can be read." };
}

function fromText(bytes) {
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");
  if (/^\s*GIMP Palette/i.test(text)) return fromGpl(text);
  if (/^\s*[[{]/.test(text)) return fromJson(text);
  // Bytes that are no text: whatever it is, hex digits in it are an accident.
  const words = /[\0\uFFFD]/.test(text) ? "" : text;
  const { colours, rejected } = parseColours(words);
  if (colours.length > 0) return { palettes: [{ name: "", colours }], skipped: rejected.length };
  return { message: "That is not a palette: .ase, .gpl, .json or a list like #FF0000 #00FF00." };
}

function fromGpl(text) {
  const palette = { name: "", colours: [] };
  let skipped = 0;
  for (const line of text.split(/\r\n?|\n/).slice(1)) {
    const name = /^\s*Name:(.*)$/i.exec(line);
    const numbers = /^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)/.exec(line);
    if (name) palette.name = name[1];
    else if (/^\s*(#|$|[a-z]+:)/i.test(line)) continue;
    else if (numbers?.slice(1).every((byte) => Number(byte) <= 255)) {
      palette.colours.push(toHex(numbers.slice(1).map((byte) => Number(byte) / 255)));
    } else skipped += 1;
  }
  if (palette.colours.length > 0) return { palettes: [palette], skipped };
  return { message: "The GIMP palette holds no line with three numbers from 0 to 255." };
}

/** A list of hex strings, `{name, colours}`, or a list of those. */
function fromJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { message: "The file looks like JSON, but it is damaged or cut off." };
  }
  const plain = Array.isArray(value) && value.some((entry) => typeof entry === "string");
  const entries = plain || !Array.isArray(value) ? [value] : value;
  let skipped = 0;
  const palettes = entries.map((entry) => {
    const list = Array.isArray(entry) ? entry : (entry?.colours ?? entry?.colors);
    const given = Array.isArray(list) ? list : [];
    const colours = given.map((word) => (typeof word === "string" ? parseColour(word) : null));
    skipped += colours.filter((colour) => !colour).length;
    return { name: entry?.name, colours: colours.filter(Boolean) };
  });
  const full = palettes.filter(({ colours }) => colours.length > 0);
  if (full.length > 0) return { palettes: full, skipped };
  return { message: `The JSON holds no colours: a list like ["#FF0000"] or {"name", "colours"}.` };
}

function bounded({ palettes, skipped = 0, cut = false }, title) {
  let [room, leftOut] = [MOST_COLOURS, 0];
  const kept = [];
  for (const { name, colours } of palettes) {
    const wanted = [...new Set(colours)];
    const taken = wanted.slice(0, room);
    room -= taken.length;
    leftOut += wanted.length - taken.length;
    if (taken.length > 0) kept.push({ name: tidyName(name) || title, colours: taken });
  }
  const notes = [];
  if (cut) notes.push("The file is damaged; this is what could be read.");
  if (skipped > 0) notes.push(`${skipped === 1 ? "One entry is" : `${skipped} entries are`} no colour.`);
  if (leftOut > 0) notes.push(`Only ${MOST_COLOURS} colours are read; ${countOf(leftOut)} left out.`);
  return { ok: true, palettes: kept, notes };
}

function toGpl(name, colours) {
  const lines = colours.map((colour) => {
    const bytes = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return `${bytes.map((byte) => String(byte).padStart(3)).join(" ")}\t${colour}`;
  });
  return ["GIMP Palette", `Name: ${name}`, "Columns: 0", "#", ...lines, ""].join("\n");
}

function failure(message) {
  return { ok: false, message };
}
