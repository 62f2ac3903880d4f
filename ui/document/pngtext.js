/**
 * Text inside a PNG: the JavaScript twin of `save_png` in `ideogram4/png.py`, for pictures made in
 * the page. Each entry is an uncompressed UTF-8 iTXt chunk right after the picture's header.
 *
 * What it is not: an encoder or a decoder of pixels.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Signature, then the header chunk: length, name, 13 bytes, checksum. */
const HEADER_END = 8 + 4 + 4 + 13 + 4;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/**
 * @param {Uint8Array} png
 * @param {Record<string, string>} entries keyword (1 to 79 printable ASCII letters) to text
 * @returns {Uint8Array} the same picture with the entries in it
 */
export function withText(png, entries) {
  const begins = SIGNATURE.every((byte, at) => png[at] === byte);
  if (!begins || png.length < HEADER_END) throw new TypeError("That is not a PNG");
  const chunks = Object.entries(entries).map(([keyword, text]) => {
    if (!/^[\x20-\x7E]{1,79}$/.test(keyword)) throw new TypeError(`"${keyword}" is no PNG keyword`);
    // Keyword, its end, not compressed, and two more ends: no language, no translation.
    return chunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`));
  });
  return joined([png.subarray(0, HEADER_END), ...chunks, png.subarray(HEADER_END)]);
}

/** The checksum of PNG and zip: CRC-32. */
export function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function chunk(name, body) {
  const whole = new Uint8Array(12 + body.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, body.length);
  whole.set(new TextEncoder().encode(name), 4);
  whole.set(body, 8);
  // The checksum is of the name and the body, not of the length.
  view.setUint32(8 + body.length, crc32(whole.subarray(4, 8 + body.length)));
  return whole;
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
