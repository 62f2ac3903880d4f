"""Lettering one below the other: on the page, in order, without overlap, whatever it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.magic.assignment import MOST_TEXTS
from ideogram4.magic.pairing import overlap
from ideogram4.magic.stack import LEAST, MARGIN, free_band, stacked
from tests.magic.odd import boxes as any_boxes

lines = st.lists(st.integers(0, 40).map(lambda n: "a" + "\nb" * n), min_size=1, max_size=MOST_TEXTS)


@given(lines, st.data())
def test_a_stack_is_legal_in_every_band_that_is_tall_enough(
    texts: list[str], data: st.DataObject
) -> None:
    least = LEAST * len(texts)
    above = data.draw(st.integers(0, 1000 - least))
    below = data.draw(st.integers(above + least, 1000))
    boxes = stacked(texts, above=above, below=below)
    assert len(boxes) == len(texts)
    for box, after in zip(boxes, [*boxes[1:], (below, 0, below, 0)], strict=True):
        assert above <= box[0] < box[2] <= after[0], (box, after)
        assert (box[1], box[3]) == (MARGIN, 1000 - MARGIN)


def test_the_first_is_the_largest_and_more_lines_are_taller() -> None:
    first, second, third = (b[2] - b[0] for b in stacked(["TITLE", "a\nb", "c"]))
    assert first == second and abs(second - 2 * third) <= 1
    assert stacked([]) == []
    (alone,) = stacked(["TITLE"])
    assert alone == (80, 80, 240, 920), "one line does not fill the page"


@pytest.mark.parametrize(
    "taken, band",
    [
        ([], (80, 920)),
        ([(80, 0, 300, 900)], (300, 920)),
        ([(700, 0, 1000, 100), (0, 0, 200, 900)], (200, 700)),
        ([(0, 0, 600, 9), (100, 0, 200, 9)], (600, 920)),
        ([(0, 0, 1000, 9)], (80, 80)),
        ([(930, 0, 990, 9)], (80, 920)),
    ],
)
def test_the_tallest_free_band(
    taken: list[tuple[int, int, int, int]], band: tuple[int, int]
) -> None:
    assert free_band(taken) == band


@given(st.lists(any_boxes, max_size=8))
def test_a_free_band_is_free(taken: list[list[int]]) -> None:
    occupied = [(b[0], b[1], b[2], b[3]) for b in taken]
    low, high = free_band(occupied)
    assert MARGIN <= low <= high <= 1000 - MARGIN
    assert not any(overlap((low, 0, high, 1000), box) for box in occupied if high > low)
