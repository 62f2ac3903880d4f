import assert from "node:assert/strict";
import { test } from "node:test";
import { Errand, inWords, Refusal } from "../../ui/reading/errand.js";
import { kindOf, pictureToSend, pixelsOf } from "../../ui/reading/picturefile.js";

/** A server whose reading gives this news, one a question; `stopped` are the tickets given back. */
function serverOf(news, begun = { ticket: "t" }) {
  const left = [...news];
  return {
    stopped: [],
    asked: [],
    async read_begin(question) {
      this.asked.push(question);
      return begun;
    },
    async read_news() {
      return left.length > 1 ? left.shift() : left[0];
    },
    async read_stop({ ticket }) {
      this.stopped.push(ticket);
      return {};
    },
  };
}

function errandOf(server) {
  const told = [];
  return { told, errand: new Errand({ server, told: (news) => told.push(news) }) };
}

test("a reading is followed to its end", async () => {
  const server = serverOf([{ phase: "waiting", ahead: 2 }, { phase: "done", proposal: { text: "{}" } }]);
  const { told, errand } = errandOf(server);
  await errand.start(async () => ({ data: "x" }));
  assert.deepEqual(told.map(({ phase }) => phase), ["asking", "waiting", "done"]);
  assert.deepEqual(server.asked, [{ data: "x" }]);
  assert.deepEqual(server.stopped, []);
});

test("a failure has Python's words, a refusal the page's, anything else a calm sentence", async () => {
  const failed = errandOf(serverOf([{ phase: "failed", message: "No caption came back." }]));
  await failed.errand.start(async () => ({}));
  assert.equal(failed.told.at(-1).error, "No caption came back.");
  const refused = errandOf(serverOf([], { error: "There is no picture." }));
  await refused.errand.start(async () => ({}));
  assert.equal(refused.told.at(-1).error, "There is no picture.");
  const odd = errandOf(serverOf([]));
  await odd.errand.start(async () => {
    throw new Refusal("That is no picture.");
  });
  assert.equal(odd.told.at(-1).error, "That is no picture.");
  const warn = console.warn;
  console.warn = () => {};
  const broken = errandOf({ read_begin: async () => Promise.reject(new Error("secret")) });
  await broken.errand.start(async () => ({}));
  console.warn = warn;
  assert.equal(broken.told.at(-1).error, "The studio did not answer. Please try again.");
});

test("what was stopped is given back and heard of no more", async () => {
  const server = serverOf([{ phase: "reading", pieces: 3 }]);
  const { told, errand } = errandOf(server);
  const end = errand.start(async () => ({}));
  await new Promise((go) => setTimeout(go, 20));
  errand.stop();
  const heard = told.length;
  await end;
  assert.deepEqual(server.stopped, ["t"]);
  assert.equal(told.length, heard);
});

test("one that is stopped before it has a ticket gives the ticket back when it comes", async () => {
  const server = serverOf([{ phase: "done" }]);
  const { told, errand } = errandOf(server);
  const end = errand.start(async () => ({}));
  errand.stop();
  await end;
  assert.deepEqual(server.stopped, ["t"]);
  assert.deepEqual(told.map(({ phase }) => phase), ["asking"]);
});

test("a new one takes the place of the last", async () => {
  const server = serverOf([{ phase: "done", proposal: 1 }]);
  const { told, errand } = errandOf(server);
  await Promise.all([errand.start(async () => ({ n: 1 })), errand.start(async () => ({ n: 2 }))]);
  assert.equal(told.filter(({ phase }) => phase === "done").length, 1);
});

test("how it is, in words", () => {
  assert.equal(inWords({ phase: "waiting", ahead: 1 }, "It"), "One picture is before it.");
  assert.equal(inWords({ phase: "waiting", ahead: 3 }, "It"), "3 pictures are before it.");
  assert.equal(inWords({ phase: "loading" }, "It"), "The model is loaded first…");
  assert.equal(inWords({ phase: "asking" }, "It"), "It looks at the picture…");
  assert.equal(inWords({ phase: "reading", pieces: 7 }, "It"), "It reads… 7 pieces written");
});

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

function header(width, height) {
  const bytes = new Uint8Array(32);
  bytes.set(PNG);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

test("a picture is known by its first bytes, whatever it is called", () => {
  assert.equal(kindOf(header(1, 1)), "png");
  assert.equal(kindOf(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])), "jpeg");
  assert.equal(kindOf(new TextEncoder().encode("RIFF1234WEBPVP8 ")), "webp");
  assert.equal(kindOf(new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'>")), "");
  assert.equal(kindOf(new Uint8Array(PNG.slice(0, 8))), "");
  assert.equal(kindOf(new Uint8Array()), "");
  assert.equal(pixelsOf(header(4000, 3000)), 12_000_000);
});

test("none, a bomb and a giant are refused; the rest is sent as it is", async () => {
  const refused = async (blob, words) =>
    assert.rejects(pictureToSend(blob), (problem) => problem instanceof Refusal && problem.message.includes(words));
  await refused(new Blob(["<svg/>"]), "no picture");
  await refused(new Blob([header(60_000, 60_000)]), "64 million");
  await refused({ size: (32 << 20) + 1 }, "32 MB");
  const good = header(8, 8);
  assert.equal(await pictureToSend(new Blob([good])), Buffer.from(good).toString("base64"));
});
