"""Where an element can be seen in its picture: its box, without what stands in front of it.

What it is not: a judge of what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ideogram4.caption import Caption
from ideogram4.caption.model import Element


@dataclass(frozen=True)
class Region:
    """An element that the model read: its index in the caption, and the pixels that are its own.

    `mask` is (rows, columns); `uncovered` the share of its box that nothing else stands before.
    """

    index: int
    element: Element
    mask: NDArray[np.bool_]
    uncovered: float


def regions_of(caption: Caption, rows: int, columns: int) -> list[Region]:
    """The regions of every element with a box that is not hidden, in painter's order."""
    shown = [
        (index, element)
        for index, element in enumerate(caption.compositional_deconstruction.elements)
        if element.bbox is not None and not element.hidden
    ]
    boxes = [_mask(element, rows, columns) for _, element in shown]
    found: list[Region] = []
    in_front = np.zeros((rows, columns), dtype=bool)
    for (index, element), box in zip(reversed(shown), reversed(boxes), strict=True):
        mask = box & ~in_front
        area = int(box.sum())
        found.append(Region(index, element, mask, float(mask.sum()) / area if area else 0.0))
        in_front |= box
    return found[::-1]


def _mask(element: Element, rows: int, columns: int) -> NDArray[np.bool_]:
    """Every pixel that the box touches; the smallest box still has one."""
    mask = np.zeros((rows, columns), dtype=bool)
    if element.bbox is None:
        return mask
    top, left, bottom, right = element.bbox
    y0, y1 = _span(top, bottom, rows)
    x0, x1 = _span(left, right, columns)
    mask[y0:y1, x0:x1] = True
    return mask


def _span(low: int, high: int, length: int) -> tuple[int, int]:
    begin = min(length - 1, max(0, int(low / 1000 * length)))
    end = min(length, max(begin + 1, -(-high * length // 1000)))
    return begin, end
