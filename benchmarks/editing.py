"""Time the layout editor in Chromium: opening it, letting go of a box, frames of a drag.

    python -m benchmarks.editing [--repeats 15]

The whole studio is served and opened in a headless window of 1440 x 960. Three questions:

- *open*: from asking for the page to its first paint, and until every panel works. Each visit is a
  fresh one with nothing in the cache; the first, which warms the server, is left out. Goal: 2 s.
- *settle*: with 30 boxes, from the pointer's lift (the event's own time) to the frame in which the
  editor shows the final numbers. Median and worst of the repeats. Goal: 50 ms.
- *drag*: with 200 boxes, a box follows the pointer for two seconds, moved once a frame from inside
  the page. Frames a second in which the box really moved. Goal: 30.

What it is not: a test; a busy machine makes it slower and nothing fails. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from ideogram4.caption import format_json
from ideogram4.settings import Settings
from tests.browser.chromium import MISSING, find_chromium
from ui import studio

PANELS = ("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues")
PATIENCE_MS = 120_000

# The editor's text changes in the same task or a later one; a frame after that shows it.
SETTLE = """async ([from, to]) => {
  const sheet = document.querySelector("#layout-canvas [data-part=page]");
  const page = sheet.getBoundingClientRect();
  const at = ([y, x]) => ({
    clientX: page.left + (x / 1000) * page.width, clientY: page.top + (y / 1000) * page.height,
  });
  const fire = (type, point, buttons) => (document.elementFromPoint(
    at(point).clientX, at(point).clientY) ?? sheet).dispatchEvent(new PointerEvent(type, {
      ...at(point), buttons, button: 0, pointerId: 1, isPrimary: true, bubbles: true,
      cancelable: true, pointerType: "mouse",
    }));
  const frame = () => new Promise(requestAnimationFrame);
  const editor = document.querySelector("#caption-editor .cm-content");
  const { store } = await import(performance.getEntriesByType("resource")
    .map(({ name }) => name).find((name) => name.endsWith("document/shared.js")));
  fire("pointerdown", from, 1);
  for (let step = 1; step <= 5; step += 1) {
    fire("pointermove", from.map((n, i) => n + ((to[i] - n) * step) / 6), 1);
    await frame();
  }
  const began = performance.now();
  fire("pointermove", to, 1);
  fire("pointerup", to, 0);
  const box = JSON.stringify(store.elements[store.selected].bbox).replaceAll(",", ", ");
  while (!editor.textContent.includes(box)) {
    if (performance.now() - began > 5000) throw Error(`the editor does not show ${box}`);
    await frame();
  }
  await frame();
  return performance.now() - began;
}"""

DRAG = """async (seconds) => {
  const sheet = document.querySelector("#layout-canvas [data-part=page]");
  const page = sheet.getBoundingClientRect();
  const at = (turn) => ({
    clientX: page.left + page.width * (0.5 + 0.3 * Math.sin(turn)),
    clientY: page.top + page.height * (0.5 + 0.3 * Math.cos(turn)),
  });
  const fire = (type, turn, buttons) => {
    const point = at(turn);
    (document.elementFromPoint(point.clientX, point.clientY) ?? sheet).dispatchEvent(
      new PointerEvent(type, { ...point, buttons, button: 0, pointerId: 1, isPrimary: true,
        bubbles: true, cancelable: true, pointerType: "mouse" }));
  };
  const frame = () => new Promise(requestAnimationFrame);
  fire("pointerdown", 0, 1);
  const { store } = await import(performance.getEntriesByType("resource")
    .map(({ name }) => name).find((name) => name.endsWith("document/shared.js")));
  const node = document.querySelector(`#layout-canvas [data-element="${store.selected}"]`);
  let began = null, frames = 0, moved = 0, last = "", turn = 0;
  for (;;) {
    const now = await frame();
    began ??= now;
    if (now - began > seconds * 1000) break;
    const place = node.style.top + node.style.left;
    frames += 1;
    moved += place !== last;
    last = place;
    turn += 0.05;
    fire("pointermove", turn, 1);
  }
  fire("pointerup", turn, 0);
  return { frames: frames / seconds, moved: moved / seconds };
}"""


def boxes(count: int) -> str:
    """A caption of `count` boxes in a grid, a third of them words."""
    side = int(count**0.5) + 1
    step = 1000 // side
    elements: list[dict[str, Any]] = []
    for n in range(count):
        top, left = (n // side) * step, (n % side) * step
        box = [top, left, top + step * 3 // 4, left + step * 3 // 4]
        element: dict[str, Any] = {"type": "obj", "bbox": box, "desc": f"thing number {n}"}
        if n % 3 == 0:
            element = {"type": "text", "bbox": box, "text": f"No {n}", "desc": "small letters"}
        elements.append({**element, "colour_palette": ["#2C3A33", "#A34A1C"]})
    parts = {"background": "a wall", "elements": elements}
    return format_json({"compositional_deconstruction": parts})


def load(page: Page, text: str) -> None:
    """Put a caption into the open page."""
    page.evaluate(
        """async (text) => {
          const { store } = await import(performance.getEntriesByType("resource")
            .map(({ name }) => name).find((name) => name.endsWith("document/shared.js")));
          store.load(text, "benchmark");
        }""",
        text,
    )
    count = len(json.loads(text)["compositional_deconstruction"]["elements"])
    page.wait_for_function(
        "(n) => document.querySelectorAll('#layout-canvas [data-element]').length === n", arg=count
    )
    page.wait_for_timeout(1500)  # checks and the like come to rest


def visit(page: Page, url: str) -> tuple[float, float]:
    """Milliseconds to the first paint, and until every panel works."""
    page.goto(url)
    for panel in PANELS:
        page.wait_for_selector(f"#{panel}[data-ready='1']", state="attached")
    ready = float(page.evaluate("performance.now()"))
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return float(paint), ready


def measure(page: Page, repeats: int) -> dict[str, float]:
    """Both figures, on a page that is open and ready."""
    load(page, boxes(30))
    page.locator("#layout-canvas [data-part=page]").scroll_into_view_if_needed()
    spots = [[40.0, 40.0], [300.0, 420.0]]
    times = []
    for n in range(repeats):
        start, end = spots if n % 2 == 0 else spots[::-1]
        times.append(float(page.evaluate(SETTLE, [start, end])))
        page.wait_for_timeout(400)
    rates = []
    for _ in range(3):
        load(page, boxes(200))  # anew, because a drag leaves its box somewhere else
        rates.append(page.evaluate(DRAG, 2))
    return {
        "settle_ms_median": round(statistics.median(times), 1),
        "settle_ms_worst": round(max(times), 1),
        "drag_frames_per_second": round(statistics.median(r["moved"] for r in rates), 1),
        "all_frames_per_second": round(statistics.median(r["frames"] for r in rates), 1),
    }


def main() -> int:
    """Serve, measure, print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as pictures:
        demo = studio.build(Settings(model="demo", output_dir=Path(pictures)))
        _, url, _ = demo.launch(
            **studio.looks(), server_name="127.0.0.1", prevent_thread_lock=True, quiet=True
        )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            visits = []
            for _ in range(4):
                page = browser.new_page(viewport={"width": 1440, "height": 960})
                page.set_default_timeout(PATIENCE_MS)
                # Drawing pictures meanwhile would measure the demo model.
                page.add_init_script("localStorage.setItem('ideogram4-live', 'off')")
                visits.append(visit(page, url))
            figures = {
                "paint_ms": round(statistics.median(paint for paint, _ in visits[1:])),
                "ready_ms": round(statistics.median(ready for _, ready in visits[1:])),
                **measure(page, arguments.repeats),
            }
            browser.close()
        demo.close(verbose=False)
    print("| figure | value | goal |\n|---|---|---|")
    print(f"| first paint, ms | {figures['paint_ms']} | 2000 |")
    print(f"| every panel works, ms | {figures['ready_ms']} | |")
    settle, worst = figures["settle_ms_median"], figures["settle_ms_worst"]
    print(f"| 30 boxes: lift to JSON, median (worst), ms | {settle} ({worst}) | 50 |")
    print(f"| 200 boxes: frames a second of a drag | {figures['drag_frames_per_second']} | 30 |")
    print(json.dumps({"benchmark": "editing", **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
