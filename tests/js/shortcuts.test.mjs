import assert from "node:assert/strict";
import { test } from "node:test";
import { actionsOf } from "../../ui/canvas/keyboard.js";
import { keysOf, matching, SHORTCUTS, spelled } from "../../ui/canvas/shortcuts.js";
import { remembered, settingsFrom } from "../../ui/canvas/view_settings.js";

const press = (key, held = {}) => ({
  key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false,
  getModifierState: (name) => held.altGraph === true && name === "AltGraph",
  ...held,
});
const PLACES = ["page", "canvas", "anywhere"];
const ids = (event, places = PLACES) => matching(event, places).map(({ id }) => id);

test("every key of the sheet does something, and every action has a key on the sheet", () => {
  const handled = SHORTCUTS.filter(({ where }) => PLACES.includes(where)).map(({ id }) => id);
  assert.deepEqual(Object.keys(actionsOf({})).sort(), handled.sort());
});

test("keys that the browser or the history handles are on the sheet, and only those", () => {
  const others = SHORTCUTS.filter(({ id, where }) => id && !PLACES.includes(where));
  assert.deepEqual(others.map(({ id }) => id), ["undo", "redo", "copy", "cut", "paste"]);
});

test("no combination means two things, but where the tool in hand decides", () => {
  const seen = new Map();
  for (const { id, keys = [] } of SHORTCUTS) {
    for (const combination of keys) seen.set(combination, [...(seen.get(combination) ?? []), id]);
  }
  const doubles = [...seen].filter(([, found]) => found.length > 1);
  assert.deepEqual(doubles, [
    ["Enter", ["enter", "edit-words"]],
    ["Space", ["enter", "edit-words"]],
  ]);
});

test("modifiers must be exactly those of the row", () => {
  assert.deepEqual(ids(press("a", { ctrlKey: true })), ["select-all"]);
  assert.deepEqual(ids(press("a", { metaKey: true })), ["select-all"]);
  assert.deepEqual(ids(press("a")), []);
  assert.deepEqual(ids(press("a", { ctrlKey: true, shiftKey: true })), []);
  assert.deepEqual(ids(press("t")), ["tool-text"]);
  assert.deepEqual(ids(press("T", { shiftKey: true })), ["align-top"]);
  assert.deepEqual(ids(press("T")), ["tool-text"], "caps lock");
  assert.deepEqual(ids(press("ArrowUp", { shiftKey: true })), ["nudge-far"]);
  assert.deepEqual(ids(press("ArrowUp", { ctrlKey: true })), []);
  assert.deepEqual(ids(press("z", { ctrlKey: true })), []);
});

test("a sign counts however the keyboard makes it", () => {
  assert.deepEqual(ids(press("?", { shiftKey: true })), ["help"]);
  assert.deepEqual(ids(press("]")), ["forward"]);
  assert.deepEqual(ids(press("]", { altGraph: true, ctrlKey: true, altKey: true })), ["forward"]);
  assert.deepEqual(ids(press("]", { ctrlKey: true })), []);
});

test("keys of the page leave the rest of the panel alone", () => {
  assert.deepEqual(ids(press("Delete"), ["canvas"]), []);
  assert.deepEqual(ids(press("v"), ["canvas"]), ["tool-select"]);
  assert.deepEqual(ids(press("v"), ["anywhere"]), []);
});

test("combinations are spelled as the keyboard says", () => {
  assert.equal(keysOf("redo"), "Ctrl+Shift+Z");
  assert.equal(keysOf("redo", true), "⌘ ⇧ Z");
  assert.equal(spelled("Alt+Shift+Arrow"), "Alt+Shift+Arrows");
});

test("kept settings are taken where they are sound, without storage there are still some", () => {
  const start = {
    snap: true, shapes: true, thirds: false, columns: false, margins: false, safe: false,
    backdrop: "blank", opacity: { last: 100, live: 100, reference: 50 },
  };
  for (const odd of [null, "", "oops", "null", "[]", '"x"', '{"snap": "no", "other": true}']) {
    assert.deepEqual(settingsFrom(odd), start);
  }
  assert.deepEqual(settingsFrom('{"snap": false, "thirds": true}'), { ...start, snap: false, thirds: true });
  const odd = settingsFrom('{"backdrop": "reference", "opacity": {"last": 70, "live": 5, "reference": "x"}}');
  assert.deepEqual(odd, { ...start, opacity: { ...start.opacity, last: 70 } });
  assert.equal(settingsFrom('{"backdrop": "live"}').backdrop, "live");
  assert.deepEqual(remembered(), start);
});
