"""A good caption, and what repair says of one that is less so. What it is not: a test."""

from __future__ import annotations

import json
from typing import Any

from ideogram4.caption import RepairResult, parse_caption, repair_caption

GOOD = (
    '{"high_level_description": "A cup.", "compositional_deconstruction": {"background": "wall", '
    '"elements": [{"type": "obj", "bbox": [100, 200, 300, 400], "desc": "a red cup"}]}}'
)
GOOD_CAPTION = parse_caption(GOOD).caption


def codes(result: RepairResult) -> set[str]:
    return {change.code for change in result.changes}


def with_elements(*elements: Any, **root: Any) -> str:
    composition = {"background": "wall", "elements": list(elements)}
    return json.dumps({**root, "compositional_deconstruction": composition})


def elements_of(result: RepairResult) -> list[dict[str, Any]]:
    assert result.caption is not None
    found: list[dict[str, Any]] = result.caption.to_dict()["compositional_deconstruction"][
        "elements"
    ]
    return found


def mended(element: Any, **root: Any) -> dict[str, Any]:
    [only] = elements_of(repair_caption(with_elements(element, **root)))
    return only
