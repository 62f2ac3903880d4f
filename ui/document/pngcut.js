/**
 * A PNG without its pixels: the header and the texts, a few kilobytes that can be sent to be read.
 *
 * Only the eight bytes before each chunk are looked at, so a huge picture costs nothing. Nothing is
 * checked but the frame; Python reads what is left. What it is not: a reader of the texts.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const KEPT = new Set(["IHDR", "tEXt", "zTXt", "iTXt", "IEND"]);
const MOST_CHUNKS = 10_000;
const MOST_BYTES = 2 << 20;

/**
 * @param {Blob} file
 * @returns {Promise<Blob>} throws a TypeError in plain words for what is no PNG
 */
export async function withoutPixels(file) {
  const begin = await bytes(file, 0, 8);
  if (!SIGNATURE.every((byte, at) => begin[at] === byte)) throw new TypeError("That is not a PNG picture.");
  const parts = [file.slice(0, 8)];
  let size = 8;
  let at = 8;
  for (let number = 0; number < MOST_CHUNKS; number += 1) {
    const head = await bytes(file, at, at + 8);
    if (head.length < 8) throw new TypeError("The picture is cut off.");
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
    const name = String.fromCharCode(...head.subarray(4));
    const end = at + 12 + length;
    if (end > file.size) throw new TypeError("The picture is cut off.");
    if (KEPT.has(name)) {
      parts.push(file.slice(at, end));
      size += 12 + length;
      if (size > MOST_BYTES) throw new TypeError("The picture holds more text than a caption can be.");
    }
    if (name === "IEND") return new Blob(parts);
    at = end;
  }
  throw new TypeError("The picture has too many parts.");
}

async function bytes(file, from, to) {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}
