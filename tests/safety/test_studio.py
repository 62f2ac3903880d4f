"""The studio with screening: what the page has, says and leaves out, and where no key may be."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ideogram4.errors import RequestError
from ideogram4.safety import Screening
from ideogram4.settings import Settings
from tests.reliability.http import Tab, serving
from tests.reliability.parts import make, wish
from tests.safety.judges import Judge
from tests.safety.pretend_hive import PICTURE_KEY, TEXT_KEY, PretendHive, pretend_hive
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui import about
from ui.service import GenerationService
from ui.service.jobs import Job

DONE = '"phase": "done"'


@pytest.fixture
def hive() -> Iterator[PretendHive]:
    with pretend_hive() as server:
        yield server


def test_the_page_says_that_screening_is_on_and_no_key_is_anywhere(
    hive: PretendHive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Reliability 18, for Hive's two keys: page, config, news, log, pictures and reprs."""
    caplog.set_level(logging.DEBUG)
    judge = Screening(words=(Judge(),), pictures=(Judge(),))
    settings = Settings(
        model="demo",
        output_dir=tmp_path,
        hive_text_key=TEXT_KEY,
        hive_visual_key=PICTURE_KEY,
        hive_api_base_url=hive.url,
    )
    service = GenerationService(settings, loader=PretendLoader(PretendPipeline()))
    with serving(tmp_path, screening=service.screening) as served, Tab(served) as tab:
        page, config = httpx.get(served.url).text, httpx.get(f"{served.url}config").text
        tab.generate()
        told = "".join(map(json.dumps, tab.news()))
        assert DONE in told and "data:image" not in told
        hive.spoil = lambda handler: handler.answer(401, b"your canary key is wrong")
        tab.generate(8)
        told += "".join(map(json.dumps, tab.news()))
    assert "does not accept the key" in told
    assert "Screening" in config and "is on" in config
    assert "LiveActions" not in str(served.handlers)
    pictures = b"".join(path.read_bytes() for path in tmp_path.rglob("*.png"))
    for said in (page, config, told, caplog.text, repr(service.screening), repr(settings)):
        assert "canary" not in said
    assert pictures and b"canary" not in pictures
    assert len(hive.pictures) == 1 and "canary" not in repr(judge)


def test_the_page_says_who_checks_and_what_that_changes() -> None:
    off, judge = about.screened(Screening()), Judge()
    assert "**Screening** is off" in off and "previews" not in off
    both = about.screened(Screening(words=(judge,), pictures=(judge,)))
    assert "**Screening** is on" in both and "no previews" in both and "by itself" in both
    assert "previews" not in about.screened(Screening(words=(judge,)))


def test_pages_do_not_redraw_by_themselves(tmp_path: Path) -> None:
    judge = Judge()
    for screening in (Screening(words=(judge,)), Screening(pictures=(judge,))):
        service = make(tmp_path, PretendPipeline(), screening=screening)
        assert not service.live
        with pytest.raises(RequestError, match="live redraws are off"):
            service.redraw(wish(), Job(kept=False))
    assert make(tmp_path, PretendPipeline()).live and judge.texts == []


def test_a_word_list_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        GenerationService(Settings(model="demo", blocked_words=tmp_path / "gone.txt"))
