"""Boxes on the caption's 0..1000 grid: draw, move, resize, snap, align, distribute, re-flow.

Why: the canvas (JavaScript), the importer and the tests (Python) must agree to the unit about where
a box ends up. These functions are pure, need nothing but arithmetic and give whole numbers; the
table `tests/data/geometry_cases.json` runs against this file and against its JavaScript twin.

Moving and resizing are here; `grid` holds the rounding, `arrange` and `snap` the rest, and all of
it is reached through this door.

What it is not: pixels, pointers or pages. A page has an aspect ratio; the grid is 1000 by 1000
whatever the page, so "square" and "tolerance" are told per axis by whoever knows the page.

Conventions, the same in both languages:
- a box is `[y_min, x_min, y_max, x_max]`, whole numbers, `0 <= min < max <= 1000`;
- points and distances come as y before x and may be fractions (a pointer is rarely on the grid);
- rounding is `floor(value + 0.5)`, once, at the end; only + - * / sqrt floor min max are used, in
  the order written here, so both languages compute the same bits;
- lists keep their order; parameters after `*` are the options object of the JavaScript twin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ideogram4.caption.arrange import Edge, align, distribute, reflow
from ideogram4.caption.grid import (
    GRID,
    Axis,
    Box,
    Numbers,
    bounds,
    clamp,
    clamp_span,
    limit,
    round_half_up,
)
from ideogram4.caption.snap import Lines, Snapped, caught, hit, snap_lines, snap_move, snap_resize

__all__ = [
    "GRID",
    "Axis",
    "Box",
    "Direction",
    "Edge",
    "Handle",
    "Lines",
    "Numbers",
    "Snapped",
    "align",
    "bounds",
    "caught",
    "clamp",
    "distribute",
    "draw",
    "from_pixels",
    "hit",
    "move",
    "nudge",
    "reflow",
    "resize",
    "round_half_up",
    "scale",
    "snap_lines",
    "snap_move",
    "snap_resize",
    "to_pixels",
]

Handle = Literal["n", "ne", "e", "se", "s", "sw", "w", "nw"]
Direction = Literal["up", "down", "left", "right"]


def draw(
    start: Numbers,
    end: Numbers,
    *,
    aspect: float | None = None,
    from_centre: bool = False,
    min_size: int = 1,
) -> Box:
    """The box between two points `(y, x)`, in any direction; `start` is its centre if asked.

    `aspect` holds grid width / grid height (a square on a page W x H is `H / W`): the shorter side
    grows to fit it, less where the page ends.
    """
    start_y, start_x = limit(start[0]), limit(start[1])
    size_y, size_x = abs(end[0] - start_y), abs(end[1] - start_x)
    down, right = end[0] >= start_y, end[1] >= start_x
    if aspect is not None:
        room_y, room_x = _room(start_y, down, from_centre), _room(start_x, right, from_centre)
        size_y = min(max(size_y, size_x / aspect), room_y, room_x / aspect)
        size_x = size_y * aspect
    y_low, y_high = _drawn_span(start_y, size_y, down, from_centre)
    x_low, x_high = _drawn_span(start_x, size_x, right, from_centre)
    return clamp((y_low, x_low, y_high, x_high), min_size=min_size)


def move(boxes: Sequence[Numbers], dy: float, dx: float) -> list[Box]:
    """The boxes moved as one group; it keeps its shape and stops at the page's edge."""
    if not boxes:
        return []
    frame = bounds(boxes)
    step_y = round_half_up(max(-frame[0], min(GRID - frame[2], dy)))
    step_x = round_half_up(max(-frame[1], min(GRID - frame[3], dx)))
    return [
        clamp((box[0] + step_y, box[1] + step_x, box[2] + step_y, box[3] + step_x)) for box in boxes
    ]


def nudge(boxes: Sequence[Numbers], direction: Direction, *, step: int = 1) -> list[Box]:
    """The boxes moved by an arrow key, as one group."""
    dy = {"up": -step, "down": step}.get(direction, 0)
    dx = {"left": -step, "right": step}.get(direction, 0)
    return move(boxes, dy, dx)


