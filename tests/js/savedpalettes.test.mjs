import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY, MOST, SavedPalettes, freeName, palettesIn, tidyName } from "../../ui/document/savedpalettes.js";

function memory(text = null) {
  const held = new Map(text === null ? [] : [[KEY, text]]);
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value) };
}
const names = (saved) => saved.list().map(({ name }) => name);

test("what is kept is there after a reload, the latest first", () => {
  const storage = memory();
  const saved = new SavedPalettes(() => storage);
  assert.equal(saved.keep("Sea", ["#006994"]), "");
  assert.equal(saved.keep(" Warm \n days ", ["f00", "#FF0000"]), "");
  assert.deepEqual(new SavedPalettes(() => storage).list(), [
    { name: "Warm days", colours: ["#FF0000"] },
    { name: "Sea", colours: ["#006994"] },
  ]);
});

test("the same name again replaces", () => {
  const storage = memory();
  const saved = new SavedPalettes(() => storage);
  saved.keep("Sea", ["#006994"]);
  saved.keep("Sea", ["#112233"]);
  assert.deepEqual(saved.list(), [{ name: "Sea", colours: ["#112233"] }]);
});

test("a deleted palette comes back to its place", () => {
  const storage = memory();
  const saved = new SavedPalettes(() => storage);
  for (const name of ["C", "B", "A"]) saved.keep(name, ["#123456"]);
  const removed = saved.remove("B");
  assert.deepEqual(names(saved), ["A", "C"]);
  saved.putBack(removed);
  assert.deepEqual(names(saved), ["A", "B", "C"]);
  saved.putBack(removed);
  assert.deepEqual(names(saved), ["A", "B", "C"]);
  assert.equal(saved.remove("nobody"), null);
});

test("what another tab wrote is not lost", () => {
  const storage = memory();
  const [one, other] = [new SavedPalettes(() => storage), new SavedPalettes(() => storage)];
  one.list();
  other.keep("Theirs", ["#111111"]);
  one.keep("Mine", ["#222222"]);
  assert.deepEqual(names(other), ["Mine", "Theirs"]);
});

test("broken storage is passed over, and written again", () => {
  for (const broken of ["{", "null", "7", '{"a": 1}', '[null, 3, {"name": "x"}, {"colours": ["red"]}]']) {
    const storage = memory(broken);
    const saved = new SavedPalettes(() => storage);
    assert.deepEqual(saved.list(), [], broken);
    assert.equal(saved.keep("Sea", ["#006994"]), "");
    assert.deepEqual(names(saved), ["Sea"]);
  }
});

test("a browser that stores nothing still keeps for the page", () => {
  const blocked = new SavedPalettes(() => {
    throw new Error("denied");
  });
  assert.match(blocked.keep("Sea", ["#006994"]), /kept until you close/);
  assert.deepEqual(names(blocked), ["Sea"]);
  const full = new SavedPalettes(() => ({
    getItem: () => null,
    setItem: () => {
      throw new Error("quota");
    },
  }));
  assert.match(full.keep("Sea", ["#006994"]), /kept until you close/);
  assert.deepEqual(names(full), ["Sea"]);
});

test("everything is bounded", () => {
  const storage = memory();
  const saved = new SavedPalettes(() => storage);
  for (let i = 0; i < MOST; i += 1) saved.keep(`P${i}`, ["#123456"]);
  assert.match(saved.keep("one more", ["#123456"]), /palettes are the most/);
  assert.equal(saved.list().length, MOST);
  assert.match(saved.keep("none", ["red"]), /no colour to keep/);
  const many = Array.from({ length: 99 }, (_, i) => `#0000${(i + 16).toString(16)}`);
  assert.equal(palettesIn([{ name: "n".repeat(500), colours: many }])[0].colours.length, 16);
  assert.equal(tidyName("n".repeat(500)).length, 60);
});

test("a free name", () => {
  assert.equal(freeName([]), "Palette");
  assert.equal(freeName([{ name: "Palette" }, { name: "Palette 2" }]), "Palette 3");
});
