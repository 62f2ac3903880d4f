"""What sets two captions apart, in words that people use."""

from __future__ import annotations

import json
from typing import Any

from ui.gallery.changes import changes, summary, title_of

CUP = {"type": "obj", "bbox": [10, 10, 500, 500], "desc": "a red cup"}
WORDS = {"type": "text", "bbox": [600, 10, 900, 900], "text": "TEA", "desc": "letters"}


def caption(*elements: dict[str, Any], **more: Any) -> str:
    body = {"background": "a wall", "elements": list(elements)}
    return json.dumps({**more, "compositional_deconstruction": body})


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(change.subject, change.what) for change in changes(before, after)]


def test_each_part_is_named_by_whose_it_is() -> None:
    moved = {**CUP, "bbox": [0, 0, 400, 400], "colour_palette": ["#FF0000"]}
    after = caption(moved, {**WORDS, "text": "CAFÉ"}, high_level_description="x")
    assert told(caption(CUP, WORDS), after) == [
        ("Picture", "description"),
        ("Object 1 “a red cup”", "box"),
        ("Object 1 “a red cup”", "colours"),
        ("Text 2 “TEA”", "words"),
    ]


def test_elements_come_and_go() -> None:
    assert told(caption(CUP), caption(CUP, WORDS)) == [("Text 2 “TEA”", "added")]
    assert told(caption(CUP, WORDS), caption(WORDS)) == [("Object 1 “a red cup”", "taken out")]


def test_spelling_and_order_are_no_changes() -> None:
    coloured = {**CUP, "colour_palette": ["#FF0000"]}
    spelt = {"color_palette": ["#ff0000"], "desc": "a red cup", "bbox": [10, 10, 500, 500]}
    assert told(caption(coloured), caption({**spelt, "type": "obj"})) == []


def test_what_is_no_caption_has_no_changes() -> None:
    assert told("{", caption()) == told(caption(), "") == []


def test_a_line_names_a_few_and_counts_the_rest() -> None:
    found = changes(caption(CUP), caption(*[{**WORDS, "text": str(n)} for n in range(5)]))
    assert summary(found).endswith("more") and summary(found).count(";") == 3
    assert summary([]) == ""


def test_a_caption_is_called_by_its_words() -> None:
    assert title_of(caption(CUP, WORDS)) == "TEA"
    assert title_of(caption(CUP, high_level_description="A  still\nlife")) == "A still life"
    assert title_of(caption(CUP)) == "a red cup"
    assert title_of("{") == "Untitled"
