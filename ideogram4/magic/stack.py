"""Boxes for pieces of lettering one below the other, the first the largest.

A layout that is always legal: inside the margins, in order, without overlap. For rules, and for
lettering that a language model has forgotten. What it is not: typesetting; it measures no font.
"""

from __future__ import annotations

from collections.abc import Sequence

from ideogram4.caption.grid import GRID, Box

MARGIN = 80
TALLEST = 160  # of one line, on the grid of 1000
LEADING = 0.25  # space below a piece, as a share of its height
FIRST = 2.0  # how much taller the first is than the others, a line each
MOST_LINES = 8  # that count; a piece with more would leave the others no room
LEAST = 12
"""Grid units for a piece; in a band of as many for each of them, none comes out flat."""


def stacked(texts: Sequence[str], *, above: int = MARGIN, below: int = GRID - MARGIN) -> list[Box]:
    """A box for each text, from `above` downwards and not beyond `below` (grid units)."""
    if not texts:
        return []
    lines = [min(text.count("\n") + 1, MOST_LINES) for text in texts]
    weights = [count * (FIRST if place == 0 else 1.0) for place, count in enumerate(lines)]
    # The last one needs no space below it.
    needed = sum(weights) * (1 + LEADING) - weights[-1] * LEADING
    unit = min(TALLEST / FIRST, (below - above) / needed)
    boxes: list[Box] = []
    top = float(above)
    for weight in weights:
        height = weight * unit
        # Cut and not rounded, so that a box never begins before the one above it has ended.
        low, high = int(top), min(int(top + height), below)
        boxes.append((low, MARGIN, max(high, low + 1), GRID - MARGIN))
        top += height * (1 + LEADING)
    return boxes


def free_band(taken: Sequence[Box]) -> tuple[int, int]:
    """The tallest band across the page, between its margins, in which none of the boxes stands."""
    best, low = (MARGIN, MARGIN), MARGIN
    for top, _, bottom, _ in sorted([*taken, (GRID - MARGIN, 0, GRID, GRID)]):
        high = min(top, GRID - MARGIN)
        if high - low > best[1] - best[0]:
            best = (low, high)
        low = max(low, bottom)
    return best
