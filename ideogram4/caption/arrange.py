"""Many boxes put in order: align, distribute, and re-flow when the page changes its ratio.

Why: these work on a selection or on the whole layout, never on a pointer's drag. Same conventions
as `ideogram4.caption.geometry`, which is the public door and has the JavaScript twin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from ideogram4.caption.grid import GRID, Axis, Box, Numbers, bounds, clamp, placed

Edge = Literal["top", "middle", "bottom", "left", "centre", "right"]


def align(boxes: Sequence[Numbers], edge: Edge, *, frame: Numbers | None = None) -> list[Box]:
    """The boxes with one edge (or middle) in line, sizes kept; `frame` defaults to their bounds."""
    if not boxes:
        return []
    inside = bounds(boxes) if frame is None else frame
    low = 0 if edge in ("top", "middle", "bottom") else 1
    share = {"top": 0, "left": 0, "middle": 0.5, "centre": 0.5, "bottom": 1, "right": 1}[edge]
    aligned = []
    for box in boxes:
        free = (inside[low + 2] - inside[low]) - (box[low + 2] - box[low])
        aligned.append(placed(box, low, inside[low] + free * share))
    return aligned


def distribute(
    boxes: Sequence[Numbers], axis: Axis, *, by: Literal["gaps", "centres"] = "gaps"
) -> list[Box]:
    """The boxes with equal gaps (or equal steps between centres) along `axis`.

    The outermost two stay; fewer than three boxes stay as they are. Overlapping boxes overlap
    equally. Boxes are ordered by their centre, then by their place in the list.
    """
    low = 0 if axis == "y" else 1
    order = sorted(range(len(boxes)), key=lambda i: (boxes[i][low] + boxes[i][low + 2], i))
    result = [clamp(box) for box in boxes]
    if len(boxes) < 3:
        return result
    first, last = boxes[order[0]], boxes[order[-1]]
    steps = len(boxes) - 1
    sizes = sum(boxes[i][low + 2] - boxes[i][low] for i in order)
    gap = ((last[low + 2] - first[low]) - sizes) / steps
    stride = ((last[low] + last[low + 2]) - (first[low] + first[low + 2])) / 2 / steps
    centre = (first[low] + first[low + 2]) / 2
    position: float = first[low]
    for place, index in enumerate(order):
        size = boxes[index][low + 2] - boxes[index][low]
        start = position if by == "gaps" else centre + place * stride - size / 2
        if 0 < place < steps:
            result[index] = placed(boxes[index], low, start)
        position = position + size + gap
    return result


def reflow(
    boxes: Sequence[Numbers],
    old_ratio: float,
    new_ratio: float,
    *,
    mode: Literal["shape", "stretch"] = "shape",
) -> list[Box]:
    """The boxes after the page's width / height went from `old_ratio` to `new_ratio`.

    `"stretch"` keeps the numbers, so boxes widen with the page. `"shape"` keeps each box's shape as
    seen and its share of the page's area, and its place between the page's edges: what touched an
    edge still does, what spanned the page still spans it, and changing back restores the box.
    """
    grow_x = 1 if mode == "stretch" else math.sqrt(old_ratio / new_ratio)
    result = []
    for box in boxes:
        y_low, x_low, y_high, x_high = clamp(box)
        height, width = y_high - y_low, x_high - x_low
        if grow_x == 1:
            result.append((y_low, x_low, y_high, x_high))
            continue
        fit = min(1, GRID / (height / grow_x), GRID / (width * grow_x))
        new_height = GRID if height == GRID else height / grow_x * fit
        new_width = GRID if width == GRID else width * grow_x * fit
        top = 0 if height == GRID else y_low / (GRID - height) * (GRID - new_height)
        left = 0 if width == GRID else x_low / (GRID - width) * (GRID - new_width)
        result.append(clamp((top, left, top + new_height, left + new_width)))
    return result
