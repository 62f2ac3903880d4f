"""A caption that was read from a picture against the one the picture was asked for.

Elements are paired so that boxes and words agree best; each asked one is then found in its place,
found elsewhere or missing, lettering is compared letter by letter, and what nobody asked for is
listed. What it is not: certain. A reader overlooks and invents things; what is told here is what it
says it saw. Hidden elements were not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ideogram4.caption import Caption
from ideogram4.caption.model import Box, Element
from ideogram4.caption.naming import element_name
from ideogram4.reading.matching import best_pairs
from ideogram4.reading.spelling import TextMatch, compare_texts, plain

IN_PLACE = 0.5  # intersection over union from which a box counts as being where it was asked
# What makes two elements the same one: boxes that overlap so much, or words that are so alike.
LEAST_OVERLAP = 0.2
LEAST_WORDS = 0.25
LEAST_LETTERS = 0.5
BOX_OF_OBJECT, BOX_OF_TEXT = 0.6, 0.35  # how much a box weighs beside the words
LONGEST_COMPARED = 240  # letters of each text; more say nothing new about which is which
_WORD = re.compile(r"\w+")
_COMMON = frozenset(("a", "an", "and", "at", "in", "is", "its", "of", "on", "or", "the", "with"))


@dataclass(frozen=True)
class ElementMatch:
    """An asked element and the read one that is it: their indices, boxes and lettering.

    `found` is None when nothing read is this element. `overlap` is the intersection over union of
    the two boxes, None where one of them has no box. verdict: found, moved (the boxes agree by less
    than half) or missing. `text` is there for lettering that was found.
    """

    asked: int
    found: int | None
    name: str
    type: str
    verdict: str
    overlap: float | None = None
    asked_box: Box | None = None
    found_box: Box | None = None
    text: TextMatch | None = None


@dataclass(frozen=True)
class ExtraElement:
    """An element that was read and not asked for: its index in the caption that was read."""

    found: int
    name: str
    type: str
    found_box: Box | None = None


@dataclass(frozen=True)
class LikenessReport:
    """Every asked element in its order, then what else was read."""

    elements: tuple[ElementMatch, ...]
    extra: tuple[ExtraElement, ...]

    @property
    def summary(self) -> str:
        """A line for people."""
        if not self.elements:
            asked = "The caption asks for no elements"
            return f"{asked}; {_count(len(self.extra), 'was', 'were')} read."
        present = [match for match in self.elements if match.verdict != "missing"]
        line = f"{len(present)} of {_count(len(self.elements), 'was', 'were')} found"
        moved = sum(match.verdict == "moved" for match in present)
        if moved:
            line += f", {moved} of them elsewhere"
        texts = [match for match in self.elements if match.type == "text"]
        if texts:
            right = sum(m.text is not None and m.text.verdict == "exact" for m in texts)
            line += f"; {right} of {len(texts)} {'text is' if len(texts) == 1 else 'texts are'}"
            line += " read letter by letter"
        if self.extra:
            line += f"; {len(self.extra)} more {'was' if len(self.extra) == 1 else 'were'} read"
        return f"{line}."

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data, figures rounded to what can be told apart."""
        return {
            "summary": self.summary,
            "elements": [_rounded(asdict(match)) for match in self.elements],
            "extra": [asdict(more) for more in self.extra],
        }


def compare_captions(asked: Caption, read: Caption) -> LikenessReport:
    """What became of the elements of `asked`, going by `read`."""
    wanted, seen = _shown(asked), _shown(read)
    scores = np.zeros((len(wanted), len(seen)))
    ours, theirs = _features(wanted), _features(seen)
    for row, one in enumerate(ours):
        for column, other in enumerate(theirs):
            scores[row, column] = _score(one, other)
    partner = dict(best_pairs(scores))
    elements = tuple(
        _match(index, element, seen[partner[row]] if row in partner else None)
        for row, (index, element) in enumerate(wanted)
    )
    taken = set(partner.values())
    extra = tuple(
        ExtraElement(index, element_name(index, element), element.type, element.bbox)
        for column, (index, element) in enumerate(seen)
        if column not in taken
    )
    return LikenessReport(elements, extra)


def overlap_of(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    height = min(one[2], other[2]) - max(one[0], other[0])
    width = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0, height) * max(0, width)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    whole = sum(areas) - shared
    return shared / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class _Features:
    """What two elements are compared by; pieces are words, of lettering pairs of letters."""

    type: str
    box: Box | None
    pieces: frozenset[str]


def _features(shown: Sequence[tuple[int, Element]]) -> list[_Features]:
    return [_Features(e.type, e.bbox, _pieces(e)) for _, e in shown]


def _pieces(element: Element) -> frozenset[str]:
    if element.type == "text":
        letters = f" {plain(element.text or '').casefold()[:LONGEST_COMPARED]} "
        return frozenset(letters[n : n + 2] for n in range(len(letters) - 1))
    words = _WORD.findall(element.desc[: 4 * LONGEST_COMPARED].casefold())
    return frozenset(word for word in words if word not in _COMMON)


def _score(one: _Features, other: _Features) -> float:
    """Above 0 where the two may be the same element, the more the surer."""
    if one.type != other.type:
        return 0.0
    count = len(one.pieces) + len(other.pieces)
    alike = 2 * len(one.pieces & other.pieces) / count if count else 0.0
    is_text = one.type == "text"
    least = LEAST_LETTERS if is_text else LEAST_WORDS
    if one.box is None or other.box is None:
        return alike if alike >= least else 0.0
    overlap = overlap_of(one.box, other.box)
    if overlap < LEAST_OVERLAP and alike < least:
        return 0.0
    weight = BOX_OF_TEXT if is_text else BOX_OF_OBJECT
    return weight * overlap + (1 - weight) * alike


def _match(index: int, element: Element, found: tuple[int, Element] | None) -> ElementMatch:
    name = element_name(index, element)
    if found is None:
        return ElementMatch(index, None, name, element.type, "missing", asked_box=element.bbox)
    where, other = found
    overlap = None
    if element.bbox is not None and other.bbox is not None:
        overlap = overlap_of(element.bbox, other.bbox)
    text = None
    if element.type == "text":
        text = compare_texts(element.text or "", other.text or "")
    verdict = "moved" if overlap is not None and overlap < IN_PLACE else "found"
    return ElementMatch(
        index, where, name, element.type, verdict, overlap, element.bbox, other.bbox, text
    )


def _shown(caption: Caption) -> list[tuple[int, Element]]:
    elements = caption.compositional_deconstruction.elements
    return [(index, element) for index, element in enumerate(elements) if not element.hidden]


def _count(number: int, one: str, more: str) -> str:
    return f"{number} element{'' if number == 1 else 's'} {one if number == 1 else more}"


def _rounded(match: dict[str, Any]) -> dict[str, Any]:
    if match["overlap"] is not None:
        match["overlap"] = round(match["overlap"], 2)
    if match["text"] is not None:
        match["text"]["error_rate"] = round(match["text"]["error_rate"], 3)
    return match
