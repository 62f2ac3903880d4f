"""What the page is told when it has a picture read, whatever it sends."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ideogram4.safety import Screening
from ideogram4.settings import Settings
from tests.magic.pretend_services import (
    CHAT_BASE,
    CHAT_KEY,
    PretendServices,
    caption,
    pretend_services,
)
from tests.reliability.parts import wait_until
from tests.ui.store.parts import keep
from ui.components import register_static
from ui.reading import ReadingPanel
from ui.reading.answers import facts_of, panel_answers, ratio_of, report_answers
from ui.report import PictureReport
from ui.service import GenerationService

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as found:
        yield found
        assert found.bad == []


@pytest.fixture
def service(services: PretendServices, tmp_path: Path) -> GenerationService:
    settings = Settings(
        model="demo",
        output_dir=tmp_path,
        magic_prompt_base_url=services.url + CHAT_BASE,
        magic_prompt_api_key=CHAT_KEY,
    )
    return GenerationService(settings, screening=Screening())


def named(answers: list[Any]) -> dict[str, Any]:
    return {answer.__name__: answer for answer in answers}


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def png(width: int = 90, height: int = 60) -> str:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#DC2828").save(file, "PNG")
    return packed(file.getvalue())


def end_of(answers: dict[str, Any], ticket: str) -> dict[str, Any]:
    """Ask as the page does, until it is over."""
    news: list[dict[str, Any]] = []

    def over() -> bool:
        news.append(answers["read_news"]({"ticket": ticket}))
        return "error" in news[-1] or news[-1]["phase"] in ("done", "failed", "cancelled")

    wait_until(over)
    return news[-1]


def test_a_picture_of_ones_own_comes_back_as_a_proposal(service: GenerationService) -> None:
    answers = named(panel_answers(service.readings))
    begun = answers["read_begin"]({"data": png(), "provider": "chat", "boxes": True})
    news = end_of(answers, begun["ticket"])
    proposal = news["proposal"]
    assert (proposal["provider"], proposal["ratio"]) == ("127.0.0.1", "3:2")
    found = json.loads(proposal["text"])
    assert found["style_description"]["colour_palette"] == ["#DC2828"]
    assert json.loads(json.dumps(news)) == news


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (None, "no picture"),
        ("x", "no picture"),
        ({}, "no picture"),
        ({"data": 7}, "no picture"),
        ({"data": "%%%"}, "did not arrive whole"),
        ({"data": packed(SVG)}, "no picture that can be read"),
        ({"data": packed(b"\x89PNG\r\n\x1a\n")}, "no picture that can be read"),
        ({"data": "A" * 50_000_000}, "larger than 32 MB"),
        ({"data": png(), "provider": "nobody"}, "choose from"),
        ({"data": png(), "boxes": "no"}, "true or false"),
    ],
)
def test_what_cannot_be_read_is_refused_and_sent_nowhere(
    asked: object, words: str, service: GenerationService, services: PretendServices
) -> None:
    answer = named(panel_answers(service.readings))["read_begin"](asked)
    assert words in answer["error"] and "ticket" not in answer
    assert services.asked == []


@pytest.mark.parametrize("asked", [None, {}, {"ticket": "x"}, {"ticket": [1]}, "x"])
def test_a_ticket_that_nobody_has_is_told(asked: object, service: GenerationService) -> None:
    for answers in (
        named(panel_answers(service.readings)),
        named(report_answers(service.readings, service.store)),
    ):
        assert "over" in answers["read_news"](asked)["error"]
        assert "over" in answers["read_stop"](asked)["error"]


def test_a_picture_made_here_is_held_against_its_caption(
    service: GenerationService, services: PretendServices
) -> None:
    page = Image.new("RGB", (64, 64), "#DC2828")
    made = keep(service.store, page, caption=json.dumps(caption()))
    seen = caption()
    seen["compositional_deconstruction"]["elements"][1]["text"] = "SUMER"
    services.write = lambda asked: seen
    answers = named(report_answers(service.readings, service.store))
    news = end_of(answers, answers["read_begin"]({"id": made})["ticket"])
    cat, letters = news["likeness"]["elements"]
    assert (cat["verdict"], cat["overlap"]) == ("found", 1)
    assert (letters["text"]["distance"], letters["text"]["verdict"]) == (1, "close")
    assert news["reader"] == "127.0.0.1"


@pytest.mark.parametrize("asked", [None, {}, {"id": "../../x"}, {"id": 7}, {"id": "nobody"}])
def test_a_picture_that_is_not_there_is_told(
    asked: object, service: GenerationService, services: PretendServices
) -> None:
    answers = named(report_answers(service.readings, service.store))
    assert answers["read_begin"](asked)["error"]
    assert services.asked == []


def test_an_answer_that_is_no_caption_is_told_in_our_words(
    service: GenerationService, services: PretendServices
) -> None:
    services.write = lambda asked: "I cannot see that. canary"
    answers = named(panel_answers(service.readings))
    news = end_of(answers, answers["read_begin"]({"data": png()})["ticket"])
    assert news["phase"] == "failed" and "canary" not in news["message"]
    assert "caption" in news["message"]


def test_the_panels_say_who_reads_or_why_nobody_does(
    service: GenerationService, tmp_path: Path
) -> None:
    facts = facts_of(service.readings)
    assert facts["readers"] == [{"name": "chat", "label": "127.0.0.1", "sends": True}]
    assert facts["nobody"] == "" and "never with the real weights" in facts["caution"]
    assert CHAT_KEY not in json.dumps(facts)
    blind = GenerationService(Settings(model="demo", output_dir=tmp_path))
    facts = facts_of(blind.readings)
    assert facts["readers"] == [] and "no vision tower" in facts["nobody"]


def test_the_panels_files_are_there(service: GenerationService) -> None:
    folder = register_static()
    for panel in (
        ReadingPanel(readings=service.readings),
        ReadingPanel(),
        PictureReport(store=service.store, readings=service.readings),
    ):
        assert (folder / panel.props["module"]).is_file()
        assert all((folder / style).is_file() for style in panel.props["styles"])


@pytest.mark.parametrize(
    ("size", "ratio"),
    [((1024, 1024), "1:1"), ((1920, 1080), "16:9"), ((1000, 667), "3:2"), ((5, 4000), "1:64")],
)
def test_the_ratio_is_in_small_numbers(size: tuple[int, int], ratio: str) -> None:
    assert ratio_of(Image.new("L", size)) == ratio
