/**
 * A picture's file made ready to be sent: refused by its first bytes where it is none or too large,
 * made smaller where it is merely large.
 *
 * What it is not: the check that counts; Python judges again what arrives.
 */

import { h } from "../document/dom.js";
import { Refusal } from "./errand.js";

const MOST_BYTES = 32 << 20;
const MOST_PIXELS = 64_000_000;
/** Sent as it is; a larger file is drawn anew first. */
const SMALL_BYTES = 4 << 20;
const SIDE = 1536;
const NONE = "That is no picture that can be read. PNG, JPEG and WebP are; the name of a file does not make it one.";

/** @returns {Promise<string>} base64; throws a Refusal in plain words */
export async function pictureToSend(file) {
  if (file.size > MOST_BYTES) throw new Refusal("The picture is larger than 32 MB.");
  const begin = new Uint8Array(await file.slice(0, 32).arrayBuffer());
  const kind = kindOf(begin);
  if (!kind) throw new Refusal(NONE);
  if (kind === "png" && pixelsOf(begin) > MOST_PIXELS) throw new Refusal("The picture has more than 64 million pixels.");
  return base64(file.size <= SMALL_BYTES ? file : await smaller(file));
}

/** "png", "jpeg", "webp" or "" by the first bytes. */
export function kindOf(begin) {
  const has = (at, ...bytes) => bytes.every((byte, n) => begin[at + n] === byte);
  if (has(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) && begin.length >= 24) return "png";
  if (has(0, 0xff, 0xd8, 0xff)) return "jpeg";
  return has(0, 0x52, 0x49, 0x46, 0x46) && has(8, 0x57, 0x45, 0x42, 0x50) ? "webp" : "";
}

/** What a PNG's header claims. */
export function pixelsOf(begin) {
  const view = new DataView(begin.buffer, begin.byteOffset);
  return view.getUint32(16) * view.getUint32(20);
}

async function smaller(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Refusal(NONE);
  }
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = h("canvas", { width, height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let letters = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(letters);
}
