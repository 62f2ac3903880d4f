"""The shipped checkpoint obeys captions about as well as when it was measured.

A guard against regressions, not the proof: that is the table in ideogram4/demo/README.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import ideogram4.demo
from ideogram4 import Ideogram4Pipeline
from ideogram4.demo.evaluate import draw, evaluate, held_out

CASES = held_out(12)
# Measured on these captions: 0.795, 2.2 and 0.9.
IOU, COLOUR, BACKGROUND = 0.72, 3.5, 1.8
CHECKPOINT = Path(ideogram4.demo.__file__).parent / "checkpoint"


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu")
    return evaluate(CASES, lambda case, n: pipe(case.caption, seed=n, check="off")[0])


def test_boxes_and_colours_are_obeyed(figures: dict[str, float]) -> None:
    floor = evaluate(CASES, lambda case, n: draw(CASES[n - 1]))
    assert figures["iou"] > IOU
    assert figures["iou"] > 2 * floor["iou"], "far above another caption's picture"
    assert figures["colour"] < COLOUR < floor["colour"] / 1.5
    assert figures["background"] < BACKGROUND


def test_the_checkpoint_stays_small() -> None:
    size = sum(path.stat().st_size for path in CHECKPOINT.rglob("*.safetensors"))
    assert size <= 40_000_000
