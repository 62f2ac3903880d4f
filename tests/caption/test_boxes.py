"""Boxes as they are found in the wild, read as the writer meant them."""

from __future__ import annotations

from typing import Any

import pytest

from ideogram4.caption.boxes import Unit, as_box, page_unit, sketch


@pytest.mark.parametrize(
    ("written", "box"),
    [
        ([100, 200, 300, 400], (100, 200, 300, 400)),
        ([300, 400, 100, 200], (100, 200, 300, 400)),
        ([300, 200, 100, 400], (100, 200, 300, 400)),
        ([100.4, 200.5, 300.6, 400.0], (100, 201, 301, 400)),
        ([0.1, 0.2, 0.3, 0.4], (100, 200, 300, 400)),
        ([0.0, 0, 1, 1], (0, 0, 1000, 1000)),
        ([0, 0, 1, 1], (0, 0, 1, 1)),
        (["10%", "20%", "30%", "40%"], (100, 200, 300, 400)),
        (["100", "200", "300", "400"], (100, 200, 300, 400)),
        ("[100, 200, 300, 400]", (100, 200, 300, 400)),
        ([[100, 200], [300, 400]], (100, 200, 300, 400)),
        ([-20, 200, 300, 1004], (0, 200, 300, 1000)),
        ({"x": 200, "y": 100, "w": 200, "h": 200}, (100, 200, 300, 400)),
        ({"x": 0.2, "y": 0.1, "width": 0.2, "height": 0.2}, (100, 200, 300, 400)),
        ({"x": 0, "y": 0, "w": 1, "h": 1}, (0, 0, 1000, 1000)),
        ({"x_min": 200, "y_min": 100, "x_max": 400, "y_max": 300}, (100, 200, 300, 400)),
        ({"left": 200, "top": 100, "right": 400, "bottom": 300}, (100, 200, 300, 400)),
        ({"X1": 200, "Y1": 100, "X2": 400, "Y2": 300}, (100, 200, 300, 400)),
        ([0, 0, 512, 2048], (0, 0, 250, 1000)),
    ],
)
def test_boxes(written: Any, box: tuple[int, ...]) -> None:
    assert as_box(written) == box


@pytest.mark.parametrize(
    "written",
    [
        None,
        5,
        "somewhere",
        [],
        [1, 2, 3],
        [1, 2, 3, None],
        [1, 2, 3, True],
        [1, 2, 3, float("inf")],
        [5, 1, 5, 9],
        [2000, 10, 3000, 20, 5],
        {"x": 1, "y": 2},
        {"x": "a", "y": 1, "w": 1, "h": 1},
        [10**30, 1, 2, 3],
    ],
)
def test_what_is_no_box(written: Any) -> None:
    assert as_box(written) is None


@pytest.mark.parametrize(
    ("boxes", "page", "unit"),
    [
        ([[0, 0, 900, 1000]], (1344, 768), Unit()),
        ([[0, 0, 700, 1300]], (1344, 768), Unit(768, 1344)),
        ([[0, 0, 1300, 700]], (1344, 768), Unit(768, 1344, x_first=True)),
        ([[0, 0, 1300, 700], [0, 0, 10, 10]], (None, None), Unit(1344, 1344)),
        ([[0, 0, 700, 1300]], (16, 9), Unit(1344 * 9 / 16, 1344)),
        ([[0, 0, 9000, 9000]], (None, None), Unit(9000, 9000)),
        ([[0.1, 0.1, 0.9, 0.9]], (1344, 768), Unit()),
    ],
)
def test_the_boxes_of_a_caption_show_their_unit_together(
    boxes: list[Any], page: tuple[Any, Any], unit: Unit
) -> None:
    sketches = [drawn for box in boxes if (drawn := sketch(box)) is not None]
    assert page_unit(sketches, *page) == unit
