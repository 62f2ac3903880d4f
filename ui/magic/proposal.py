"""A proposal in answers to the page: its parts in words, and the text that comes of taking some.

Nothing is kept between two questions, so a proposal is always compared with the caption of now.
What it is not: the writing (`ui.service.expansions`), or the comparing (`parts`).
"""

from __future__ import annotations

import json
from typing import Any

from ideogram4.caption import LIMITS, format_json
from ideogram4.caption.difference import compare
from ideogram4.caption.issue import pointer
from ui.magic.parts import (
    COMPOSITION,
    PALETTE,
    Data,
    FindSize,
    Part,
    name_of,
    plain,
    sides_of,
    text_of,
)
from ui.magic.taken import built
from ui.review.lines import shortened

LONGEST = 700
"""Characters of a value: a description is read in full before it is taken."""

WORDS = {"desc": "description", "bbox": "box", "text": "letters", PALETTE: "colours"}


def compare_proposal(asked: object, size_for: FindSize) -> Data:
    """`{"parts": [{id, title, notes, lines, ghost}]}`, or `{"error": ...}`.

    asked: `{text, proposal, ratio, page: {width, height}}`, texts of JSON; ratio "W:H" or null.
    """
    read = sides_of(asked, size_for)
    if isinstance(read, str):
        return {"error": read}
    return {"parts": [_told(part) for part in read.parts]}


def take_proposal(asked: object, size_for: FindSize) -> Data:
    """`{"text": ..., "page": {width, height} | null}` with what was taken, or `{"error": ...}`.

    asked: as for `compare_proposal`, and `taken`, a list of ids; those that are gone do nothing.
    """
    read = sides_of(asked, size_for)
    if isinstance(read, str):
        return {"error": read}
    wished = asked.get("taken") if isinstance(asked, dict) else None
    taken = {name for name in wished if isinstance(name, str)} if isinstance(wished, list) else ()
    parts = {part.id: part for part in read.parts if part.id in taken}
    result = built(read, parts)
    count = len(result[COMPOSITION]["elements"])
    if count > LIMITS.elements:
        return {"error": f"That would be {count} elements; {LIMITS.elements} is the most."}
    page = parts["page"].after if "page" in parts else None
    return {"text": format_json(result), "page": page}


def _told(part: Part) -> Data:
    """As the sheet shows it; `ghost` is the place of an element that is new or elsewhere."""
    told: Data = {"id": part.id, "title": part.title, "notes": [part.title], "lines": _lines(part)}
    if part.new is not None:
        box = part.after.get("bbox")
        old = part.before.get("bbox") if isinstance(part.before, dict) else None
        if box and box != old:
            told["ghost"] = {"bbox": box, "name": name_of(part.after)}
    return told


def _lines(part: Part) -> list[Data]:
    if part.id == "order":
        return []
    if part.id == "page":
        return [
            _line(
                "", *(f"{side['width']} × {side['height']}" for side in (part.before, part.after))
            )
        ]
    if part.after is None:
        return [_line("", _said(part.before), None)]
    if not isinstance(part.after, dict):
        return [_line("", _value(part.before), _value(part.after))]
    before = part.before if isinstance(part.before, dict) else {}
    after = part.after
    if part.new is not None and not before:
        after = {key: value for key, value in after.items() if key != "type"}
    lines = []
    for difference in compare(plain(before), plain(after)).differences:
        old, new = difference.before, difference.after
        lines.append(
            _line(
                pointer(tuple(_word(step) for step in difference.path)),
                None if old is None else _value(old[1]),
                None if new is None else _value(new[1]),
            )
        )
    return lines


def _word(step: str | int) -> str | int:
    return WORDS.get(step, step.replace("_", " ")) if isinstance(step, str) else step


def _line(path: str, before: str | None, after: str | None) -> Data:
    return {"path": path, "before": before, "after": after}


def _value(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        text = " ".join(value)
    return shortened(text, LONGEST)


def _said(element: Any) -> str:
    """An element that goes, in a few words."""
    if not isinstance(element, dict):
        return _value(element) or "null"
    parts = (text_of(element.get("text")), text_of(element.get("desc")))
    return shortened(" · ".join(part for part in parts if part), LONGEST) or "an empty element"
