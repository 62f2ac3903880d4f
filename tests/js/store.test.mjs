import assert from "node:assert/strict";
import { test } from "node:test";
import { addElement, elementsOf, setBox } from "../../ui/document/caption.js";
import { DocumentStore } from "../../ui/document/store.js";

const TEXT = `{
  "high_level_description": "A cup.",
  "compositional_deconstruction": {
    "background": "A wall.",
    "elements": [
      {"type": "obj", "bbox": [100, 100, 200, 200], "desc": "one"},
      {"type": "obj", "bbox": [300, 300, 400, 400], "desc": "two"}
    ]
  }
}`;

function open(text = TEXT) {
  const clock = { now: 0 };
  const store = new DocumentStore({ now: () => clock.now });
  store.load(text);
  return { store, clock };
}

const boxes = (store) => store.elements.map(({ bbox }) => bbox);
const describe = (words) => (draft) => {
  elementsOf(draft)[0].desc = words;
};

test("loading the first document leaves nothing to undo", () => {
  const { store } = open();
  assert.equal(store.canUndo, false);
  assert.equal(store.elements.length, 2);
  assert.equal(store.problem, null);
});

test("an edit changes text and value together, undo and redo go back and forth", () => {
  const { store } = open();
  store.edit((draft) => setBox(draft, 0, [1, 2, 3, 4]), "canvas");
  assert.deepEqual(JSON.parse(store.text), store.value);
  assert.deepEqual(boxes(store)[0], [1, 2, 3, 4]);
  store.undo();
  assert.equal(store.text, TEXT);
  store.redo();
  assert.deepEqual(boxes(store)[0], [1, 2, 3, 4]);
  assert.equal(store.canRedo, false);
});

test("a new edit after undo drops what could be redone", () => {
  const { store } = open();
  store.edit(describe("a"), "inspector");
  store.undo();
  store.edit(describe("b"), "inspector");
  assert.equal(store.canRedo, false);
});

test("listeners do not hear their own origin, unless they ask to", () => {
  const { store } = open();
  const heard = [];
  store.subscribe("canvas", () => heard.push("canvas"));
  store.subscribe("editor", () => heard.push("editor"));
  store.subscribe("canvas", () => heard.push("own"), { own: true });
  store.edit((draft) => setBox(draft, 0, [1, 2, 3, 4]), "canvas");
  assert.deepEqual(heard, ["editor", "own"]);
});

test("a listener that edits on hearing does not hear itself: no echo", () => {
  const { store } = open();
  let rounds = 0;
  store.subscribe("editor", () => {
    rounds += 1;
    store.setText(store.text, "editor");
  });
  store.edit(describe("x"), "canvas");
  assert.equal(rounds, 1);
});

test("changes told are exactly what turns the old text into the new", () => {
  const { store } = open();
  let shown = store.text;
  store.subscribe("editor", ({ changes, before, text }) => {
    if (!text) return;
    assert.equal(shown, before);
    let out = "";
    let at = 0;
    for (const { from, to, insert } of changes) {
      out += before.slice(at, from) + insert;
      at = to;
    }
    shown = out + before.slice(at);
    assert.equal(shown, store.text);
  });
  store.edit(describe("x"), "canvas");
  store.edit((draft) => addElement(draft, "text", [0, 0, 9, 9]), "canvas", { live: true });
  store.edit((draft) => setBox(draft, 2, [0, 0, 50, 50]), "canvas", { live: true });
  store.commit("canvas");
  store.undo();
  store.undo();
  store.redo();
  store.load("{}");
});

test("a gesture is one step of history and can be given up", () => {
  const { store } = open();
  for (const at of [1, 2, 3]) {
    store.edit((draft) => setBox(draft, 0, [at, at, 500, 500]), "canvas", { live: true });
  }
  store.commit("canvas");
  store.undo();
  assert.equal(store.text, TEXT);
  assert.equal(store.canUndo, false);
  store.edit((draft) => setBox(draft, 0, [9, 9, 500, 500]), "canvas", { live: true });
  store.cancel("canvas");
  assert.equal(store.text, TEXT);
  assert.equal(store.canUndo, false);
});

test("a gesture that comes back to where it began leaves no step", () => {
  const { store } = open();
  store.edit((draft) => setBox(draft, 0, [5, 5, 200, 200]), "canvas", { live: true });
  store.edit((draft) => setBox(draft, 0, [100, 100, 200, 200]), "canvas", { live: true });
  store.commit("canvas");
  assert.equal(store.canUndo, false);
});

test("typing in one go is one step, after a pause another", () => {
  const { store, clock } = open();
  store.setText(`${TEXT} `, "editor");
  clock.now = 200;
  store.setText(`${TEXT}  `, "editor");
  clock.now = 5000;
  store.setText(`${TEXT}   `, "editor");
  store.undo();
  assert.equal(store.text, `${TEXT}  `);
  store.undo();
  assert.equal(store.text, TEXT);
});

test("typing in one field merges, in another it does not", () => {
  const { store } = open();
  store.edit(describe("a"), "inspector", { merge: "desc:0" });
  store.edit(describe("ab"), "inspector", { merge: "desc:0" });
  store.edit((draft) => setBox(draft, 0, [1, 1, 9, 9]), "inspector", { merge: "bbox:0" });
  store.undo();
  assert.equal(store.elements[0].desc, "ab");
  store.undo();
  assert.equal(store.text, TEXT);
});