def resize(
    box: Numbers,
    handle: Handle,
    dy: float,
    dx: float,
    *,
    keep_aspect: bool = False,
    from_centre: bool = False,
    min_size: int = 1,
) -> Box:
    """The box as it was when the drag began, its `handle` dragged by `dy, dx` in all.

    Dragged across the opposite side the box turns over, as in drawing programs. `keep_aspect`
    follows the side that changed more; a side handle then grows the other axis about its middle.
    """
    y_low, x_low, y_high, x_high = clamp(box)
    pull_y = -1 if "n" in handle else 1 if "s" in handle else 0
    pull_x = -1 if "w" in handle else 1 if "e" in handle else 0
    height, width = y_high - y_low, x_high - x_low
    reach = 2 if from_centre else 1
    new_height = height + pull_y * dy * reach
    new_width = width + pull_x * dx * reach
    if keep_aspect:
        factor = max(
            abs(new_height) / height if pull_y else 0, abs(new_width) / width if pull_x else 0
        )
        factor = min(
            factor,
            _resize_room(y_low, y_high, pull_y, new_height, from_centre) / height,
            _resize_room(x_low, x_high, pull_x, new_width, from_centre) / width,
        )
        new_height = factor * height if new_height >= 0 else -factor * height
        new_width = factor * width if new_width >= 0 else -factor * width
    new_y = _resized_span(y_low, y_high, pull_y, new_height, from_centre, min_size)
    new_x = _resized_span(x_low, x_high, pull_x, new_width, from_centre, min_size)
    return (new_y[0], new_x[0], new_y[1], new_x[1])


def scale(boxes: Sequence[Numbers], frame: Numbers, target: Numbers) -> list[Box]:
    """The boxes of a selection after its outline changed from `frame` to `target`."""
    factor_y = (target[2] - target[0]) / (frame[2] - frame[0])
    factor_x = (target[3] - target[1]) / (frame[3] - frame[1])
    return [
        clamp(
            (
                target[0] + (box[0] - frame[0]) * factor_y,
                target[1] + (box[1] - frame[1]) * factor_x,
                target[0] + (box[2] - frame[0]) * factor_y,
                target[1] + (box[3] - frame[1]) * factor_x,
            )
        )
        for box in boxes
    ]


def to_pixels(box: Numbers, width: int, height: int) -> Box:
    """Grid to pixels of a `width` x `height` picture, same order (y first)."""
    return (
        round_half_up(box[0] * height / GRID),
        round_half_up(box[1] * width / GRID),
        round_half_up(box[2] * height / GRID),
        round_half_up(box[3] * width / GRID),
    )


def from_pixels(box: Numbers, width: int, height: int) -> Box:
    """Pixels of a `width` x `height` picture to the grid, same order (y first)."""
    return clamp(
        (
            box[0] * GRID / height,
            box[1] * GRID / width,
            box[2] * GRID / height,
            box[3] * GRID / width,
        )
    )


def _room(anchor: float, forward: bool, from_centre: bool) -> float:
    """How far a drag from `anchor` may go before the box leaves the page."""
    if from_centre:
        return min(anchor, GRID - anchor)
    return GRID - anchor if forward else anchor


def _drawn_span(
    anchor: float, size: float, forward: bool, from_centre: bool
) -> tuple[float, float]:
    if from_centre:
        return anchor - size, anchor + size
    return (anchor, anchor + size) if forward else (anchor - size, anchor)


def _resize_room(low: int, high: int, pull: int, size: float, from_centre: bool) -> float:
    """The largest size along one axis that keeps the box on the page; `size` < 0 is turned over."""
    if from_centre or pull == 0:
        return min(low + high, GRID * 2 - low - high)
    anchor = low if pull > 0 else high
    return GRID - anchor if (pull > 0) == (size >= 0) else anchor


def _resized_span(
    low: int, high: int, pull: int, size: float, from_centre: bool, min_size: int
) -> tuple[int, int]:
    """One axis after a resize to the signed `size`, anchored at the edge that is not pulled."""
    if from_centre or pull == 0:
        middle = (low + high) / 2
        return clamp_span(middle - abs(size) / 2, middle + abs(size) / 2, min_size)
    if pull > 0:
        edge, forward = round_half_up(limit(low + size)), size >= 0
        anchor = low
    else:
        edge, forward = round_half_up(limit(high - size)), size < 0
        anchor = high
    if abs(edge - anchor) < min_size:
        edge = anchor + min_size if forward else anchor - min_size
        # At the page's edge there is no room on that side: the anchor gives way.
        if edge > GRID or edge < 0:
            edge = max(0, min(GRID, edge))
            anchor = edge - min_size if forward else edge + min_size
    return min(anchor, edge), max(anchor, edge)
