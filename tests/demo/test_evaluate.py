"""The measure itself: high on the drawn truth, low on another scene's picture, CIEDE2000 exact."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ideogram4.demo.evaluate import box_iou, ciede2000, draw, evaluate, held_out, score, to_lab

# From the test data of Sharma, Wu and Dalal (2005).
PAIRS = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("a", "b", "expected"), PAIRS)
def test_colour_difference_matches_the_published_pairs(
    a: tuple[float, ...], b: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(a), np.array(b)) == pytest.approx(expected, abs=5e-5)


def test_white_is_white() -> None:
    assert to_lab((255, 255, 255)) == pytest.approx([100, 0, 0], abs=0.01)


def test_boxes_overlap_as_areas_do() -> None:
    assert box_iou((0, 0, 2, 2), (0, 1, 2, 3)) == pytest.approx(1 / 3)
    assert box_iou((0, 0, 1, 1), (2, 2, 3, 3)) == 0


def test_drawn_scenes_reach_the_ceiling_and_shuffled_ones_the_floor() -> None:
    cases = held_out(30)
    ceiling = evaluate(cases, lambda case, n: draw(case))
    floor = evaluate(cases, lambda case, n: draw(cases[n - 1]))
    assert ceiling["iou"] > 0.88 and ceiling["colour"] < 0.5 and ceiling["background"] < 0.5
    assert floor["iou"] < 0.15 and floor["colour"] > 15


def test_a_picture_without_the_element_scores_nothing() -> None:
    [case] = held_out(1)
    blank = Image.new("RGB", (256, 256), case.scene.background)
    assert set(score(blank, case.scene).iou) == {0.0}
