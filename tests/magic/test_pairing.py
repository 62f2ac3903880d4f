"""Which elements of two captions are the same one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption import LIMITS, Caption, Element
from ideogram4.magic.pairing import ENOUGH, alike, overlap, pairs
from tests.magic.odd import captions, elements_of, quick

CAT = Element("obj", "a ginger cat on a wall", (300, 300, 600, 600))
WALL = Element("obj", "old bricks covered with moss", (500, 0, 1000, 1000))
SALE = Element("text", "white capitals", (50, 100, 150, 900), "SUMMER SALE")


@pytest.mark.parametrize(
    "old, new, same",
    [
        (CAT, Element("obj", "a fat ginger cat, sleeping"), True),
        (CAT, Element("obj", "something else entirely", (310, 290, 600, 600)), True),
        (CAT, Element("obj", "something else entirely", (0, 0, 100, 100)), False),
        (CAT, Element("obj", "", None), False),
        (SALE, Element("text", "gold", None, "summer sale"), True),
        (SALE, Element("text", "gold", None, "SUMMER-SALE!"), True),
        (SALE, Element("text", "white capitals", None, "OPEN"), False),
        (SALE, Element("text", "gold", (50, 100, 150, 900), "OPEN"), True),
        (Element("text", "", None, "A"), Element("text", "", None, "B"), False),
        (Element("text", "", None, "é"), Element("text", "", None, "É"), True),
        (CAT, Element("text", "a ginger cat on a wall", CAT.bbox, "CAT"), False),
    ],
)
def test_when_two_are_one(old: Element, new: Element, same: bool) -> None:
    assert pairs([old], [new]) == ({0: 0} if same else {})
    if old.type == new.type:
        assert (alike(old, new) >= ENOUGH) == same


def test_the_most_alike_go_first_and_each_once() -> None:
    assert pairs([CAT, WALL, SALE], [SALE, WALL, CAT]) == {0: 2, 1: 1, 2: 0}
    cats = [CAT, Element("obj", "a ginger cat")]
    assert pairs([CAT], cats[::-1]) == {0: 1}, "the box tells"
    assert pairs(cats, [CAT]) == {0: 0}
    same = [Element("text", "x", None, "A"), Element("text", "x", None, "A")]
    assert pairs(same, same) == {0: 0, 1: 1}, "of equals those in the same place of the order"
    exact = [Element("text", "", None, text) for text in ("Sale", "SALE")]
    assert pairs(exact, exact[::-1]) == {0: 1, 1: 0}, "letter for letter before but for capitals"


@quick
@given(captions, captions)
def test_pairs_are_of_one_kind_and_each_used_once(one: Caption, two: Caption) -> None:
    before, after = elements_of(one), elements_of(two)
    found = pairs(before, after)
    assert len(set(found.values())) == len(found)
    assert all(before[i].type == after[j].type for i, j in found.items())
    placed = {i for i, element in enumerate(before) if element.bbox}
    assert set(pairs(before, before)) >= placed, "whatever has a place is found in its own caption"


@given(*[st.tuples(*[st.integers(0, 1000)] * 4)] * 2)
def test_overlap_is_a_share(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    one, two = (
        (min(x[0], x[2]), min(x[1], x[3]), max(x[0], x[2]) + 1, max(x[1], x[3]) + 1) for x in (a, b)
    )
    assert 0 <= overlap(one, two) == overlap(two, one) <= 1
    assert overlap(one, one) == 1 and overlap(one, None) == 0


def test_as_many_long_elements_as_a_caption_holds_are_paired_at_once() -> None:
    """Whoever answers may send two hundred long ones; comparing them must not hold a person up."""
    long = [
        Element("text", "word " * 200, None, f"{i:03}" + "ab" * 600) for i in range(LIMITS.elements)
    ]
    words = [Element("obj", f"thing{i:03} " + "word other " * 90) for i in range(LIMITS.elements)]
    began = time.monotonic()
    assert len(pairs(long, long)) == len(pairs(words, words)) == LIMITS.elements
    assert time.monotonic() - began < 10


def test_what_says_exactly_the_same_goes_together_however_little_it_says() -> None:
    twin, other = Element("obj", ""), Element("obj", "a cat on a wall")
    assert pairs([twin, other, twin], [other, twin]) == {0: 1, 1: 0}
