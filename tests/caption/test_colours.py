"""Colours as people write them become #RRGGBB; words that are no colours do not."""

from __future__ import annotations

import re

import pytest

from ideogram4.caption import parse_colour
from ideogram4.caption.colours import colour_names


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("#D7263D", "#D7263D"),
        ("#d7263d", "#D7263D"),
        ("d7263d", "#D7263D"),
        ("#0f0", "#00FF00"),
        ("0f0", "#00FF00"),
        ("#0f08", "#00FF00"),
        ("#D7263D80", "#D7263D"),
        (" #fff\n", "#FFFFFF"),
        ("red", "#FF0000"),
        ("Dark Slate-Blue", "#483D8B"),
        ("rebeccapurple", "#663399"),
        ("rgb(255, 99, 71)", "#FF6347"),
        ("rgba(255 99 71 / 50%)", "#FF6347"),
        ("Tomato red (#FF6347)", "#FF6347"),
    ],
)
def test_colours(written: str, colour: str) -> None:
    assert parse_colour(written) == colour


@pytest.mark.parametrize(
    "written", ["", " ", "bed", "face", "reddish", "#12345", "#GGGGGG", "rgb(256,0,0)", "#fff" * 99]
)
def test_words_that_are_no_colours(written: str) -> None:
    assert parse_colour(written) is None


def test_every_name_in_the_table_is_a_colour() -> None:
    assert len(colour_names()) == 148
    for name, colour in colour_names().items():
        assert re.fullmatch("[a-z]+", name)
        assert re.fullmatch("#[0-9A-F]{6}", colour)
