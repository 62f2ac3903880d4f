"""An assignment is checked where it is made, and says in plain words what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from ideogram4.caption import LIMITS, Caption, Composition, Element
from ideogram4.errors import RequestError
from ideogram4.magic import Assignment
from ideogram4.magic.assignment import LONGEST_IDEA, MOST_LETTERS, MOST_TEXTS
from tests.magic.pretend_services import caption

MINE = Caption.from_dict(caption())
SILENT = Caption(
    Composition("", (Element("obj", "", (1, 1, 9, 9)), Element("obj", "x", hidden=True)))
)
CROWDED = Caption(Composition("", (Element("obj", "x"),) * (LIMITS.elements - 1)))


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({}, "the idea is empty"),
        ({"idea": " \n\u3000"}, "the idea is empty"),
        ({"idea": 5}, "the idea is int, not text"),
        ({"idea": "x" * 4001}, "has 4001 characters; 4000 is the most"),
        ({"idea": "a cat \ud83d"}, "character 7 of the idea is half of a surrogate pair"),
        ({"idea": "a\0cat"}, "character 2 of the idea is NUL"),
        ({"idea": "x", "task": "magic"}, "choose from expand, fill, element, layout"),
        ({"idea": "x", "task": None}, "choose from"),
        ({"idea": "x", "task": "fill"}, "needs a caption to work on"),
        ({"idea": "x", "task": "element", "element": 0}, "needs a caption to work on"),
        ({"task": "element", "caption": MINE}, "there is no element None"),
        ({"task": "element", "caption": MINE, "element": 2}, "the caption has 2, counted from 0"),
        ({"task": "element", "caption": MINE, "element": -1}, "there is no element -1"),
        ({"task": "element", "caption": MINE, "element": True}, "there is no element True"),
        ({"task": "element", "caption": MINE, "element": "0"}, "there is no element '0'"),
        ({"idea": "x", "element": 7}, "there is no element 7; the caption has 0"),
        ({"task": "fill", "caption": Caption.empty()}, "says anything to go by"),
        ({"task": "fill", "caption": SILENT}, "says anything to go by"),
        ({"task": "element", "caption": SILENT, "element": 0}, "says anything to go by"),
        ({"task": "layout"}, "a layout needs texts"),
        ({"task": "layout", "texts": ("a", " ")}, "none of them empty"),
        ({"task": "layout", "texts": ("a", None)}, "none of them empty"),
        ({"task": "layout", "texts": "SALE"}, "takes a list of them"),
        ({"task": "layout", "texts": ("a",) * 25}, "25 texts are too many; 24 is the most"),
        ({"task": "layout", "texts": ("x" * 4001,)}, "a text has 4001 characters"),
        ({"task": "layout", "texts": ("x" * 3000,) * 3}, "all texts together has 9000"),
        ({"task": "layout", "texts": ("\udc00",)}, "half of a surrogate pair"),
        ({"task": "layout", "texts": ("a", "b"), "caption": CROWDED}, "201 elements; 200 is"),
        ({"idea": "x", "texts": ("a",) * 25}, "25 texts are too many"),
        ({"idea": "x", "size": (0, 5)}, "0 x 5 pixels"),
        ({"idea": "x", "size": (65537, 5)}, "65537 x 5 pixels"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError) as refusal:
        Assignment(**wrong)
    assert words in refusal.value.message and "\n" not in refusal.value.message
    assert len(refusal.value.message) < 160


@pytest.mark.parametrize(
    "right",
    [
        {"idea": "x" * LONGEST_IDEA, "size": (65536, 1)},
        {"task": "fill", "caption": MINE},
        {"idea": "x", "task": "fill", "caption": Caption.empty()},
        {"task": "fill", "caption": Caption(Composition("a misty forest"))},
        {"task": "element", "caption": MINE, "element": 1},
        {"task": "element", "caption": SILENT, "element": 1},
        {"task": "layout", "texts": ("x" * (MOST_LETTERS // MOST_TEXTS),) * MOST_TEXTS},
        {"task": "layout", "texts": ("a",), "caption": CROWDED},
    ],
)
def test_what_is_at_the_edge_is_right(right: dict[str, Any]) -> None:
    assert Assignment(**right) == Assignment(**right)


def test_what_of_a_caption_is_told() -> None:
    assert Assignment("x", "fill", SILENT).told == (Element("obj", "", (1, 1, 9, 9)),)
    anew = Assignment("x", "element", SILENT, 1)
    assert anew.told == SILENT.compositional_deconstruction.elements
    assert anew.meant is anew.told[1] and anew.elements == 2
    assert Assignment("x").told == () and Assignment("x").meant is None
