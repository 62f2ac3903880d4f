"""The 0..1000 grid itself: what a box is, how it is rounded, how it is kept on the page.

Why: every other geometry file builds on these few lines, in Python and in JavaScript, so a box can
never leave the grid, turn inside out or end on half a unit.

What it is not: the public door; that is `ideogram4.caption.geometry`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

GRID = 1000

Box = tuple[int, int, int, int]
Numbers = Sequence[float]
Axis = Literal["y", "x"]


def round_half_up(value: float) -> int:
    """Nearest whole number, halves upwards: -0.5 -> 0, 2.5 -> 3 (Python's own round gives 2)."""
    return math.floor(value + 0.5)


def clamp(box: Numbers, *, min_size: int = 1) -> Box:
    """Any four numbers as a box on the page: edges ordered, rounded, cut at the page's edge.

    A box thinner than `min_size`, or wholly off the page, becomes `min_size` at the nearest place.
    """
    y_low, y_high = clamp_span(box[0], box[2], min_size)
    x_low, x_high = clamp_span(box[1], box[3], min_size)
    return (y_low, x_low, y_high, x_high)


def bounds(boxes: Sequence[Numbers]) -> Box:
    """Smallest box around all `boxes` (at least one)."""
    return clamp(
        (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
    )


def placed(box: Numbers, low: int, start: float) -> Box:
    """The box with its low edge on axis `low` (0 is y, 1 is x) at `start`, size kept."""
    edges = list(clamp(box))
    size = edges[low + 2] - edges[low]
    edges[low] = max(0, min(GRID - size, round_half_up(start)))
    edges[low + 2] = edges[low] + size
    return (edges[0], edges[1], edges[2], edges[3])


def clamp_span(a: float, b: float, min_size: int) -> tuple[int, int]:
    low = round_half_up(limit(min(a, b)))
    high = round_half_up(limit(max(a, b)))
    if high - low < min_size:
        low = min(low, GRID - min_size)
        high = low + min_size
    return low, high


def limit(value: float) -> float:
    return max(0, min(GRID, value))
