"""Which elements of two captions are the same one, whatever became of their words and boxes.

Used where a proposal meets a person's own caption: by letters, by words, by place. What it is not:
a comparison for people (`caption.difference`), nor a measure of a picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from ideogram4.caption import Element
from ideogram4.caption.grid import Box

ENOUGH = 0.35
"""Less alike than this are two elements."""

MOST_LOOKS = 2_500
"""Pairs of elements that are looked at closely; a caption of fifty elements is a crowded one."""

LETTERS = 80
"""Of a piece of lettering that are compared; comparing takes their square in time."""

_WORD = re.compile(r"\w{3,}")


def pairs(before: Sequence[Element], after: Sequence[Element]) -> dict[int, int]:
    """Index in `before` -> index in `after`, the most alike first, each used once.

    Of very many elements only those that are the same altogether, because anybody may ask.
    """
    found = _equal(before, after)
    left = [i for i in range(len(before)) if i not in found]
    used = set(found.values())
    right = [j for j in range(len(after)) if j not in used]
    if len(left) * len(right) > MOST_LOOKS:
        return dict(sorted(found.items()))
    scores = [
        (alike(before[i], after[j]), i, j)
        for i in left
        for j in right
        if before[i].type == after[j].type
    ]
    # Of equally alike ones those that stand at about the same place in the painter's order.
    scores.sort(key=lambda score: (-score[0], abs(score[1] - score[2]), score[1], score[2]))
    for likeness, i, j in scores:
        if likeness >= ENOUGH and i not in found and j not in found.values():
            found[i] = j
    return dict(sorted(found.items()))


def alike(old: Element, new: Element) -> float:
    """0 (two things) to 1 (one thing): the letters of text, else words and place."""
    if old.type == "text" and old.text and new.text:
        if old.text == new.text:
            return 1.0
        mine, theirs = old.text.casefold()[:LETTERS], new.text.casefold()[:LETTERS]
        return SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
    words = _shared(old.desc, new.desc)
    if old.bbox is None or new.bbox is None:
        return words
    return max(words, overlap(old.bbox, new.bbox), (words + overlap(old.bbox, new.bbox)) / 1.2)


def _equal(before: Sequence[Element], after: Sequence[Element]) -> dict[int, int]:
    """Those that say exactly the same, in their order."""
    places: dict[Element, list[int]] = {}
    for j in reversed(range(len(after))):
        places.setdefault(after[j], []).append(j)
    return {i: places[old].pop() for i, old in enumerate(before) if places.get(old)}


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes (y_min, x_min, y_max, x_max)."""
    height = min(a[2], b[2]) - max(a[0], b[0])
    width = min(a[3], b[3]) - max(a[1], b[1])
    if height <= 0 or width <= 0:
        return 0.0
    inside = height * width
    return inside / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inside)


def _shared(old: str, new: str) -> float:
    """The share of the shorter one's words that both have."""
    mine, theirs = set(_WORD.findall(old.casefold())), set(_WORD.findall(new.casefold()))
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller else 0.0