test("a session is one step however slow, and ends with any other edit", () => {
  const { store, clock } = open();
  store.edit(describe("a"), "words", { session: "1" });
  clock.now += 3_600_000;
  store.edit(describe("ab"), "words", { session: "1" });
  store.edit(describe("abc"), "words", { session: "2" });
  store.edit((draft) => setBox(draft, 0, [1, 1, 9, 9]), "canvas");
  store.edit(describe("abcd"), "words", { session: "2" });
  const steps = [];
  while (store.canUndo) {
    store.undo();
    steps.push(store.elements[0].desc);
  }
  assert.deepEqual(steps, ["abc", "abc", "ab", "one"]);
});

test("broken text locks the value, keeps every letter, and undo still works", () => {
  const { store } = open();
  const broken = TEXT.replace('"A cup."', '"A cup."" oops');
  store.setText(broken, "editor");
  assert.equal(store.problem.line, 2);
  assert.equal(store.elements.length, 2);
  assert.equal(store.edit(describe("x"), "canvas"), false);
  assert.equal(store.text, broken);
  store.undo();
  assert.equal(store.problem, null);
  assert.equal(store.text, TEXT);
  store.redo();
  assert.equal(store.text, broken);
});

test("JSON that cannot hold elements locks too, and says where", () => {
  const { store } = open();
  store.setText('{\n  "compositional_deconstruction": {"elements": {}}\n}', "editor");
  assert.match(store.problem.message, /"elements" must be a list/);
  assert.equal(store.problem.line, 2);
});

test("a blank page can be drawn on", () => {
  const { store } = open("");
  assert.equal(store.problem, null);
  store.edit((draft) => addElement(draft, "obj", [1, 2, 3, 4]), "canvas", {
    select: (index) => [index],
  });
  assert.equal(store.selected, 0);
  assert.deepEqual(JSON.parse(store.text).compositional_deconstruction.elements.length, 1);
  store.undo();
  assert.equal(store.text, "");
});

test("a document that Python loads can be undone, with its selection", () => {
  const { store } = open();
  store.select([1], "canvas");
  store.load("{}");
  assert.deepEqual(store.selection, []);
  store.undo();
  assert.equal(store.text, TEXT);
  assert.deepEqual(store.selection, [1]);
});

test("loading the text that is there changes nothing", () => {
  const { store } = open();
  let told = 0;
  store.subscribe("any", () => (told += 1));
  store.load(TEXT);
  assert.equal(told, 0);
  assert.equal(store.canUndo, false);
});

test("the selection never points at what is not there", () => {
  const { store } = open();
  store.select([1, 7, -1, 0.5], "canvas");
  assert.deepEqual(store.selection, [1]);
  store.setText(TEXT.replace(/,\n.*"two"\}/, ""), "editor");
  assert.equal(store.elements.length, 1);
  assert.equal(store.selected, null);
});

test("line ends of any system count as one letter, as in the editor", () => {
  const { store } = open(TEXT.replaceAll("\n", "\r\n"));
  assert.equal(store.text, TEXT);
  store.setText("{\r}", "editor");
  assert.equal(store.text, "{\n}");
});

test("a draft given to an edit is a copy", () => {
  const { store } = open();
  const before = store.value;
  store.edit(describe("changed"), "canvas");
  assert.equal(before.compositional_deconstruction.elements[0].desc, "one");
});

test("hostile words are words", () => {
  const words = '<img src=x onerror=alert(1)> ${1} {{x}} `y` "quoted" \\ \u2028 </script>';
  const { store } = open();
  store.edit(describe(words), "inspector");
  assert.equal(JSON.parse(store.text).compositional_deconstruction.elements[0].desc, words);
  store.setText(store.text, "editor");
  assert.equal(store.elements[0].desc, words);
});

test("sixty boxes can be dragged: a live edit leaves history and text whole", () => {
  const { store } = open("");
  for (let i = 0; i < 60; i += 1) {
    store.edit((draft) => addElement(draft, "obj", [i, i, i + 100, i + 100]), "canvas");
  }
  for (let i = 1; i <= 100; i += 1) {
    store.edit((draft) => setBox(draft, 30, [i, i, i + 100, i + 100]), "canvas", { live: true });
  }
  store.commit("canvas");
  assert.deepEqual(JSON.parse(store.text), store.value);
  store.undo();
  assert.deepEqual(store.elements[30].bbox, [30, 30, 130, 130]);
});

test("a new size of the page is a step of history together with what it did to the boxes", () => {
  const store = new DocumentStore();
  store.load('{"compositional_deconstruction": {"elements": [{"bbox": [0, 0, 10, 10]}]}}');
  const heard = [];
  store.subscribe("x", (change) => heard.push([change.origin, change.page, change.text]));
  const wide = { width: 2048, height: 1024 };
  const changed = store.edit((draft) => void (draft.high_level_description = "w"), "size", { page: wide });
  assert.ok(changed);
  assert.deepEqual(store.page, wide);
  store.undo();
  assert.deepEqual(store.page, { width: 1024, height: 1024 });
  assert.equal(store.value.high_level_description, undefined);
  store.redo();
  assert.deepEqual(store.page, wide);
  assert.equal(store.value.high_level_description, "w");
  assert.deepEqual(heard, [["size", true, true], ["history", true, true], ["history", true, true]]);
});

test("a size alone, without a letter changed, is a step as well", () => {
  const store = new DocumentStore();
  store.load("{}");
  assert.ok(store.edit(() => {}, "size", { page: { width: 512, height: 256 } }));
  assert.ok(store.canUndo);
  store.undo();
  assert.equal(store.page.width, 1024);
});

test("a size that came with a document is taken back with the document", () => {
  const store = new DocumentStore();
  store.load("{}");
  store.load('{"high_level_description": "b"}', "starts");
  store.setPage({ width: 640, height: 960 }, "python");
  store.undo();
  assert.deepEqual([store.text, store.page.width], ["{}", 1024]);
  store.redo();
  assert.equal(store.page.width, 640);
});
