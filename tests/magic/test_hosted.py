"""Ideogram's magic prompt: the requests exactly as it takes them, and its answers in both forms."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption import Caption
from ideogram4.magic import Assignment, expanded
from ideogram4.magic.hosted import ADDRESS, PATH, RATIOS, Ideogram, nearest_ratio
from ideogram4.settings import Settings
from ideogram4.transport import Body, Key
from tests.magic.odd import captions, errors_of, quick
from tests.magic.pretend_services import IDEOGRAM_KEY, PretendServices, caption, pretend_services
from tests.magic.pretend_services import RATIOS as SPELLED

WANTED = Caption.from_dict(caption())


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as running:
        yield running
        assert running.bad == []


@pytest.mark.parametrize("ratio", RATIOS)
def test_every_ratio_is_nearest_to_itself(ratio: str) -> None:
    width, height = map(int, ratio.split("x"))
    assert nearest_ratio((width, height)) == ratio
    assert nearest_ratio((width * 128, height * 128)) == ratio


def test_the_ratios_are_the_services() -> None:
    assert {"AUTO", *RATIOS} == set(SPELLED) and len(RATIOS) == len(SPELLED) - 1


@pytest.mark.parametrize(
    "size, ratio",
    [
        (None, "AUTO"),
        ((1920, 1088), "16x9"),
        ((1088, 1920), "9x16"),
        ((1024, 1024), "1x1"),
        ((1040, 1024), "1x1"),
        ((1344, 768), "16x9"),
        ((2560, 1600), "16x10"),
        ((65536, 1), "4x1"),
        ((1, 65536), "1x4"),
    ],
)
def test_a_size_is_told_as_the_nearest_ratio(size: tuple[int, int] | None, ratio: str) -> None:
    assert nearest_ratio(size) == ratio


@given(st.integers(1, 4096), st.integers(1, 4096))
def test_a_page_turned_has_its_ratio_turned(width: int, height: int) -> None:
    there = nearest_ratio((width, height)).split("x")
    back = nearest_ratio((height, width)).split("x")
    # Exactly between two ratios either may win.
    far = [abs(math.log(int(a) / int(b) * height / width)) for a, b in (there, back[::-1])]
    assert far[0] == pytest.approx(far[1])


def test_an_idea_is_sent_as_it_is_and_nothing_else(services: PretendServices) -> None:
    proposal = expanded(
        Assignment("  a ginger cat, “HELLO” 🐈\n", size=(1920, 1088)), services.client("ideogram")
    )
    assert services.asked == [{"text_prompt": "a ginger cat, “HELLO” 🐈", "aspect_ratio": "16x9"}]
    assert proposal.caption == WANTED and proposal.provider == "Ideogram"
    expanded(Assignment("x"), services.client("ideogram"))
    assert services.asked[-1]["aspect_ratio"] == "AUTO"


def test_what_the_service_gets_goes_where_it_is_documented() -> None:
    sent: list[tuple[str, Key, Body, float]] = []

    def send(url: str, key: Key, body: Body, seconds: float) -> bytes:
        sent.append((url, key, body, seconds))
        return json.dumps({"json_prompt": caption(), "aspect_ratio": "1x1"}).encode()

    expanded(Assignment("x"), Ideogram("k", send=send))
    ((url, key, body, seconds),) = sent
    assert url == f"{ADDRESS}{PATH}" == "https://api.ideogram.ai/v1/ideogram-v4/magic-prompt"
    assert (key.header, key.value) == ("Api-Key", "k") and body.files is None
    assert 0 < seconds <= 120 and Settings().ideogram_api_base_url == ADDRESS


@pytest.mark.parametrize("told", ["object", "string", "fenced string", "string after prose"])
@pytest.mark.parametrize(
    "ratio, passed_on",
    [("16x9", "16:9"), ("1920x1088", "1920:1088"), ("16:9", "16:9"), ("AUTO", None), (None, None)],
)
def test_a_caption_in_either_form_with_its_ratio(
    services: PretendServices, told: str, ratio: Any, passed_on: str | None
) -> None:
    written = json.dumps(caption())
    services.ratio = ratio
    services.write = lambda asked: {
        "object": caption(),
        "string": written,
        "fenced string": f"```json\n{written}\n```",
        "string after prose": f"Here you are: {written}",
    }[told]
    proposal = expanded(Assignment("x"), services.client("ideogram"))
    assert proposal.caption == WANTED, "boxes are not taken for pixels of that page"
    if told in ("object", "string"):
        assert proposal.aspect_ratio == passed_on


@pytest.mark.parametrize("ratio", [5, [], {}, "0x0", "x" * 9999, "1x1 canary", "\ud800", "-1x4"])
def test_a_ratio_that_is_none_is_left_out(services: PretendServices, ratio: Any) -> None:
    services.ratio = ratio
    proposal = expanded(Assignment("x"), services.client("ideogram"))
    assert proposal.caption == WANTED and proposal.aspect_ratio is None
    assert "canary" not in json.dumps(proposal.to_dict())


def test_an_answer_is_repaired_and_told_so(services: PretendServices) -> None:
    wrong = caption()
    wrong["compositional_deconstruction"]["elements"][0]["bbox"] = [900, 700, 300, 250]
    wrong["style_description"]["color_palette"] = ["#d98a3a", "5e7f4e", "#F4E3C1"]
    wrong["extra"] = "canary"
    services.write = lambda asked: wrong
    proposal = expanded(Assignment("x"), services.client("ideogram"))
    assert proposal.caption == WANTED
    assert len(proposal.changes) >= 3 and errors_of(proposal.caption) == []


@pytest.mark.parametrize("surrogate", ["\ud800", "\udfff"])
def test_half_of_an_emoji_reaches_no_page(services: PretendServices, surrogate: str) -> None:
    services.write = lambda asked: caption(high_level_description=f"a cat {surrogate}")
    proposal = expanded(Assignment("x"), services.client("ideogram"))
    json.dumps(proposal.to_dict(), ensure_ascii=False).encode()
    assert proposal.caption.high_level_description == "a cat ?"


@quick
@given(captions.filter(lambda c: c.high_level_description and c.high_level_description.strip()))
def test_any_caption_survives_the_way(theirs: Caption) -> None:
    def send(url: str, key: Key, body: Body, seconds: float) -> bytes:
        return json.dumps({"json_prompt": theirs.to_dict(), "aspect_ratio": "2x3"}).encode()

    proposal = expanded(Assignment("x"), Ideogram("k", send=send))
    assert proposal.caption == theirs and proposal.aspect_ratio == "2:3"


@quick
@given(captions, st.sampled_from(["", "make it blue"]))
def test_other_assignments_are_told_as_an_idea_that_the_service_takes(
    mine: Caption, wish: str
) -> None:
    with pretend_services() as services:
        provider = services.client("ideogram")
        for assignment in (
            Assignment(wish or "x", "fill", mine),
            Assignment(wish, "layout", mine, texts=("A", 'say "B"')),
        ):
            expanded(assignment, provider)
        told = services.asked[-1]["text_prompt"]
        assert 'With the lettering "A", "say \'B\'"' in told and told.startswith(wish)
        assert services.bad == []


def test_the_key_is_in_no_repr() -> None:
    assert IDEOGRAM_KEY not in repr(Ideogram(IDEOGRAM_KEY))
    assert Ideogram("k").sends_words
