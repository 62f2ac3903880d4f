"""Boxes for pieces of lettering one below the other, the first the largest.

A layout that is always legal: inside the margins, in order, without overlap. For rules, and for
lettering that a language model has forgotten. What it is not: typesetting; it measures no font.
"""

from __future__ import annotations

from collections.abc import Sequence

from ideogram4.caption.grid import Box

MARGIN = 80
TALLEST = 160  # of one line, on the grid of 1000
LEADING = 0.25  # space below a piece, as a share of its height
FIRST = 2.0  # how much taller the first is than the others, a line each


def stacked(texts: Sequence[str], *, above: int = MARGIN, below: int = 1000 - MARGIN) -> list[Box]:
    """A box for each text, from `above` downwards and not beyond `below` (grid units)."""
    if not texts:
        return []
    lines = [max(1, text.count("\n") + 1) for text in texts]
    weights = [count * (FIRST if place == 0 else 1.0) for place, count in enumerate(lines)]
    # The last one needs no space below it.
    needed = sum(weights) * (1 + LEADING) - weights[-1] * LEADING
    unit = min(TALLEST / FIRST, (below - above) / needed)
    boxes: list[Box] = []
    top = float(above)
    for weight in weights:
        height = weight * unit
        low, high = round(top), round(top + height)
        boxes.append((low, MARGIN, max(high, low + 1), 1000 - MARGIN))
        top += height * (1 + LEADING)
    return boxes
