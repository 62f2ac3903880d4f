"""What looking at a picture while it is drawn costs: the share of the steps' time in previews.

    python -m benchmarks.preview_cost [--model demo] [--sizes 256,384] [--steps 12,20]

For each size and number of steps two ways: a preview of 256 pixels at every step, which is what the
studio did at first, and with the studio's budget (`ui.service.budget`), which may take a tenth. One
picture of each is drawn before anything is counted. Sizes that the model does not draw are left
out, and said so. What it is not: a test; figures belong to one machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any

from ideogram4.errors import RequestError
from ideogram4.pipeline import Ideogram4Pipeline
from ui.service.budget import PreviewBudget

CAPTION = (
    '{"compositional_deconstruction": {"background": "a wall", "elements": '
    '[{"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a red circle"}]}}'
)


def draw(pipeline: Ideogram4Pipeline, size: int, steps: int, budget: PreviewBudget | None) -> Any:
    """One picture: seconds in steps, seconds in previews, the side of each step's preview or 0."""
    if budget:
        budget.begin()
    drawn = looked = 0.0
    sides = []
    run = pipeline.generate(CAPTION, width=size, height=size, num_steps=steps, seed=7, check="off")
    began = time.perf_counter()
    for step in run:
        step.wait()
        finished = time.perf_counter()
        drawn += finished - began
        if budget:
            budget.earn(finished - began)
            picture = budget.buy(step.preview)
        else:
            picture = step.preview()
        sides.append(max(picture.size) if picture else 0)
        began = time.perf_counter()
        looked += began - finished
    return drawn, looked, sides


def measure(
    pipeline: Ideogram4Pipeline, size: int, steps: int, repeats: int, budget: PreviewBudget | None
) -> dict[str, Any]:
    """Medians of several pictures."""
    draw(pipeline, size, steps, budget)
    runs = [draw(pipeline, size, steps, budget) for _ in range(repeats)]
    shares = [looked / drawn for drawn, looked, _ in runs]
    sides = runs[-1][2]
    return {
        "size": size,
        "steps": steps,
        "way": "budget" if budget else "every step",
        "drawing_s": round(statistics.median(drawn for drawn, _, _ in runs), 3),
        "previews_s": round(statistics.median(looked for _, looked, _ in runs), 3),
        "share": round(statistics.median(shares), 3),
        "worst_share": round(max(shares), 3),
        "previews": sum(side > 0 for side in sides),
        "largest_side": max(sides),
    }


def numbers(text: str) -> list[int]:
    """12,20 -> [12, 20]"""
    return [int(part) for part in text.split(",")]


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="demo")
    parser.add_argument("--sizes", type=numbers, default=[256, 384, 512])
    parser.add_argument("--steps", type=numbers, default=[12, 20])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    pipeline = Ideogram4Pipeline.from_pretrained(arguments.model)
    rows = []
    print("| size | steps | previews | drawing, s | previews, s | share (worst) | largest side |")
    print("|---|---|---|---|---|---|---|")
    for size in arguments.sizes:
        try:
            pipeline.limits.check(size, size)
        except RequestError as error:
            print(f"{size}: {error.message}", file=sys.stderr)
            continue
        for steps in arguments.steps:
            for budget in (None, PreviewBudget(time.perf_counter)):
                row = measure(pipeline, size, steps, arguments.repeats, budget)
                rows.append(row)
                print(
                    f"| {size} | {steps} | {row['previews']} ({row['way']}) | {row['drawing_s']} | "
                    f"{row['previews_s']} | {row['share']:.0%} ({row['worst_share']:.0%}) | "
                    f"{row['largest_side']} |",
                    flush=True,
                )
    print(json.dumps({"benchmark": "preview_cost", "device": pipeline.device, "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
