import assert from "node:assert/strict";
import { test } from "node:test";

import { Memory } from "../../ui/gallery/memory.js";
import { PAGE, Shelf } from "../../ui/gallery/shelf.js";

const id = (n) => `20260101-000000-${String(n).padStart(16, "0")}`;
const picture = (n) => ({ id: id(n), favourite: false });

/** A server with so many pictures, newest first, whose answers come when they are let go. */
function server(count) {
  const asked = [];
  const all = Array.from({ length: count }, (_, n) => picture(n));
  const answer = ({ scope, offset, limit }) => {
    const seen = scope ? all.filter((one) => scope.includes(one.id)) : all;
    const pictures = seen.slice(offset, offset + limit).map((one) => ({ ...one }));
    return { pictures, total: seen.length, all: seen.length, newest: {} };
  };
  return {
    asked,
    all,
    pictures: async (question) => {
      asked.push(question);
      await question.words?.hold;
      return answer(question);
    },
    favourite: async () => ({}),
    remove: async ({ ids }) => {
      for (const gone of ids) all.splice(all.findIndex((one) => one.id === gone), 1);
      return { removed: ids };
    },
    restore: async ({ ids }) => {
      all.unshift(...ids.map((one) => ({ id: one, favourite: false })));
      return { restored: ids };
    },
  };
}

function storage(kept = {}) {
  return { getItem: (key) => kept[key] ?? null, setItem: (key, text) => (kept[key] = text), kept };
}

function shelf(count, { own = false, kept } = {}) {
  const from = server(count);
  const memory = new Memory(() => storage(kept));
  const made = new Shelf({ server: from, memory, own, tell: () => {} });
  return { shelf: made, server: from, memory };
}

test("pictures come a page at a time, none twice", async () => {
  const { shelf: on } = shelf(PAGE + 5);
  await on.ask();
  assert.equal(on.pictures.length, PAGE);
  assert.ok(on.hasMore);
  await on.more();
  assert.equal(new Set(on.pictures.map((one) => one.id)).size, PAGE + 5);
  assert.equal(on.more(), null);
});

test("an answer to an older question is not shown", async () => {
  const { shelf: on } = shelf(3);
  let letGo;
  const hold = new Promise((done) => (letGo = done));
  const first = on.ask({ words: { hold } });
  await on.ask({ words: "" });
  on.pictures = ["the newer answer"];
  letGo();
  await first;
  assert.deepEqual(on.pictures, ["the newer answer"]);
});

test("a browser asks for its own only, and remembers what it made", async () => {
  const kept = {};
  const { shelf: on, memory } = shelf(3, { own: true, kept });
  await on.ask();
  assert.equal(on.all, 0);
  await on.added([id(2), id(0)]);
  assert.deepEqual(on.pictures.map((one) => one.id).sort(), [id(0), id(2)]);
  assert.deepEqual(new Memory(() => storage(kept)).ids, memory.ids);
});

test("chosen ones are added, taken out, and swept", async () => {
  const { shelf: on } = shelf(6);
  await on.ask();
  on.choose(id(1));
  on.choose(id(3), { more: true });
  assert.deepEqual(on.chosen, [id(1), id(3)]);
  on.choose(id(1), { more: true });
  assert.deepEqual(on.chosen, [id(3)]);
  on.chooseTo(id(5));
  assert.deepEqual(on.chosen, [id(3), id(4), id(5)]);
  assert.equal(on.primary.id, id(5));
});

test("what is deleted is chosen no more and comes back with undo", async () => {
  const { shelf: on } = shelf(3, { own: true, kept: { "ideogram4-pictures": JSON.stringify([id(0), id(1)]) } });
  await on.ask();
  on.choose(id(1));
  const gone = await on.remove([id(1)]);
  assert.deepEqual([on.chosen, on.pictures.length], [[], 1]);
  await on.restore(gone);
  assert.equal(on.pictures.length, 2);
});

test("a gallery that does not answer keeps what it shows and says so", async () => {
  const { shelf: on, server: from } = shelf(2);
  await on.ask();
  from.pictures = async () => {
    throw new Error("gone");
  };
  await on.refresh();
  assert.equal(on.pictures.length, 2);
  assert.match(on.problem, /did not answer/);
});

test("storage may be forbidden, full, or hold anybody's words", () => {
  const forbidden = new Memory(() => {
    throw new Error("denied");
  });
  forbidden.add([id(1)]);
  assert.deepEqual(forbidden.ids, [id(1)]);
  for (const text of ["{", "7", '{"a": 1}', '["../../etc/passwd", 7, null]']) {
    assert.deepEqual(new Memory(() => storage({ "ideogram4-pictures": text })).ids, []);
  }
});
