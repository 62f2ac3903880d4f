import assert from "node:assert/strict";
import { test } from "node:test";
import {
  actualZoom, FIT, kept, limitsOf, MOST, panned, percent, pinched, revealed, wheelFactor, zoomedTo,
} from "../../ui/document/viewport.js";

const BOUNDS = { least: 1, most: 8 };

/** Where on the page, in shares of it, a point of the window is. */
const under = ({ zoom, y, x }, point) => [(point[0] - y) / zoom, (point[1] - x) / zoom];

function near(found, wanted) {
  assert.equal(found.length, wanted.length);
  found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]) < 1e-9, `${found} is not ${wanted}`));
}

test("zooming keeps what is under the pointer there", () => {
  const point = [0.3, 0.7];
  let view = FIT;
  for (const zoom of [1.6, 3, 7.5, 5, 2]) {
    const next = zoomedTo(view, zoom, point, BOUNDS);
    assert.equal(next.zoom, zoom);
    near(under(next, point), under(view, point));
    view = next;
  }
});

test("a page that is zoomed out is whole and centred again", () => {
  const view = zoomedTo(FIT, 6, [0.9, 0.1], BOUNDS);
  assert.deepEqual(zoomedTo(view, 1, [0.2, 0.2], BOUNDS), FIT);
});

test("zoom stays within its limits, and at one the view does not creep", () => {
  const most = zoomedTo(FIT, 100, [0.5, 0.5], BOUNDS);
  assert.equal(most.zoom, MOST);
  const still = zoomedTo(most, 200, [0.1, 0.9], BOUNDS);
  near([still.zoom, still.y, still.x], [most.zoom, most.y, most.x]);
  assert.deepEqual(zoomedTo(FIT, 0.1, [0.1, 0.9], BOUNDS), FIT);
});

test("a small picture may be seen smaller than its place, a large one in all its pixels", () => {
  assert.deepEqual(limitsOf(actualZoom(512, 1024)), { least: 0.5, most: 8 });
  assert.deepEqual(limitsOf(actualZoom(6000, 600)), { least: 1, most: 10 });
  assert.deepEqual(zoomedTo(FIT, 0.5, [0, 0], { ...BOUNDS, least: 0.5 }), { zoom: 0.5, y: 0.25, x: 0.25 });
});

test("percent is of the picture's own pixels", () => {
  const actual = actualZoom(2048, 512);
  assert.equal(percent(1, actual), 25);
  assert.equal(percent(actual, actual), 100);
  assert.equal(actualZoom(2048, 0), 1, "before there is anything to measure");
});

test("a page cannot be moved out of its window", () => {
  const view = kept({ zoom: 3, y: 0, x: 0 }, BOUNDS);
  assert.deepEqual(panned(view, [9, 9], BOUNDS), { zoom: 3, y: 0, x: 0 });
  assert.deepEqual(panned(view, [-9, -9], BOUNDS), { zoom: 3, y: -2, x: -2 });
  assert.deepEqual(panned(FIT, [0.4, 0.4], BOUNDS), FIT);
});

test("two fingers hold the page: apart they enlarge it, together they move it", () => {
  const start = zoomedTo(FIT, 2, [0.5, 0.5], BOUNDS);
  const before = [[0.4, 0.4], [0.4, 0.6]];
  const now = [[0.5, 0.3], [0.5, 0.7]];
  const view = pinched(start, before, now, BOUNDS);
  near([view.zoom], [4]);
  near(under(view, now[0]), under(start, before[0]));
  near(under(view, now[1]), under(start, before[1]));
  const moved = pinched(start, before, before.map(([y, x]) => [y + 0.1, x - 0.1]), BOUNDS);
  near([moved.zoom, moved.y, moved.x], [2, start.y + 0.1, start.x - 0.1]);
});

test("two fingers on one spot change no size", () => {
  const same = [[0.5, 0.5], [0.5, 0.5]];
  assert.equal(pinched({ zoom: 2, y: -0.5, x: -0.5 }, same, [[0.4, 0.5], [0.6, 0.5]], BOUNDS).zoom, 2);
});

test("a wheel's notch and a touchpad's trickle are both good to steer with", () => {
  const notch = wheelFactor(-120);
  assert.ok(notch > 1.2 && notch < 1.3);
  assert.equal(wheelFactor(-5000), notch);
  assert.ok(Math.abs(wheelFactor(-120) * wheelFactor(120) - 1) < 1e-9);
  const trickle = wheelFactor(-2);
  assert.ok(trickle > 1 && trickle < 1.03);
});

test("a box comes into sight by the least move, and one in sight moves nothing", () => {
  const view = { zoom: 4, y: -1.5, x: -1.5 };
  assert.deepEqual(revealed(view, [450, 450, 550, 550], BOUNDS), view);
  const far = revealed(view, [800, 0, 900, 100], BOUNDS);
  near([far.zoom, far.y, far.x], [4, 1 - 3.6, 0]);
  const large = revealed(view, [0, 0, 1000, 1000], BOUNDS);
  assert.deepEqual(large, view, "part of it is in sight, more cannot be");
  near([revealed(view, [0, 0, 300, 300], BOUNDS).y], [0]);
});
