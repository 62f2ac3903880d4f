"""What a page or a program may ask for, and the words in which the rest is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ideogram4.errors import CaptionError, Ideogram4Error, RequestError
from ideogram4.sampling.limits import SizeLimits
from ui.service.requests import GenerateRequest, read_size

CAPTION = '{"compositional_deconstruction": {"background": "plain", "elements": []}}'
GOOD: dict[str, Any] = {"width": 320, "height": 208, "preset": "V4_TURBO_12"}


def ask(caption: object = CAPTION, **changes: object) -> GenerateRequest:
    return GenerateRequest.checked(caption, limits=SizeLimits(192, 384, 16, 2.0), **GOOD | changes)


def test_words_become_numbers_and_nothing_means_choose_for_me() -> None:
    wish = ask(width="320", height=208.0, seed="", num_images="2", num_steps=None)
    assert (wish.width, wish.height, wish.seed) == (320, 208, None)
    assert (wish.num_images, wish.num_steps) == (2, None)


def test_the_largest_seed_arrives_whole() -> None:
    assert ask(seed="9223372036854775807").seed == 2**63 - 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 100000}, "100000"),
        ({"width": 200}, "192 and 208"),
        ({"width": 384, "height": 192 - 16}, "192"),
        ({"num_steps": 1e9}, "1 to 200"),
        ({"num_images": 1e6}, "1 to 8"),
        ({"num_images": 0}, "1 to 8"),
        ({"seed": 2**80}, "seed"),
        ({"seed": -1}, "seed"),
        ({"seed": "7.5"}, "'7.5' is not a whole number"),
        ({"seed": "٧"}, "not a whole number"),
        ({"seed": "1_000"}, "not a whole number"),
        ({"seed": "9" * 5000}, "not a whole number"),
        ({"seed": float("nan")}, "not a whole number"),
        ({"seed": float("inf")}, "not a whole number"),
        ({"seed": True}, "not a whole number"),
        ({"width": [320]}, "not a whole number"),
        ({"width": None}, "not a whole number"),
        ({"preset": "V4_TURBO"}, "V4_TURBO_12"),
        ({"preset": None}, "V4_TURBO_12"),
        ({"preset": ["x"]}, "V4_TURBO_12"),
    ],
)
def test_what_breaks_a_rule_is_refused_in_plain_words(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(RequestError) as told:
        ask(**changes)
    assert words in str(told.value)
    assert len(str(told.value)) < 400


def test_a_broken_caption_is_refused_with_its_line() -> None:
    with pytest.raises(CaptionError, match="Line 2") as told:
        ask('{"compositional_deconstruction":\n oops}')
    assert told.value.issues


@pytest.mark.parametrize(
    ("problems", "words"), [(1, "#RRGGBB."), (2, "is 1 more problem."), (3, "are 2 more problems.")]
)
def test_of_several_problems_the_first_is_told_and_the_others_counted(
    problems: int, words: str
) -> None:
    palette = ["red", "green", "blue"][:problems]
    element = {"type": "obj", "desc": "a cup", "colour_palette": palette}
    parts = {"background": "plain", "elements": [element]}
    with pytest.raises(CaptionError) as told:
        ask(json.dumps({"compositional_deconstruction": parts}))
    assert '"red"' in told.value.message and told.value.message.endswith(words)


@pytest.mark.parametrize("caption", [None, 7, "", "[]", "null", "{" * 100_000, b"\xff\xfe", {}])
def test_whatever_comes_as_a_caption_is_answered_with_our_own_error(caption: object) -> None:
    with pytest.raises(Ideogram4Error):
        ask(caption)


@pytest.mark.parametrize("text", ["320 × 208", "320x208", " 320 X 208 ", "320*208"])
def test_a_size_can_be_typed_in_several_ways(text: str) -> None:
    assert read_size(text) == (320, 208)


@pytest.mark.parametrize("text", ["320", "320 × ", "-320 × 208", "٣٢٠ × 208", None, 320, "9" * 999])
def test_what_is_not_a_size_is_told_how_to_write_one(text: object) -> None:
    with pytest.raises(RequestError, match="320 × 208"):
        read_size(text)
