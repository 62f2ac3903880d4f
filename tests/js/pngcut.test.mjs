import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutPixels } from "../../ui/document/pngcut.js";
import { crc32, withText } from "../../ui/document/pngtext.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(name, body) {
  const whole = new Uint8Array(12 + body.length);
  new DataView(whole.buffer).setUint32(0, body.length);
  whole.set(new TextEncoder().encode(name), 4);
  whole.set(body, 8);
  new DataView(whole.buffer).setUint32(8 + body.length, crc32(whole.subarray(4, 8 + body.length)));
  return whole;
}

function png(...chunks) {
  return new Uint8Array([...SIGNATURE, ...chunks.flatMap((part) => [...part])]);
}

const HEADER = chunk("IHDR", new Uint8Array(13));
const PIXELS = chunk("IDAT", new Uint8Array(5000));
const END = chunk("IEND", new Uint8Array(0));

test("the texts stay and the pixels go", async () => {
  const bytes = withText(png(HEADER, PIXELS, END), { caption: "Käse" });
  const cut = new Uint8Array(await (await withoutPixels(new Blob([bytes]))).arrayBuffer());
  assert.ok(cut.length < 200);
  assert.deepEqual(cut, withText(png(HEADER, END), { caption: "Käse" }));
});

test("what stands after the picture's end is left out", async () => {
  const bytes = new Uint8Array([...png(HEADER, END), 1, 2, 3]);
  assert.equal((await withoutPixels(new Blob([bytes]))).size, bytes.length - 3);
});

for (const [what, bytes, words] of [
  ["another kind of file", new TextEncoder().encode("<svg></svg>"), /not a PNG/],
  ["nothing", new Uint8Array(0), /not a PNG/],
  ["a picture that is cut off", png(HEADER, PIXELS).subarray(0, 3000), /cut off/],
  ["a picture without an end", png(HEADER, PIXELS), /cut off/],
  ["a book in a picture", png(HEADER, chunk("tEXt", new Uint8Array(3 << 20)), END), /more text/],
  ["ten thousand parts", png(HEADER, ...Array.from({ length: 10_001 }, () => chunk("abcd", new Uint8Array(0))), END), /too many parts/],
]) {
  test(`${what} is refused in words`, async () => {
    await assert.rejects(withoutPixels(new Blob([bytes])), words);
  });
}
