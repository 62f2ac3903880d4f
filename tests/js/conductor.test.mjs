/** When the live demo asks, draws and stops: the page's side without a page and without a clock. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Conductor, LATER, PAUSE } from "../../ui/live/conductor.js";

const caption = (background) => ({ compositional_deconstruction: { background, elements: [] } });

let page, sent, timers, shown, conductor;

/** Let the one timer that is running come due; it fails when there is none or the pause differs. */
function pass(ms = PAUSE) {
  assert.deepEqual(timers.map((timer) => timer.ms), [ms]);
  timers.pop().then();
}

function edit(background) {
  page.value = caption(background);
  conductor.edited();
}

function told(number, state, more = {}) {
  conductor.told({ number, state, message: "", settled: 0, text: null, ...more });
}

/** Edit and go through to the finished picture. */
function drawn(number, background) {
  edit(background);
  pass();
  told(number, "go");
  told(number, "drawing");
  told(number, "drawn");
  sent.length = 0;
}

beforeEach(() => {
  page = { value: caption("first"), size: { width: 1, height: 1 }, broken: false, inGesture: false };
  sent = [];
  timers = [];
  shown = [];
  conductor = new Conductor({
    read: () => ({ ...page }),
    ask: (number) => sent.push(`ask ${number}`),
    draw: (number) => sent.push(`draw ${number}`),
    stop: (number) => sent.push(`stop ${number}`),
    show: (state, message = "") => shown.push(message ? `${state}: ${message}` : state),
    after: (ms, then) => {
      const timer = { ms, then };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  });
  conductor.open();
  conductor.switchTo(true);
});

test("a page that has just opened draws nothing", () => {
  assert.deepEqual(timers, []);
  assert.equal(shown.at(-1), "on");
  conductor.edited();
  assert.deepEqual(timers, []);
});

test("an edit is asked for after a pause, and drawn when nobody is before it", () => {
  edit("a");
  assert.deepEqual(sent, []);
  pass();
  assert.deepEqual(sent, ["ask 1"]);
  told(1, "go");
  assert.deepEqual(sent, ["ask 1", "draw 1"]);
  told(1, "drawing");
  told(1, "drawn");
  assert.deepEqual(timers, []);
  assert.equal(shown.at(-1), "on");
});

test("each further edit starts the pause again", () => {
  for (const background of ["a", "b", "c"]) edit(background);
  pass();
  assert.deepEqual(sent, ["ask 1"]);
});

test("the next edit stops a running redraw at once and another follows", () => {
  edit("a");
  pass();
  told(1, "go");
  edit("b");
  assert.deepEqual(sent, ["ask 1", "draw 1", "stop 1"]);
  pass();
  assert.equal(sent.at(-1), "ask 2");
  told(1, "drawn"); // late news of the first
  told(2, "go");
  assert.equal(sent.at(-1), "draw 2");
});

test("an answer that comes after the edit draws nothing", () => {
  edit("a");
  pass();
  edit("b");
  told(1, "go");
  assert.deepEqual(sent, ["ask 1", "stop 1"]);
});

test("what the model reads has to change: the same caption is not drawn again", () => {
  drawn(1, "a");
  page.value = caption("a"); // another object of the same content, as Tidy makes one
  conductor.edited();
  assert.deepEqual([timers, sent], [[], []]);
});

test("a change of nothing leaves a running redraw alone", () => {
  edit("a");
  pass();
  edit("a");
  assert.deepEqual([timers, sent], [[], ["ask 1"]]);
});

test("an edit that is taken back within the pause draws nothing", () => {
  drawn(1, "a");
  edit("b");
  edit("a");
  assert.deepEqual([timers, sent], [[], []]);
});

test("an edit that is taken back later is drawn, for half of another picture is in sight", () => {
  drawn(1, "a");
  edit("b");
  pass();
  edit("a");
  pass();
  assert.deepEqual(sent, ["ask 2", "stop 2", "ask 3"]);
});

test("a broken caption stops the redraw, asks nothing and alarms nobody", () => {
  edit("a");
  pass();
  page.broken = true;
  conductor.edited();
  assert.deepEqual([timers, sent], [[], ["ask 1", "stop 1"]]);
  assert.equal(shown.at(-1), "caption");
  page.broken = false;
  conductor.edited();
  pass();
  assert.equal(sent.at(-1), "ask 2");
});

test("a caption that breaks during the pause is not asked for", () => {
  edit("a");
  page.broken = true;
  pass();
  assert.deepEqual([timers, sent], [[], []]);
});

test("nothing is drawn while a pointer is down, even if the gesture ends without a word", () => {
  edit("a");
  page.inGesture = true;
  pass();
  assert.deepEqual(sent, []);
  page.inGesture = false;
  pass();
  assert.deepEqual(sent, ["ask 1"]);
});

test("who has to wait asks again later, with what the caption is by then", () => {
  edit("a");
  pass();
  told(1, "later");
  assert.equal(shown.at(-1), "turn");
  pass(LATER);
  assert.deepEqual(sent, ["ask 1", "ask 2"]);
});

test("a redraw that gave way half-drawn is drawn again", () => {
  edit("a");
  pass();
  told(1, "go");
  told(1, "drawing");
  told(1, "later");
  pass(LATER);
  assert.equal(sent.at(-1), "ask 2");
});

for (const [state, message, words] of [
  ["refused", "", "caption"],
  ["refused", "the size is odd", "refused: the size is odd"],
  ["failed", "the card is full", "failed: the card is full"],
]) {
  test(`${words} is not tried again before the next edit`, () => {
    edit("a");
    pass();
    told(1, state, { message });
    assert.deepEqual(timers, []);
    assert.equal(shown.at(-1), words);
    edit("b");
    pass();
    assert.equal(sent.at(-1), "ask 2");
  });
}

test("switched off it stops what runs, waits for nothing and hears no edit", () => {
  edit("a");
  pass();
  conductor.switchTo(false);
  assert.deepEqual(sent, ["ask 1", "stop 1"]);
  edit("b");
  assert.deepEqual(timers, []);
  assert.equal(shown.at(-1), "off");
});

test("switched off during the pause nothing is asked", () => {
  edit("a");
  conductor.switchTo(false);
  assert.deepEqual([timers, sent], [[], []]);
});

test("switched on it draws at once what has changed meanwhile, and only then", () => {
  conductor.switchTo(false);
  conductor.switchTo(true);
  assert.deepEqual(timers, []);
  conductor.switchTo(false);
  edit("a");
  conductor.switchTo(true);
  pass(0);
  assert.deepEqual(sent, ["ask 1"]);
});

test("a picture that was asked for takes the place of the redraw, and none follows it", () => {
  edit("a");
  pass();
  told(0, "", { settled: 1, text: JSON.stringify(caption("a")) });
  told(1, "later");
  assert.deepEqual([timers, sent], [[], ["ask 1", "stop 1"]]);
  edit("a");
  assert.deepEqual(timers, []);
  edit("b");
  pass();
  assert.equal(sent.at(-1), "ask 2");
});

test("a picture that was asked for ends the pause", () => {
  edit("a");
  told(0, "", { settled: 1, text: JSON.stringify(caption("a")) });
  assert.deepEqual([timers, sent], [[], []]);
});

test("an edit made while a picture is asked for is still drawn", () => {
  edit("b");
  told(0, "", { settled: 1, text: JSON.stringify(caption("a")) });
  pass();
  assert.deepEqual(sent, ["ask 1"]);
});

test("a recalled caption is not drawn again, whichever of the two arrives first", () => {
  const text = JSON.stringify(caption("recalled"));
  told(0, "", { settled: 1, text });
  edit("recalled");
  assert.deepEqual(timers, []);
  edit("again");
  told(0, "", { settled: 2, text: JSON.stringify(caption("again")) });
  assert.deepEqual([timers, sent], [[], []]);
});

test("a picture that is looked at stays until the next edit", () => {
  edit("a");
  told(0, "", { settled: 1 });
  assert.deepEqual(timers, []);
  edit("b");
  pass();
  assert.deepEqual(sent, ["ask 1"]);
});

test("a settlement is heard once, however often it is repeated", () => {
  told(0, "", { settled: 1 });
  edit("a");
  told(0, "", { settled: 1 });
  pass();
  told(1, "go", { settled: 1 });
  assert.deepEqual(sent, ["ask 1", "draw 1"]);
});

test("another size of the page is drawn although no letter changed", () => {
  drawn(1, "a");
  page.size = { width: 2, height: 1 };
  conductor.edited();
  pass();
  assert.deepEqual(sent, ["ask 2"]);
});

test("a size that comes with a picture in sight draws nothing", () => {
  drawn(1, "a");
  told(0, "", { settled: 1, text: JSON.stringify(caption("b")) });
  edit("b");
  timers = [];
  page.size = { width: 2, height: 1 };
  conductor.resized();
  assert.deepEqual([timers, sent], [[], []]);
});

test("another preset is asked for after a pause, though the caption is the same", () => {
  edit("a");
  pass();
  told(1, "go");
  told(1, "drawing");
  told(1, "drawn");
  conductor.wished();
  pass();
  assert.equal(sent.at(-1), "ask 2");
  told(2, "go");
  conductor.wished();
  assert.equal(sent.at(-1), "stop 2");
  pass();
  assert.equal(sent.at(-1), "ask 3");
});

test("another preset draws nothing while the switch is off", () => {
  edit("a");
  conductor.switchTo(false);
  sent = [];
  conductor.wished();
  assert.deepEqual([timers, sent], [[], []]);
});

test("a size that comes while its caption is being drawn begins anew", () => {
  edit("a");
  pass();
  told(1, "go");
  page.size = { width: 2, height: 1 };
  conductor.resized();
  assert.deepEqual(sent, ["ask 1", "draw 1", "stop 1"]);
  pass();
  assert.equal(sent.at(-1), "ask 2");
});
