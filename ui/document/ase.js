/**
 * Adobe Swatch Exchange (.ase): the bytes, read with suspicion and written plainly.
 *
 * All numbers are big-endian: "ASEF", version, a count of blocks; a block is a type, a length and a
 * body. Names are UTF-16 with a closing zero. The count is not trusted, the lengths are checked.
 * What it is not: a judge of palettes (`palettefile.js`).
 */

import { cmykToHex, labToHex, toHex, toRgb } from "./colourspace.js";

const GROUP = 0xc001;
const GROUP_END = 0xc002;
const COLOUR = 0x0001;
const HEAD = 12;
/** Adobe's "global", "spot" and "normal" swatch: normal. */
const NORMAL = 2;

/** How a swatch's numbers become a colour, by the four letters of its model. */
const MODELS = {
  "RGB ": { size: 3, hex: toHex },
  CMYK: { size: 4, hex: (inks) => cmykToHex(inks.map(share)) },
  "LAB ": { size: 3, hex: ([L, a, b]) => labToHex([share(L) * 100, wide(a), wide(b)]) },
  Gray: { size: 1, hex: ([grey]) => toHex([grey, grey, grey]) },
};

export function isAse(bytes) {
  return bytes.length >= 4 && String.fromCharCode(...bytes.subarray(0, 4)) === "ASEF";
}

/**
 * @param {Uint8Array} bytes of a file that `isAse`
 * @returns {{groups: {name: string, colours: string[]}[], skipped: number, cut: boolean}} swatches
 *   outside a group are a group without name; `skipped` swatches could not be understood; `cut`:
 *   the file ends early or its lengths are wrong
 */
export function readAse(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const groups = [];
  let [group, skipped, cut, at] = [null, 0, bytes.length < HEAD, HEAD];
  const blocks = cut ? 0 : view.getUint32(8);
  for (let block = 0; block < blocks; block += 1) {
    if (at + 6 > bytes.length) {
      cut = true;
      break;
    }
    const type = view.getUint16(at);
    const end = at + 6 + view.getUint32(at + 2);
    if (end > bytes.length) {
      cut = true;
      break;
    }
    const body = new DataView(bytes.buffer, bytes.byteOffset + at + 6, end - at - 6);
    if (type === GROUP) groups.push((group = { name: nameIn(body).name, colours: [] }));
    else if (type === GROUP_END) group = null;
    else if (type === COLOUR) {
      const colour = colourIn(body);
      if (!colour) skipped += 1;
      else {
        if (!group) groups.push((group = { name: "", colours: [] }));
        group.colours.push(colour);
      }
    }
    at = end;
  }
  return { groups: groups.filter(({ colours }) => colours.length > 0), skipped, cut };
}

/** One group of RGB swatches, each named by its hex. */
export function writeAse({ name, colours }) {
  const blocks = [
    block(GROUP, nameBytes(name)),
    ...colours.map((colour) => block(COLOUR, swatch(colour))),
    block(GROUP_END, []),
  ];
  const head = [...ascii("ASEF"), 0, 1, 0, 0, ...uint32(blocks.length)];
  return Uint8Array.from([...head, ...blocks.flat()]);
}

function nameIn(body) {
  if (body.byteLength < 2) return { name: "", end: body.byteLength };
  const units = body.getUint16(0);
  const end = 2 + units * 2;
  if (end > body.byteLength) return { name: "", end: body.byteLength };
  let name = "";
  for (let at = 2; at < end; at += 2) name += String.fromCharCode(body.getUint16(at));
  return { name: name.replace(/\0+$/, ""), end };
}

function colourIn(body) {
  const at = nameIn(body).end;
  if (at + 4 > body.byteLength) return null;
  const letters = [0, 1, 2, 3].map((i) => String.fromCharCode(body.getUint8(at + i))).join("");
  const model = Object.hasOwn(MODELS, letters) ? MODELS[letters] : null;
  if (!model || at + 4 + model.size * 4 > body.byteLength) return null;
  const values = Array.from({ length: model.size }, (_, i) => body.getFloat32(at + 4 + i * 4));
  return values.every(Number.isFinite) ? model.hex(values) : null;
}

function swatch(colour) {
  const channels = toRgb(colour).flatMap(float32);
  return [...nameBytes(colour), ...ascii("RGB "), ...channels, 0, NORMAL];
}

function block(type, body) {
  return [type >> 8, type & 255, ...uint32(body.length), ...body];
}

function nameBytes(name) {
  const units = [...Array.from({ length: name.length }, (_, i) => name.charCodeAt(i)), 0];
  return [units.length, ...units].flatMap((unit) => [unit >> 8, unit & 255]);
}

function ascii(text) {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function uint32(number) {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);
}

function float32(number) {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, number);
  return [0, 1, 2, 3].map((i) => view.getUint8(i));
}

function share(value) {
  return Math.min(1, Math.max(0, value));
}

function wide(value) {
  return Math.min(128, Math.max(-128, value));
}
