"""Many measured pictures as figures: means, shares, and the same by kind of element.

by_count    elements in the picture
by_shape    what the element is
by_area     small, medium or large, by the share of the picture that its box takes
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from ideogram4.demo.evaluation.cases import Case
from ideogram4.demo.evaluation.measure import Scores
from ideogram4.demo.pictures.scenes import Element

# Upper ends as shares of the picture: a fifth and two fifths of its side, squared.
AREAS = {"small": 0.04, "medium": 0.16, "large": 1.0}


@dataclass(frozen=True)
class Judged:
    """One picture's scores. `outline`: one an element; `read`: one a word; `in_front`: of order."""

    case: Case
    scores: Scores
    outline: tuple[float, ...]
    read: tuple[bool, ...] = ()
    in_front: bool | None = None


@dataclass(frozen=True)
class Part:
    """One element of a judged picture."""

    element: Element
    beside: int  # elements of its picture, itself counted
    iou: float
    outline: float
    colour: float
    missing: bool


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Figures over pictures, every element weighing the same. At least one picture."""
    parts = [part for one in judged for part in parts_of(one)]
    result: dict[str, Any] = {
        "pictures": len(judged),
        "elements": len(parts),
        "iou": fmean(p.iou for p in parts),
        "iou_50": fmean(p.iou >= 0.5 for p in parts),
        "iou_80": fmean(p.iou >= 0.8 for p in parts),
        "outline": fmean(p.outline for p in parts),
        "missing": fmean(p.missing for p in parts),
        "colour": fmean(p.colour for p in parts),
        "colour_median": median(p.colour for p in parts),
        "background": fmean(one.scores.background for one in judged),
    }
    words = [read for one in judged for read in one.read]
    if words:
        result |= {"words": len(words), "words_read": fmean(words)}
    fronts = [one.in_front for one in judged if one.in_front is not None]
    if fronts:
        result |= {"in_front": fmean(fronts)}
    return result | {
        "by_count": _by(parts, lambda p: p.beside),
        "by_shape": _by(parts, lambda p: p.element.shape),
        "by_area": _by(parts, lambda p: list(AREAS).index(area_of(p.element)), list(AREAS)),
    }


def parts_of(one: Judged) -> list[Part]:
    """The picture's elements, each with its scores."""
    elements, scores = one.case.scene.elements, one.scores
    columns = zip(elements, scores.iou, one.outline, scores.colour, scores.missing, strict=True)
    return [Part(element, len(elements), *values) for element, *values in columns]


def area_of(element: Element) -> str:
    """ "small", "medium" or "large"."""
    top, left, bottom, right = element.box
    share = (bottom - top) * (right - left) / 1e6
    return next(name for name, end in AREAS.items() if share <= end)


def _by(
    parts: Sequence[Part], key: Callable[[Part], Any], names: Sequence[str] | None = None
) -> dict[str, dict[str, float]]:
    """IoU, outline, colour and missing share of each group, in the order of the keys."""
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        groups.setdefault(key(part), []).append(part)
    return {
        names[group] if names else str(group): {
            "elements": len(members),
            "iou": fmean(p.iou for p in members),
            "outline": fmean(p.outline for p in members),
            "colour": fmean(p.colour for p in members),
            "missing": fmean(p.missing for p in members),
        }
        for group, members in sorted(groups.items())
    }
