"""Which elements of two captions are the same one, whatever became of their words and boxes.

Used where a proposal meets a person's own caption: by letters, by words, by place. Every element is
looked at once and compared by counting, because whoever answers may send two hundred long ones.
What it is not: a comparison for people (`caption.difference`), nor a measure of a picture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ideogram4.caption import Element
from ideogram4.caption.grid import Box

ENOUGH = 0.35
"""Less alike than this are two elements."""

SAME_PLACE = 0.5
"""What standing in the very same box is worth to lettering that reads differently."""

LETTERS = 200  # of a text that are compared
_WORD = re.compile(r"\w{3,}")


def pairs(before: Sequence[Element], after: Sequence[Element]) -> dict[int, int]:
    """Index in `before` -> index in `after`, the most alike first, each used once.

    What is the same altogether is one thing, however little it says.
    """
    found = _equal(before, after)
    used = set(found.values())
    mine, theirs = list(map(_look, before)), list(map(_look, after))
    scores = [
        (_alike(old, new), i, j)
        for i, old in enumerate(mine)
        for j, new in enumerate(theirs)
        if old.type == new.type and i not in found and j not in used
    ]
    # Of equally alike ones those that stand at about the same place in the painter's order.
    scores.sort(key=lambda score: (-score[0], abs(score[1] - score[2]), score[1], score[2]))
    for likeness, i, j in scores:
        if likeness >= ENOUGH and i not in found and j not in used:
            found[i] = j
            used.add(j)
    return dict(sorted(found.items()))


def _equal(before: Sequence[Element], after: Sequence[Element]) -> dict[int, int]:
    places: dict[Element, list[int]] = {}
    for j in reversed(range(len(after))):
        places.setdefault(after[j], []).append(j)
    return {i: places[old].pop() for i, old in enumerate(before) if places.get(old)}


def alike(old: Element, new: Element) -> float:
    """0 (two things) to over 1 (one thing): the letters of text, else words and place."""
    return _alike(_look(old), _look(new))


def overlap(a: Box | None, b: Box | None) -> float:
    """Intersection over union of two boxes (y_min, x_min, y_max, x_max); 0 without one."""
    if a is None or b is None:
        return 0.0
    height = min(a[2], b[2]) - max(a[0], b[0])
    width = min(a[3], b[3]) - max(a[1], b[1])
    if height <= 0 or width <= 0:
        return 0.0
    inside = height * width
    return inside / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inside)


@dataclass(frozen=True)
class _Look:
    """What counts of an element. `letters`: how often each pair of neighbours stands in a text."""

    type: str
    text: str
    letters: Counter[str]
    words: frozenset[str]
    bbox: Box | None


def _look(element: Element) -> _Look:
    text = element.text or "" if element.type == "text" else ""
    folded = f" {' '.join(text[:LETTERS].casefold().split())} "
    letters = Counter(folded[i : i + 2] for i in range(len(folded) - 1)) if text else Counter()
    words = frozenset(_WORD.findall(element.desc.casefold()))
    return _Look(element.type, text, letters, words, element.bbox)


def _alike(old: _Look, new: _Look) -> float:
    place = overlap(old.bbox, new.bbox)
    if old.text and new.text:
        if old.text == new.text:
            return 1.0
        both = (old.letters & new.letters).total()
        return max(
            1.98
            * both
            / (old.letters.total() + new.letters.total()),  # equal but for capitals: 0.99
            SAME_PLACE * place,
        )
    smaller = min(len(old.words), len(new.words))
    words = len(old.words & new.words) / smaller if smaller else 0.0
    return max(words, place, (words + place) / 1.2)
