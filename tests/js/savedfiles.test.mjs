/** Saved files: text inside a PNG, byte for byte, and names that every system takes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 as zlibCrc32, deflateSync } from "node:zlib";

import { filename, slug } from "../../ui/document/filename.js";
import { crc32, withText } from "../../ui/document/pngtext.js";

function chunk(name, body) {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([Buffer.from(name), body])));
  return Buffer.concat([size, Buffer.from(name), body, sum]);
}

const HEADER = chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]));
const PNG = new Uint8Array(
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    HEADER,
    chunk("IDAT", deflateSync(Buffer.from([0, 1, 2, 3]))),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);

function chunks(png) {
  const bytes = Buffer.from(png);
  const found = [];
  for (let at = 8; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const covered = bytes.subarray(at + 4, at + 8 + size);
    assert.equal(bytes.readUInt32BE(at + 8 + size), crc32(covered));
    found.push({ name: covered.toString("latin1", 0, 4), body: covered.subarray(4) });
    at += 12 + size;
  }
  return found;
}

test("the checksum is that of PNG", () => {
  // The check value that every description of CRC-32 gives.
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
  if (zlibCrc32) assert.equal(crc32(PNG), zlibCrc32(PNG));
});

test("entries stand after the header, byte for byte, and the rest of the picture stays", () => {
  const text = `{"a": "שלום 👩‍👩‍👧 <b> \\u0000"}\r\n`;
  const found = chunks(withText(PNG, { caption: text, width: "1" }));
  assert.deepEqual(found.map(({ name }) => name), ["IHDR", "iTXt", "iTXt", "IDAT", "IEND"]);
  assert.equal(found[1].body.toString("utf-8"), `caption\0\0\0\0\0${text}`);
  assert.deepEqual(chunks(PNG), found.filter(({ name }) => name !== "iTXt"));
});

test("what is no PNG, and what is no keyword, is refused", () => {
  assert.throws(() => withText(new Uint8Array(100), { caption: "x" }), /not a PNG/);
  assert.throws(() => withText(PNG.subarray(0, 20), { caption: "x" }), /not a PNG/);
  for (const keyword of ["", "é", "a\0", "k".repeat(80)]) {
    assert.throws(() => withText(PNG, { [keyword]: "x" }), /keyword/);
  }
});

test("a name says what it is of, its size and what it is", () => {
  const size = { width: 1024, height: 768 };
  assert.equal(filename("A red cup, steaming!", size, "wireframe.png"), "a-red-cup-steaming-1024x768-wireframe.png");
  assert.equal(filename("", size, "caption.json"), "layout-1024x768-caption.json");
  assert.equal(filename("../../etc/passwd", size, "x.svg"), "etc-passwd-1024x768-x.svg");
});

test("a slug is safe, short, and cut between words", () => {
  const long = slug("A summer menu poster for a small harbour café with two dishes");
  assert.equal(long, "a-summer-menu-poster-for-a-small-harbour");
  assert.ok([...slug("x".repeat(200))].length === 40);
  assert.equal(slug("Café “Zoë’s”"), "café-zoës");
  assert.equal(slug("海辺の 町"), "海辺の-町");
  for (const odd of ["\u202E<>:\"/\\|?*\0", "...", "👩‍👩‍👧", "\ud83d"]) assert.equal(slug(odd), "", odd);
});
