"""What the page says of the model: plain, and nothing that this version cannot keep."""

from __future__ import annotations

import re

from ideogram4.model.config import CheckpointInfo
from ideogram4.safety import Screening
from ui import about

DEMO = CheckpointInfo(name="demo", is_demo=True)
REAL = CheckpointInfo(name="somebody/weights", is_demo=False)


def test_the_demo_says_what_it_is_and_what_the_real_weights_do_differently() -> None:
    words = about.details(DEMO, "no CUDA device", Screening())
    for said in ("four flat shapes", "no photographs", "The real weights", "photographs,"):
        assert said in words
    assert "accept the licence" in words and "hf auth login" in words
    assert "No CUDA device." in words


def test_one_command_ends_the_way_to_the_real_weights() -> None:
    assert "`make run` finds the card" in about.how_to_get_the_real_weights()


def test_other_weights_are_not_told_about_the_demo() -> None:
    assert "demo" not in about.details(REAL, "asked for", Screening()) + about.first_words(REAL)


def test_the_first_words_are_plain_text() -> None:
    """They reach the page as text, so markup would be shown as it stands."""
    for model in (DEMO, REAL):
        assert not set("*`[]<>#_") & set(about.first_words(model))
    assert "flat shapes" in about.first_words(DEMO)


def test_what_a_checkpoint_says_of_itself_is_no_markup() -> None:
    """A picture from elsewhere would ask another host, and a link would lead to one."""
    hostile = "![x](https://example.org/x.png) **free** www.example.org"
    for is_demo in (True, False):
        model = CheckpointInfo(name=f"a`\n\n{hostile}", is_demo=is_demo, licence=hostile)
        words = about.badge(model) + about.details(model, "asked for", Screening())
        outside = re.sub("`[^`\n]*`", "", words)
        assert r"x\.png" in outside
        for markup in ("![x", "https://example", "**free", "www.example"):
            assert markup not in outside
