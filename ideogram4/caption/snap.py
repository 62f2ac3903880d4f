"""Snapping and picking: lines worth stopping at, boxes that stop there, boxes under a pointer.

Why: the canvas asks these at every pointer move; they only look and answer. Same conventions as
`ideogram4.caption.geometry`, which is the public door and has the JavaScript twin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from ideogram4.caption.grid import GRID, Box, Numbers, clamp, placed, round_half_up


class Lines(TypedDict):
    """Positions to snap to: rows across the page (`y`) and columns down it (`x`), ascending."""

    y: list[int]
    x: list[int]


class Snapped(TypedDict):
    """A box after snapping and the lines it now lies on, for the guides to be drawn."""

    box: Box
    y: list[int]
    x: list[int]


def snap_lines(
    boxes: Sequence[Numbers], *, columns: int = 0, rows: int = 0, margin: int = 0
) -> Lines:
    """Everything worth snapping to: the page's edges and middle, the edges and middles of `boxes`
    (the ones not being dragged), a grid of `columns` and `rows`, and a margin all round."""
    ys, xs = {0, GRID // 2, GRID}, {0, GRID // 2, GRID}
    if margin > 0:
        ys.update((margin, GRID - margin))
        xs.update((margin, GRID - margin))
    ys.update(round_half_up(i * GRID / rows) for i in range(1, rows))
    xs.update(round_half_up(i * GRID / columns) for i in range(1, columns))
    for box in boxes:
        y_low, x_low, y_high, x_high = clamp(box)
        ys.update((y_low, y_high, round_half_up((y_low + y_high) / 2)))
        xs.update((x_low, x_high, round_half_up((x_low + x_high) / 2)))
    return {"y": sorted(ys), "x": sorted(xs)}


def snap_move(
    box: Numbers, lines: Lines, *, tolerance_y: float = 8, tolerance_x: float = 8
) -> Snapped:
    """A box being moved, shifted so that an edge or its middle lies on the nearest line.

    Each axis on its own; nearest first, at equal distance the lower line, then low edge, middle,
    high edge. Beyond the tolerance (grid units, inclusive) the box stays where it is.
    """
    start = clamp(box)
    shift_y = _nearest_shift(start[0], start[2], lines["y"], tolerance_y)
    shift_x = _nearest_shift(start[1], start[3], lines["x"], tolerance_x)
    moved = placed(placed(start, 0, start[0] + shift_y), 1, start[1] + shift_x)
    return {
        "box": moved,
        "y": _lines_met(moved[0], moved[2], lines["y"]),
        "x": _lines_met(moved[1], moved[3], lines["x"]),
    }


def snap_resize(
    box: Numbers,
    handle: str,
    lines: Lines,
    *,
    tolerance_y: float = 8,
    tolerance_x: float = 8,
    min_size: int = 1,
) -> Snapped:
    """A box being resized: only the edges that `handle` drags snap, and never onto the far edge."""
    y_low, x_low, y_high, x_high = clamp(box)
    if "n" in handle:
        y_low = _snapped_edge(y_low, lines["y"], tolerance_y, 0, y_high - min_size)
    if "s" in handle:
        y_high = _snapped_edge(y_high, lines["y"], tolerance_y, y_low + min_size, GRID)
    if "w" in handle:
        x_low = _snapped_edge(x_low, lines["x"], tolerance_x, 0, x_high - min_size)
    if "e" in handle:
        x_high = _snapped_edge(x_high, lines["x"], tolerance_x, x_low + min_size, GRID)
    y_edges = [y_low] * ("n" in handle) + [y_high] * ("s" in handle)
    x_edges = [x_low] * ("w" in handle) + [x_high] * ("e" in handle)
    return {
        "box": (y_low, x_low, y_high, x_high),
        "y": [line for line in lines["y"] if line in y_edges],
        "x": [line for line in lines["x"] if line in x_edges],
    }


def hit(boxes: Sequence[Numbers], y: float, x: float) -> list[int]:
    """Indices of the boxes under a point, edges included, the front one (last in order) first."""
    return [
        index
        for index in range(len(boxes) - 1, -1, -1)
        if boxes[index][0] <= y <= boxes[index][2] and boxes[index][1] <= x <= boxes[index][3]
    ]


def caught(boxes: Sequence[Numbers], frame: Numbers, *, whole: bool = False) -> list[int]:
    """Indices of the boxes that a marquee `frame` touches, or holds as a `whole`, back to front."""
    top, left = min(frame[0], frame[2]), min(frame[1], frame[3])
    bottom, right = max(frame[0], frame[2]), max(frame[1], frame[3])
    if whole:
        return [
            i
            for i, box in enumerate(boxes)
            if top <= box[0] and left <= box[1] and box[2] <= bottom and box[3] <= right
        ]
    return [
        i
        for i, box in enumerate(boxes)
        if box[0] <= bottom and top <= box[2] and box[1] <= right and left <= box[3]
    ]


def _nearest_shift(low: int, high: int, lines: Sequence[int], tolerance: float) -> int:
    best: float | None = None
    for line in lines:
        for mark in (low, (low + high) / 2, high):
            shift = line - mark
            if abs(shift) <= tolerance and (best is None or abs(shift) < abs(best)):
                best = shift
    return 0 if best is None else round_half_up(best)


def _lines_met(low: int, high: int, lines: Sequence[int]) -> list[int]:
    """Lines at an edge, or within half a unit of the middle (an odd box has none on the grid)."""
    return [line for line in lines if line in (low, high) or abs(line - (low + high) / 2) <= 0.5]


def _snapped_edge(
    edge: int, lines: Sequence[int], tolerance: float, lowest: int, highest: int
) -> int:
    best: int | None = None
    for line in lines:
        if abs(line - edge) > tolerance or not lowest <= line <= highest:
            continue
        if best is None or abs(line - edge) < abs(best - edge):
            best = line
    return edge if best is None else best
