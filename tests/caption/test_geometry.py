"""Boxes end up where one expects: the table shared with JavaScript, and what always holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption import geometry
from ideogram4.caption.geometry import Box

TABLE = Path(__file__).parents[1] / "data" / "geometry_cases.json"
CASES = json.loads(TABLE.read_text(encoding="utf-8"))

spans = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).filter(lambda s: s[0] < s[1])
boxes = st.builds(lambda y, x: (y[0], x[0], y[1], x[1]), spans, spans)
selections = st.lists(boxes, min_size=1, max_size=5)
distances = st.floats(-3000, 3000, allow_nan=False)
ratios = st.floats(0.17, 6)
handles = st.sampled_from(["n", "ne", "e", "se", "s", "sw", "w", "nw"])


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def is_box(box: Box) -> bool:
    whole = all(type(edge) is int for edge in box)
    return whole and 0 <= box[0] < box[2] <= 1000 and 0 <= box[1] < box[3] <= 1000


def size(box: Box) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["fn"])
def test_table_of_cases(case: dict[str, Any]) -> None:
    assert plain(getattr(geometry, case["fn"])(**case["args"])) == case["expected"]


def test_table_covers_every_function() -> None:
    functions = {name for name in geometry.__all__ if name[0].islower()}
    helpers = {"clamp_span", "limit"}
    assert {case["fn"] for case in CASES} == functions - helpers


@given(st.tuples(distances, distances, distances, distances), st.integers(1, 50))
def test_clamp_makes_any_numbers_a_box(numbers: Any, min_size: int) -> None:
    box = geometry.clamp(numbers, min_size=min_size)
    assert is_box(box)
    assert min(size(box)) >= min_size


@given(boxes)
def test_clamp_leaves_a_box_alone(box: Box) -> None:
    assert geometry.clamp(box) == box


@given(
    st.tuples(distances, distances),
    st.tuples(distances, distances),
    st.none() | ratios,
    st.booleans(),
)
def test_drawing_always_gives_a_box(start: Any, end: Any, aspect: Any, centred: bool) -> None:
    assert is_box(geometry.draw(start, end, aspect=aspect, from_centre=centred))


@given(selections, distances, distances)
def test_moving_keeps_sizes_and_distances(group: list[Box], dy: float, dx: float) -> None:
    moved = geometry.move(group, dy, dx)
    assert all(map(is_box, moved))
    assert list(map(size, moved)) == list(map(size, group))
    steps = {(new[0] - old[0], new[1] - old[1]) for new, old in zip(moved, group, strict=True)}
    assert len(steps) == 1


@given(boxes, handles, distances, distances, st.booleans(), st.booleans(), st.integers(1, 40))
def test_resizing_always_gives_a_box(
    box: Box, handle: Any, dy: float, dx: float, keep: bool, centred: bool, min_size: int
) -> None:
    resized = geometry.resize(
        box, handle, dy, dx, keep_aspect=keep, from_centre=centred, min_size=min_size
    )
    assert is_box(resized)


@given(boxes, handles, st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_each_handle_moves_only_its_own_sides(box: Box, handle: Any, dy: int, dx: int) -> None:
    """All corner handles acting as one is a trap seen in other tools."""
    resized = geometry.resize(box, handle, dy, dx)
    if "n" not in handle and "s" not in handle:
        assert (resized[0], resized[2]) == (box[0], box[2])
    if "w" not in handle and "e" not in handle:
        assert (resized[1], resized[3]) == (box[1], box[3])


@given(boxes, handles)
def test_a_drag_of_nothing_changes_nothing(box: Box, handle: Any) -> None:
    assert geometry.resize(box, handle, 0, 0) == box
    assert geometry.resize(box, handle, 0, 0, keep_aspect=True) == box


@given(selections, st.sampled_from(["top", "middle", "bottom", "left", "centre", "right"]))
def test_aligning_keeps_sizes_and_aligning_again_changes_nothing(
    group: list[Box], edge: Any
) -> None:
    aligned = geometry.align(group, edge)
    assert all(map(is_box, aligned))
    assert list(map(size, aligned)) == list(map(size, group))
    if edge not in ("middle", "centre"):
        assert geometry.align(aligned, edge) == aligned


@given(selections, st.sampled_from(["y", "x"]), st.sampled_from(["gaps", "centres"]))
def test_distributing_keeps_sizes(group: list[Box], axis: Any, by: Any) -> None:
    spread = geometry.distribute(group, axis, by=by)
    assert all(map(is_box, spread))
    assert list(map(size, spread)) == list(map(size, group))


@given(selections, ratios, ratios, st.sampled_from(["shape", "stretch"]))
def test_a_new_ratio_never_loses_a_box(group: list[Box], old: float, new: float, mode: Any) -> None:
    """Wiping the boxes when the ratio changes is a trap seen in other tools."""
    flowed = geometry.reflow(group, old, new, mode=mode)
    assert len(flowed) == len(group)
    assert all(map(is_box, flowed))


@given(ratios, ratios)
def test_a_full_page_box_stays_full_page(old: float, new: float) -> None:
    assert geometry.reflow([(0, 0, 1000, 1000)], old, new) == [(0, 0, 1000, 1000)]


def test_going_to_another_ratio_and_back_restores_the_boxes() -> None:
    group = [(100, 100, 300, 300), (400, 350, 700, 600), (0, 0, 250, 200), (700, 800, 1000, 1000)]
    there = geometry.reflow(group, 1, 16 / 9)
    back = geometry.reflow(there, 16 / 9, 1)
    assert there != group
    for box, original in zip(back, group, strict=True):
        assert all(abs(a - b) <= 2 for a, b in zip(box, original, strict=True))


@given(boxes, selections, st.integers(0, 12), st.integers(0, 12), st.integers(0, 100))
def test_snapping_moves_no_further_than_the_tolerance(
    box: Box, others: list[Box], columns: int, rows: int, margin: int
) -> None:
    lines = geometry.snap_lines(others, columns=columns, rows=rows, margin=margin)
    snapped = geometry.snap_move(box, lines, tolerance_y=8, tolerance_x=5)
    assert size(snapped["box"]) == size(box)
    assert abs(snapped["box"][0] - box[0]) <= 8
    assert abs(snapped["box"][1] - box[1]) <= 5


@given(boxes, handles, selections)
def test_snapping_a_resize_always_gives_a_box(box: Box, handle: Any, others: list[Box]) -> None:
    snapped = geometry.snap_resize(box, handle, geometry.snap_lines(others))
    assert is_box(snapped["box"])


@given(boxes, st.integers(256, 2048), st.integers(256, 2048))
def test_pixels_and_back_is_the_same_box_to_a_unit(box: Box, width: int, height: int) -> None:
    back = geometry.from_pixels(geometry.to_pixels(box, width, height), width, height)
    rounding = 1000 / min(width, height)
    assert all(abs(a - b) <= rounding + 1 for a, b in zip(back, box, strict=True))
