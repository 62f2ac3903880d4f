"""Reliability 20: moderation down in ten ways: blocked, not stored, not previewed.

A real server on loopback misbehaves; around it are the real client, the service, the page's events
over HTTP and the API. More ways, asked of the client alone, are in tests/safety/test_hive.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideogram4.errors import BlockedError, ServiceError
from tests.reliability.http import Program, Tab, serving
from tests.reliability.parts import PATIENCE, Reader, make, wish
from tests.safety.pretend_hive import (
    PICTURE_CLASSES,
    PICTURE_PATH,
    TEXT_CLASSES,
    TEXT_PATH,
    WAYS,
    PretendHive,
    asking,
    pretend_hive,
    reply,
)
from tests.ui.pretend import PretendPipeline
from ui.service import GenerationService
from ui.service.jobs import Job

DOWN = [
    *("time-out", "slow drip", "401", "429", "500", "HTML", "{}", "error"),
    *("missing value", "null output", "a class left out", "50 MB", "redirect"),
]


@pytest.fixture
def hive() -> Iterator[PretendHive]:
    with pretend_hive() as server:
        yield server


def spoil(hive: PretendHive, way: str, path: str) -> float:
    """Misbehave in answers of `path`; returns a deadline that fits."""
    hive.spoil, words = WAYS[way]
    hive.spoiled = {path}
    return 1.0 if words == "in time" else 20.0


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("way", DOWN)
def test_words_that_could_not_be_checked_are_not_drawn(
    hive: PretendHive, tmp_path: Path, way: str
) -> None:
    seconds = spoil(hive, way, TEXT_PATH)
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline, screening=asking(hive, seconds))
    reader = Reader(service)
    reader.join(PATIENCE)
    assert type(reader.error) is ServiceError and "could not be checked" in reader.error.message
    assert reader.phases == ["screening"] and pipeline.jobs == [] and service.waiting == 0
    assert files(tmp_path) == [] and hive.bad == []


@pytest.mark.parametrize("way", DOWN)
def test_a_picture_that_could_not_be_checked_is_neither_seen_nor_stored(
    hive: PretendHive, tmp_path: Path, way: str
) -> None:
    seconds = spoil(hive, way, PICTURE_PATH)
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline, screening=asking(hive, seconds))
    reader = Reader(service)
    reader.join(PATIENCE)
    assert type(reader.error) is ServiceError and "could not be checked" in reader.error.message
    assert pipeline.steps_done == 4 and reader.phases[-1] == "finishing"
    assert not any(update.preview or update.pictures for update in reader.updates)
    assert service.store.ids() == [] and files(tmp_path) == [] and service.waiting == 0
    # And when Hive is well again, so is the studio.
    hive.spoil = None
    assert Reader(service).end().phase == "done" and len(service.store.ids()) == 1
    assert hive.bad == []


def test_neither_page_nor_program_gets_to_see_it(hive: PretendHive, tmp_path: Path) -> None:
    # Long enough for the words, which are answered, on a busy machine.
    with serving(tmp_path, screening=asking(hive, 5.0)) as served, Tab(served) as tab:
        for path in (TEXT_PATH, PICTURE_PATH):
            for way in ("HTML", "{}", "redirect"):
                spoil(hive, way, path)
                tab.told.clear()
                tab.generate()
                told = "".join(map(json.dumps, tab.news()))
                program = Program(served)
                program.join(PATIENCE)
                for said in (told, program.text):
                    assert "could not be checked by Hive" in said, (path, way)
                    assert "data:image" not in said and ".png" not in said
                    assert "canary" not in said and hive.url not in said
                assert served.service.store.ids() == [] and files(tmp_path) == []


def test_what_hive_blocks_is_told_in_our_words(hive: PretendHive, tmp_path: Path) -> None:
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline, screening=asking(hive))
    hive.text = lambda text: reply(TEXT_CLASSES, violence=2, hate=1)
    words = Reader(service)
    words.join(PATIENCE)
    assert isinstance(words.error, BlockedError)
    assert words.error.message == "these words were stopped by screening (Hive): hate, violence"
    assert pipeline.jobs == []
    hive.text = lambda text: reply(TEXT_CLASSES)
    hive.picture = lambda png: reply(PICTURE_CLASSES, yes_nazi=0.97)
    picture = Reader(service)
    picture.join(PATIENCE)
    assert isinstance(picture.error, BlockedError)
    assert "the picture was stopped by screening (Hive): a Nazi symbol" in picture.error.message
    assert files(tmp_path) == []


def test_of_several_pictures_those_that_pass_are_kept(hive: PretendHive, tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline(), screening=asking(hive))
    answers = iter([0.1, 0.95, 0.2])
    hive.picture = lambda png: reply(PICTURE_CLASSES, general_nsfw=next(answers))
    reader = Reader(service, num_images=3)
    end = reader.end()
    assert end.phase == "done" and end.withheld == 1
    assert [picture.record.image for picture in end.pictures] == [1, 3]
    assert len(service.store.ids()) == 2 and len(hive.pictures) == 3


def test_a_sheet_ends_at_a_cell_that_does_not_pass_and_keeps_the_others(
    hive: PretendHive, tmp_path: Path
) -> None:
    service = make(tmp_path, PretendPipeline(), screening=asking(hive))
    answers = iter([0.1, 0.95])
    hive.picture = lambda png: reply(PICTURE_CLASSES, general_nsfw=next(answers))
    reader = Reader(service, [wish(seed=seed, label=f"seed {seed}") for seed in (1, 2, 3)])
    reader.join(PATIENCE)
    assert isinstance(reader.error, BlockedError)
    assert len(service.store.ids()) == 1
    assert len(hive.texts) == 1 and "seed 3" in hive.texts[0]  # all cells in one question


def test_with_screening_on_nothing_is_previewed_even_when_all_is_well(
    hive: PretendHive, tmp_path: Path
) -> None:
    shown = Reader(make(tmp_path / "off", PretendPipeline()))
    assert shown.end().phase == "done" and any(update.preview for update in shown.updates)
    withheld = Reader(make(tmp_path / "on", PretendPipeline(), screening=asking(hive)))
    assert withheld.end().phase == "done"
    assert not any(update.preview for update in withheld.updates)


def test_a_cancelled_job_asks_about_no_picture(hive: PretendHive, tmp_path: Path) -> None:
    pipeline = PretendPipeline(hold_at=2)
    service: GenerationService = make(tmp_path, pipeline, screening=asking(hive))
    reader = Reader(service)
    assert pipeline.held.wait(PATIENCE)
    reader.job.cancel()
    pipeline.release.set()
    assert reader.end().phase == "cancelled"
    assert hive.pictures == [] and files(tmp_path) == []


def test_cancelled_while_its_words_are_checked_it_is_not_drawn(
    hive: PretendHive, tmp_path: Path
) -> None:
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline, screening=asking(hive))
    job = Job()

    def cancel(text: str) -> object:
        job.cancel()
        return reply(TEXT_CLASSES)

    hive.text = cancel
    phases = [update.phase for update in service.run(wish(), job)]
    assert phases == ["screening", "cancelled"] and pipeline.jobs == []


def test_a_full_line_is_told_before_anybody_is_asked(hive: PretendHive, tmp_path: Path) -> None:
    """Whoever asks for nothing again and again must not use up the owner's questions."""
    pipeline = PretendPipeline(hold_at=1)
    service = make(tmp_path, pipeline, screening=asking(hive))
    readers = [Reader(service) for _ in range(9)]
    for reader in readers:
        reader.wait_until(lambda r=reader: "waiting" in r.phases or "loading" in r.phases)
    asked = len(hive.texts)
    late = Reader(service)
    late.join(PATIENCE)
    assert late.error is not None and "busy" in late.error.message
    assert len(hive.texts) == asked == 9
    pipeline.release.set()
    for reader in readers:
        assert reader.end().phase == "done"
