import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnTo, handleAfter, linesFor, movedBy, reachOn, resizedBy } from "../../ui/canvas/snapping.js";
import { bounds } from "../../ui/document/geometry.js";

const REACH = { toleranceY: 8, toleranceX: 8 };
const FREE = { keepAspect: false, fromCentre: false };
const grip = (...boxes) => ({ boxes, frame: bounds(boxes) });
const snap = (...others) => ({ lines: linesFor(others), reach: REACH });

test("lines: page edges, centre and margins, others' edges and centres", () => {
  const lines = linesFor([[110, 200, 210, 400]]);
  assert.deepEqual(lines.y, [0, 50, 110, 160, 210, 500, 950, 1000]);
  assert.deepEqual(lines.x, [0, 50, 200, 300, 400, 500, 950, 1000]);
});

test("overlays are lines only while they are shown", () => {
  assert.ok(!linesFor([]).x.includes(333));
  assert.ok(linesFor([], { thirds: true }).x.includes(333));
  assert.ok(linesFor([], { columns: true }).x.includes(83));
  assert.ok(!linesFor([], { columns: true }).y.includes(83));
  assert.ok(linesFor([], { safe: true }).y.includes(100));
});

test("reach is the same on the screen whatever the page's size", () => {
  assert.deepEqual(reachOn({ width: 600, height: 300 }), { toleranceY: 20, toleranceX: 10 });
});

test("a group snaps by its frame and keeps its shape", () => {
  const group = grip([100, 100, 200, 200], [300, 250, 400, 350]);
  const { boxes, guides } = movedBy(group, [0, 197], snap([700, 300, 800, 400]));
  assert.deepEqual(boxes, [[100, 300, 200, 400], [300, 450, 400, 550]]);
  assert.ok(guides.x.includes(300));
});

test("without a line near, or suspended, a group moves as the pointer does", () => {
  const group = grip([100, 100, 200, 200]);
  assert.deepEqual(movedBy(group, [20, 20], snap()).boxes, [[120, 120, 220, 220]]);
  assert.deepEqual(movedBy(group, [-47, 0], null), {
    boxes: [[53, 100, 153, 200]],
    guides: { y: [], x: [] },
  });
});

test("an axis that is held still does not jump to a line", () => {
  const group = grip([52, 52, 152, 152]);
  assert.deepEqual(movedBy(group, [0, 100], snap()).boxes, [[52, 152, 152, 252]]);
});

test("a group stops at the page's edge as one", () => {
  const group = grip([0, 100, 100, 200], [300, 850, 400, 950]);
  assert.deepEqual(movedBy(group, [-80, 200], snap()).boxes, [[0, 150, 100, 250], [300, 900, 400, 1000]]);
});

test("a group resized by a handle keeps its proportions inside", () => {
  const group = grip([100, 100, 200, 200], [300, 300, 500, 500]);
  const { boxes } = resizedBy(group, "se", [400, 400], FREE, null);
  assert.deepEqual(boxes, [[100, 100, 300, 300], [500, 500, 900, 900]]);
});

test("a single box resized is that box resized, to the unit", () => {
  const { boxes } = resizedBy(grip([101, 33, 777, 801]), "nw", [13, -7], FREE, null);
  assert.deepEqual(boxes, [[114, 26, 777, 801]]);
});

test("only the edge in hand snaps", () => {
  const { boxes, guides } = resizedBy(grip([100, 303, 200, 600]), "e", [0, 97], FREE, snap([0, 300, 9, 700]));
  assert.deepEqual(boxes, [[100, 303, 200, 700]]);
  assert.deepEqual(guides, { y: [], x: [700] });
});

test("an edge dragged past its opposite snaps on, and the opposite stays", () => {
  const { boxes } = resizedBy(grip([300, 300, 400, 400]), "n", [297, 0], FREE, snap([600, 0, 700, 9]));
  assert.deepEqual(boxes, [[400, 300, 600, 400]]);
  assert.equal(handleAfter("n", [300, 300, 400, 400], [400, 300, 597, 400]), "s");
  assert.equal(handleAfter("nw", [300, 300, 400, 400], [250, 250, 400, 400]), "nw");
  assert.equal(handleAfter("se", [300, 300, 400, 400], [200, 200, 300, 300]), "nw");
});

test("proportions and the centre are kept rather than snapped", () => {
  const box = grip([300, 300, 400, 400]);
  const kept = resizedBy(box, "se", [98, 98], { keepAspect: true, fromCentre: false }, snap());
  assert.deepEqual(kept.boxes, [[300, 300, 498, 498]]);
  const centred = resizedBy(box, "e", [0, 97], { keepAspect: false, fromCentre: true }, snap());
  assert.deepEqual(centred.boxes, [[300, 203, 400, 497]]);
});

const PLAIN = { aspect: null, fromCentre: false };

test("both corners of a new box go to lines nearby, in any direction", () => {
  const other = [200, 300, 400, 700];
  const drawn = drawnTo([197, 305], [603, 706], PLAIN, snap(other));
  assert.deepEqual(drawn.box, [200, 300, 603, 700]);
  assert.deepEqual(drawn.guides, { y: [200], x: [300, 700] });
  assert.deepEqual(drawnTo([603, 706], [197, 305], PLAIN, snap(other)).box, [200, 300, 603, 700]);
});

test("a new box keeps its area though both corners are near one line", () => {
  const { box } = drawnTo([498, 498], [504, 900], PLAIN, snap());
  assert.deepEqual(box, [500, 498 + 2, 504, 900]);
});

test("a drag from beside the page begins at its edge", () => {
  const { box, guides } = drawnTo([-80, 120], [300, 320], PLAIN, snap());
  assert.deepEqual(box, [0, 120, 300, 320]);
  assert.deepEqual(guides.y, [0]);
});

test("in proportion, from the centre or suspended, a new box is as it is drawn", () => {
  const free = [203, 203, 403, 403];
  const to = [[203, 203], [403, 403]];
  const lines = snap([200, 200, 400, 400]);
  assert.deepEqual(drawnTo(...to, PLAIN, null).box, free);
  assert.deepEqual(drawnTo(...to, { aspect: 1, fromCentre: false }, lines).box, free);
  assert.deepEqual(drawnTo(...to, { aspect: null, fromCentre: true }, lines).box, [3, 3, 403, 403]);
});
