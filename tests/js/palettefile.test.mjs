import assert from "node:assert/strict";
import { test } from "node:test";
import { writeAse } from "../../ui/document/ase.js";
import { KINDS, MOST_BYTES, readPaletteFile, writePaletteFile } from "../../ui/document/palettefile.js";

const text = (words) => new TextEncoder().encode(words);
const read = (words, name) => readPaletteFile(text(words), name);

/** A swatch file by hand: `["group", name]`, `["end"]`, or `[model, numbers, name]`. */
function ase(...blocks) {
  const out = [];
  const u16 = (n) => out.push((n >> 8) & 255, n & 255);
  const u32 = (n) => (u16(n >>> 16), u16(n & 0xffff));
  out.push(...text("ASEF"));
  u16(1);
  u16(0);
  u32(blocks.length);
  const name = (word) => {
    u16(word.length + 1);
    for (const letter of word) u16(letter.charCodeAt(0));
    u16(0);
  };
  for (const [kind, numbers = [], title = "x"] of blocks) {
    if (kind === "group") {
      u16(0xc001);
      u32(2 + (numbers.length + 1) * 2);
      name(numbers);
    } else if (kind === "end") {
      u16(0xc002);
      u32(0);
    } else {
      u16(1);
      u32(2 + (title.length + 1) * 2 + 4 + numbers.length * 4 + 2);
      name(title);
      out.push(...text(kind));
      for (const number of numbers) {
        const view = new DataView(new ArrayBuffer(4));
        view.setFloat32(0, number);
        out.push(...new Uint8Array(view.buffer));
      }
      u16(0);
    }
  }
  return Uint8Array.from(out);
}

test("every kind comes back as it was written", () => {
  const palette = { name: "Été à la mer", colours: ["#FF0000", "#0A0B0C", "#FFFFFF", "#3366CC"] };
  for (const kind of KINDS) {
    const { bytes, filename, type } = writePaletteFile(palette, kind);
    assert.ok(filename.endsWith(`.${kind}`) && type);
    assert.deepEqual(readPaletteFile(bytes, "x"), { ok: true, palettes: [palette], notes: [] }, kind);
  }
});

test("every byte of every channel survives .ase", () => {
  const colours = Array.from({ length: 256 }, (_, i) => `#${i.toString(16).padStart(2, "0")}80FF`.toUpperCase());
  const { bytes } = writePaletteFile({ name: "all", colours }, "ase");
  assert.deepEqual(readPaletteFile(bytes).palettes[0].colours, colours);
});

test("names of files hold nothing that a file system dislikes", () => {
  const name = (wish) => writePaletteFile({ name: wish, colours: ["#FF0000"] }, "gpl").filename;
  assert.equal(name("Warm  days"), "Warm-days.gpl");
  assert.equal(name("../../etc/<b>"), "etcb.gpl");
  assert.equal(name("***"), "palette.gpl");
});

test(".ase: four colour models, groups with names, swatches outside a group", () => {
  const bytes = ase(
    ["RGB ", [1, 0, 0], "red"],
    ["group", "Print"],
    ["CMYK", [0, 1, 1, 0]],
    ["CMYK", [0, 0, 0, 1]],
    ["LAB ", [1, 0, 0]],
    ["end"],
    ["Gray", [0.5]],
  );
  assert.deepEqual(readPaletteFile(bytes, "mine.ase"), {
    ok: true,
    palettes: [
      { name: "mine", colours: ["#FF0000"] },
      { name: "Print", colours: ["#FF0000", "#000000", "#FFFFFF"] },
      { name: "mine", colours: ["#808080"] },
    ],
    notes: [],
  });
});

test(".ase: what cannot be understood is passed over and said", () => {
  const found = readPaletteFile(ase(["RGB ", [0, 0, 1]], ["HSB ", [1, 1, 1]], ["RGB ", [Number.NaN, 0, 0]], ["RGB ", [9, -3, 0]]));
  assert.deepEqual(found.palettes[0].colours, ["#0000FF", "#FF0000"]);
  assert.deepEqual(found.notes, ["2 entries are no colour."]);
});

