"""Which elements are the same is found out in a moment, whatever anybody sends."""

from __future__ import annotations

import random
import time

from ideogram4.caption import LIMITS, Element
from ideogram4.magic.pairing import pairs


def words(draw: random.Random, length: int) -> str:
    return "".join(draw.choice("abcdefgh ij") for _ in range(length))


def test_as_many_long_texts_as_may_be_take_no_time() -> None:
    """Letter by letter they took minutes, for anybody who asked."""
    draw = random.Random(1)
    before, after = (
        [Element("text", "Bold.", None, words(draw, 600)) for _ in range(LIMITS.elements)]
        for _ in range(2)
    )
    after[7] = before[100]
    began = time.process_time()
    assert pairs(before, after) == {100: 7}
    assert time.process_time() - began < 1


def test_what_says_exactly_the_same_goes_together_first() -> None:
    twin, other = Element("obj", ""), Element("obj", "a cat on a wall")
    assert pairs([twin, other, twin], [other, twin]) == {0: 1, 1: 0}
    assert pairs([Element("text", "", None, "SALE")], [Element("text", "", None, "SALES")]) == {
        0: 0
    }
