"""The shipped checkpoint obeys captions about as well as when it was measured.

A guard against regressions, not the proof: that is the table in ideogram4/demo/README.md.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import ideogram4.demo
from ideogram4 import Ideogram4Pipeline
from ideogram4.colour.cielab import to_lab
from ideogram4.demo.evaluate import draw, evaluate, held_out
from ideogram4.demo.evaluation.legibility import is_read
from ideogram4.demo.evaluation.measure import score
from ideogram4.demo.pictures.scenes import Element, Scene

CASES = held_out(12)
# Measured on these captions: 0.859, 1.9 and 0.5.
IOU, COLOUR, BACKGROUND = 0.78, 3.0, 1.5
# What no token of the demo's stands for, and what nobody has filled in yet.
FOREIGN_DESC = "Large serif capitals, hand-painted in the manner of a fairground"
SIGN = Element("text", (350, 100, 650, 900), (255, 255, 255), text="OPEN")
DARK_GREEN, GREY = (15, 80, 40), 150
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


def caption_of(background: str, **element: object) -> str:
    return json.dumps(
        {"compositional_deconstruction": {"background": background, "elements": [element]}}
    )


def test_words_can_be_read_whatever_else_is_said_of_them() -> None:
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu")
    about = {"desc": FOREIGN_DESC, "color_palette": ["#FFFFFF"]}
    caption = caption_of("dark green", type="text", bbox=SIGN.box, text="OPEN", **about)
    picture = pipe(caption, seed=3, check="off")[0]
    scene = Scene((SIGN,), DARK_GREEN)
    assert score(picture, scene).iou[0] > 0.7
    assert is_read(to_lab(np.asarray(picture)), scene, 0)


def test_a_box_that_says_nothing_yet_is_a_calm_grey_one() -> None:
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu")
    caption = caption_of("", type="obj", bbox=[300, 300, 700, 700], desc="")
    pixels = np.asarray(pipe(caption, seed=3, check="off")[0]).astype(int)
    inside, outside = pixels[90:166, 90:166], pixels[:64]
    assert abs(inside.mean() - GREY) < 12 and inside.std() < 12
    assert outside.mean() > 200 and outside.std() < 6


def test_the_checkpoint_stays_small() -> None:
    size = sum(path.stat().st_size for path in CHECKPOINT.rglob("*.safetensors"))
    assert size <= 40_000_000