test(".ase cut at every byte: either colours with a note, or a sentence; never an error", () => {
  const whole = writeAse({ name: "Cut", colours: ["#112233", "#445566"] });
  for (let length = 0; length < whole.length; length += 1) {
    const found = readPaletteFile(whole.slice(0, length));
    if (found.ok) assert.ok(found.notes[0].includes("damaged"), `${length}`);
    else assert.match(found.message, /^[A-Z].*\.$/);
  }
});

test(".ase with any byte turned never throws", () => {
  const whole = writeAse({ name: "Turned", colours: ["#112233", "#445566"] });
  for (let at = 0; at < whole.length; at += 1) {
    for (const byte of [0, 127, 255]) {
      const found = readPaletteFile(whole.with(at, byte));
      assert.equal(typeof (found.ok ? found.notes.join() : found.message), "string");
    }
  }
});

test(".gpl as GIMP and others write it", () => {
  const found = read(
    "GIMP Palette\r\nName: Sea\r\nColumns: 4\r\nChannels: RGBA\r\n# note\r\n\r\n  0 105 148\tdeep\r\n 255 255 255 255 foam\r\n0 105 148\r\n300 0 0 no\r\nrubbish\r\n",
    "other.gpl",
  );
  assert.deepEqual(found.palettes, [{ name: "Sea", colours: ["#006994", "#FFFFFF"] }]);
  assert.deepEqual(found.notes, ["2 entries are no colour."]);
  assert.match(read("GIMP Palette\nName: x\n").message, /no line with three numbers/);
});

test("JSON in its three forms, both spellings", () => {
  const two = ["#00FF00", "#0000FF"];
  assert.deepEqual(read('["0f0", "#00f"]', "my.list.json").palettes, [{ name: "my.list", colours: two }]);
  assert.deepEqual(read('{"name": "A", "colours": ["#0f0", "#00f"]}').palettes, [{ name: "A", colours: two }]);
  assert.deepEqual(read('\uFEFF[{"name": "A", "colors": ["0f0"]}, {"colours": ["00f"]}]', "f").palettes, [
    { name: "A", colours: ["#00FF00"] },
    { name: "f", colours: ["#0000FF"] },
  ]);
  assert.deepEqual(read('["#0f0", 7, "teal", null]').notes, ["3 entries are no colour."]);
});

test("a list of colours in a plain text is a palette as well", () => {
  assert.deepEqual(read("#0f0\n0000ff\n", "a.hex").palettes, [{ name: "a", colours: ["#00FF00", "#0000FF"] }]);
});

test("damage is told in plain words", () => {
  const cases = {
    "": /empty/, "{": /damaged or cut off/, "[]": /no colours/, "{}": /no colours/, "[1, [2], null]": /no colours/,
    '{"colours": "#FF0000"}': /no colours/, "hello": /not a palette/, "ASEF": /damaged/,
    [`${"[".repeat(200_000)}`]: /damaged or cut off/, "\0\0FF0000 FF0000": /not a palette/,
  };
  for (const [words, wanted] of Object.entries(cases)) {
    const found = read(words);
    assert.equal(found.ok, false, words.slice(0, 20));
    assert.match(found.message, wanted);
  }
});

test("sizes are bounded: too large is refused, too many are trimmed, both said", () => {
  assert.match(readPaletteFile(new Uint8Array(MOST_BYTES + 1)).message, /1\.0 MB; a palette file has at most 1 MB/);
  const many = Array.from({ length: 300 }, (_, i) => `#00${i.toString(16).padStart(4, "0")}`);
  const found = read(JSON.stringify([{ name: "a", colours: many.slice(0, 200) }, { name: "b", colours: many.slice(200) }]));
  assert.deepEqual(found.palettes.map(({ colours }) => colours.length), [200, 56]);
  assert.deepEqual(found.notes, ["Only 256 colours are read; 44 colours left out."]);
  assert.equal([...read(JSON.stringify({ name: "n".repeat(9999), colours: ["#FF0000"] })).palettes[0].name].length, 60);
});
