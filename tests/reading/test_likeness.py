"""What is said of a picture that was read back, for pairs of captions whose answer is plain."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from ideogram4.caption import LIMITS, Caption
from ideogram4.reading.likeness import LikenessReport, compare_captions, overlap_of

FOX = "A red fox with a bushy tail sits in the snow and looks at the viewer."
OWL = "A grey owl with yellow eyes on a wooden post."
HOUSE = "A small timber house with lit windows under tall pines."


def caption(*elements: dict[str, Any]) -> Caption:
    return Caption.from_dict(
        {"compositional_deconstruction": {"background": "snow", "elements": list(elements)}}
    )


def obj(desc: str, *box: int, **more: Any) -> dict[str, Any]:
    return {"type": "obj", "desc": desc, **({"bbox": list(box)} if box else {}), **more}


def text(words: str, *box: int, desc: str = "Bold capitals") -> dict[str, Any]:
    place = {"bbox": list(box)} if box else {}
    return {"type": "text", "text": words, "desc": desc, **place}


def told(report: LikenessReport) -> list[tuple[str, int | None]]:
    return [(match.verdict, match.found) for match in report.elements]


SCENE = (
    obj(FOX, 400, 100, 900, 500),
    obj(OWL, 100, 600, 400, 800),
    text("WINTER", 20, 100, 120, 900),
)


def test_the_same_caption_is_all_there() -> None:
    report = compare_captions(caption(*SCENE), caption(*SCENE))
    assert told(report) == [("found", 0), ("found", 1), ("found", 2)]
    assert [match.overlap for match in report.elements] == [1, 1, 1]
    assert report.extra == ()
    assert report.summary == "3 of 3 elements were found; 1 of 1 text is read letter by letter."


def test_the_order_does_not_matter() -> None:
    report = compare_captions(caption(*SCENE), caption(*SCENE[::-1]))
    assert told(report) == [("found", 2), ("found", 1), ("found", 0)]


@pytest.mark.parametrize(
    ("asked", "read", "expected"),
    [
        # A little off, in other words: the box says it.
        ([obj(FOX, 400, 100, 900, 500)], [obj("Orange animal", 420, 110, 880, 520)], ["found"]),
        # Elsewhere, in the same words.
        ([obj(FOX, 0, 0, 300, 300)], [obj(FOX, 600, 600, 900, 900)], ["moved"]),
        # Elsewhere and in other words: another thing.
        ([obj(FOX, 0, 0, 300, 300)], [obj(HOUSE, 600, 600, 900, 900)], ["missing"]),
        # No boxes: words alone.
        ([obj(FOX)], [obj("A fox with a red bushy tail, in snow")], ["found"]),
        ([obj(FOX)], [obj(HOUSE)], ["missing"]),
        # A box on one side only.
        ([obj(FOX, 0, 0, 300, 300)], [obj(FOX)], ["found"]),
        ([obj(FOX)], [obj(FOX, 0, 0, 300, 300)], ["found"]),
        # Lettering is no object, even where they lie upon each other.
        ([text("FOX", 0, 0, 300, 300)], [obj("fox", 0, 0, 300, 300)], ["missing"]),
        # Misspelt, in place.
        ([text("WINTER SALE", 0, 0, 99, 999)], [text("WINTFR SALE", 0, 0, 99, 999)], ["found"]),
        # Quite another text in the same place is still what became of it.
        ([text("WINTER", 0, 0, 99, 999)], [text("QQXZ", 0, 0, 99, 999)], ["found"]),
        # The same text without boxes.
        ([text("WINTER")], [text("winter")], ["found"]),
        ([text("WINTER")], [text("SUMMER")], ["missing"]),
        # Nothing read, nothing asked.
        ([obj(FOX), text("A")], [], ["missing", "missing"]),
        ([], [obj(FOX)], []),
    ],
)
def test_one_element_against_another(
    asked: list[Any], read: list[Any], expected: list[str]
) -> None:
    report = compare_captions(caption(*asked), caption(*read))
    assert [match.verdict for match in report.elements] == expected
    found = sum(match.found is not None for match in report.elements)
    assert len(report.extra) == len(read) - found


def test_twins_are_told_apart_by_where_they_are() -> None:
    asked = [text("SALE", 0, 0, 100, 300), text("SALE", 0, 700, 100, 1000)]
    read = [text("SALE", 0, 690, 100, 990), text("SALE", 0, 10, 100, 310)]
    report = compare_captions(caption(*asked), caption(*read))
    assert told(report) == [("found", 1), ("found", 0)]


def test_one_twin_too_many_is_extra_and_one_too_few_is_missing() -> None:
    one, two = [obj(OWL, 0, 0, 300, 300)], [obj(OWL, 0, 0, 300, 300), obj(OWL, 0, 600, 300, 900)]
    more = compare_captions(caption(*one), caption(*two))
    assert told(more) == [("found", 0)]
    assert [(extra.found, extra.found_box) for extra in more.extra] == [(1, (0, 600, 300, 900))]
    fewer = compare_captions(caption(*two), caption(*one))
    assert told(fewer) == [("found", 0), ("missing", None)]
    assert fewer.summary == "1 of 2 elements were found."


def test_as_many_as_possible_are_found() -> None:
    """The first would do for both; greedily taken, the second would be missing."""
    asked = [obj(FOX, 0, 0, 500, 500), obj(FOX + " Ω", 0, 100, 500, 600)]
    read = [obj("Ω fox red", 0, 60, 500, 560), obj("", 0, 0, 500, 460)]
    assert {m.found for m in compare_captions(caption(*asked), caption(*read)).elements} == {0, 1}


def test_hidden_elements_were_not_asked_for_and_keep_their_index() -> None:
    asked = caption(obj(HOUSE, 0, 0, 9, 9, hidden=True), SCENE[0])
    report = compare_captions(asked, caption(SCENE[0]))
    assert [(match.asked, match.verdict) for match in report.elements] == [(1, "found")]
    assert report.elements[0].name.startswith("Object 2 “A red fox")


def test_lettering_is_compared_letter_by_letter() -> None:
    asked = caption(text("SUMMER\nSALE", 0, 0, 200, 900), text("東京の夜", 500, 0, 700, 900))
    read = caption(text("SUMMR SALE", 0, 0, 200, 900), text("東京の夜", 500, 0, 700, 900))
    first, second = (match.text for match in compare_captions(asked, read).elements)
    assert first is not None and second is not None
    assert (first.distance, first.verdict, first.asked) == (1, "close", "SUMMER\nSALE")
    assert first.error_rate == pytest.approx(1 / 11)
    assert (second.distance, second.verdict) == (0, "exact")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 0, 100, 100), (0, 0, 100, 100), 1),
        ((0, 0, 100, 100), (0, 50, 100, 150), 1 / 3),
        ((0, 0, 100, 100), (100, 0, 200, 100), 0),
        ((0, 0, 100, 100), (500, 500, 600, 600), 0),
        ((0, 0, 1000, 1000), (250, 250, 750, 750), 0.25),
        ((0, 0, 100, 200), (50, 0, 150, 200), 1 / 3),
    ],
)
def test_overlap(one: Any, other: Any, expected: float) -> None:
    assert overlap_of(one, other) == overlap_of(other, one) == pytest.approx(expected)


def test_the_summary_counts_in_words() -> None:
    asked = caption(*SCENE)
    read = caption(
        obj(FOX, 0, 500, 400, 900), SCENE[2] | {"text": "WINTR"}, obj(HOUSE, 600, 600, 700, 700)
    )
    assert compare_captions(asked, read).summary == (
        "2 of 3 elements were found, 1 of them elsewhere; "
        "0 of 1 text is read letter by letter; 1 more was read."
    )
    nothing = compare_captions(caption(), read)
    assert nothing.summary == "The caption asks for no elements; 3 elements were read."


def test_the_report_is_json_with_short_figures() -> None:
    asked = caption(text("ABC", 0, 0, 100, 300), obj(OWL))
    data = compare_captions(asked, caption(text("ABD", 0, 0, 100, 310))).to_dict()
    assert json.loads(json.dumps(data))["elements"][0] | {"name": ""} == {
        "asked": 0,
        "found": 0,
        "name": "",
        "type": "text",
        "verdict": "found",
        "overlap": 0.97,
        "asked_box": [0, 0, 100, 300],
        "found_box": [0, 0, 100, 310],
        "text": {
            "asked": "ABC",
            "read": "ABD",
            "distance": 1,
            "error_rate": 0.333,
            "verdict": "different",
        },
    }
    assert data["elements"][1]["text"] is None


def test_the_largest_captions_there_are_compared() -> None:
    """Two hundred elements, shuffled and nudged: every one is found."""
    generator = random.Random(4)
    elements = []
    for n in range(LIMITS.elements):
        y, x = 60 * (n // 15), 60 * (n % 15)
        words = "".join(generator.choices("abcdefghij ", k=60))
        elements.append(text(words, y, x, y + 55, x + 55))
    moved = [e | {"bbox": [b + generator.randint(0, 4) for b in e["bbox"]]} for e in elements]
    order = generator.sample(range(len(moved)), len(moved))
    report = compare_captions(caption(*elements), caption(*(moved[n] for n in order)))
    assert [m.found for m in report.elements] == [order.index(n) for n in range(len(order))]
    assert all(match.text and match.text.distance == 0 for match in report.elements)
