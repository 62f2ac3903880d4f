"""Captions written for pages and programs: who may, how many, in whose turn, and how it ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ideogram4.errors import BlockedError, CaptionError, Ideogram4Error, RequestError, ServiceError
from ideogram4.safety import Screening
from ideogram4.safety.wordlist import WordList
from ideogram4.settings import Settings
from tests.reliability.parts import CAPTION, Reader, wait_until
from tests.ui.pretend import PretendLoader
from tests.ui.writing import Author, WritingPipeline, caption, obj
from ui.service import GenerationService
from ui.service.assignments import ExpansionWish
from ui.service.expansions import MOST_AT_ONCE, TooManyWrite, WritesAlready, Written
from ui.service.jobs import Job
from ui.service.models import why_no_writing

ANSWER = caption(obj("a cat", 100, 100, 900, 900))


def make(folder: Path, author: Author | None = None, **more: Any) -> GenerationService:
    settings = Settings(model="demo", output_dir=folder, **more.pop("settings", {}))
    if author is not None:
        more["choose"] = author.choose
    return GenerationService(settings, **more)


def written(service: GenerationService, **asked: Any) -> list[Written]:
    wish = ExpansionWish.checked(**{"idea": "a cat", **asked})
    return list(service.expansions.run(wish, session="tab"))


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model has what it needs to write."""
    monkeypatch.setattr("ui.service.generation.why_no_writing", lambda model: "")


def until(run: Iterator[Written], phase: str) -> Written:
    """The first news of that kind."""
    return next(step for step in run if step.phase == phase)


class Asking(threading.Thread):
    """One session's asking, read in a thread as the page reads it."""

    def __init__(self, service: GenerationService, session: str) -> None:
        super().__init__(daemon=True)
        self.job = Job()
        self.steps: list[Written] = []
        self.error: Ideogram4Error | None = None
        wish = ExpansionWish.checked("a cat")
        self._run = service.expansions.run(wish, self.job, session=session)
        self.start()

    def run(self) -> None:
        try:
            for step in self._run:
                self.steps.append(step)
        except Ideogram4Error as error:
            self.error = error


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Lets everybody go in the end."""
    event = threading.Event()
    yield event
    event.set()


def test_an_idea_becomes_a_proposal(tmp_path: Path) -> None:
    steps = written(make(tmp_path), idea='a jazz poster, "BLUE NOTE"', width=320, height=192)
    assert [step.phase for step in steps] == ["asking", "writing", "done"]
    expansion = steps[-1].expansion
    assert expansion is not None and expansion.provider == "simple rules"
    elements = expansion.caption.compositional_deconstruction.elements
    assert "BLUE NOTE" in [element.text for element in elements]


def test_what_is_offered_is_what_there_is_a_key_for(tmp_path: Path) -> None:
    assert [o.label for o in make(tmp_path).expansions.offers()] == ["Simple rules (no magic)"]
    keys = {"ideogram_api_key": "canary-1", "magic_prompt_api_key": "canary-2"}
    offers = make(tmp_path, settings=keys).expansions.offers()
    assert [(o.name, o.label, o.sends_words) for o in offers] == [
        ("ideogram", "Ideogram", True),
        ("chat", "openrouter.ai", True),
        ("offline", "Simple rules (no magic)", False),
    ]
    assert "canary" not in repr(offers)


def test_the_demo_cannot_write_and_says_why(tmp_path: Path) -> None:
    service = make(tmp_path)
    assert "lm_head" in service.expansions.why_no_writing
    with pytest.raises(RequestError, match="cannot write"):
        written(service, provider="local")


def test_a_model_that_can_write_is_offered(tmp_path: Path, able: None) -> None:
    offers = make(tmp_path).expansions.offers()
    assert (offers[0].name, offers[0].label, offers[0].sends_words) == (
        "local",
        "This model",
        False,
    )


def test_a_model_that_is_not_here_is_not_asked_whether_it_writes(clean_home: Path) -> None:
    assert "not here yet" in why_no_writing("nobody/nothing")


def test_a_session_has_one_at_a_time(tmp_path: Path, held: threading.Event) -> None:
    author = Author(ANSWER, held)
    service = make(tmp_path, author)
    first = Asking(service, "tab")
    assert author.began.wait(30)
    with pytest.raises(WritesAlready, match="already"):
        written(service)
    # What was cancelled keeps nobody waiting, though its service still has to answer.
    first.job.cancel()
    held.set()
    assert written(service)[-1].phase == "done"
    first.join(30)
    assert first.steps[-1].phase == "cancelled" and first.error is None


def test_all_together_have_so_many_at_a_time(tmp_path: Path, held: threading.Event) -> None:
    """An open studio is no way to spend its owner's money without bounds."""
    author = Author(ANSWER, held)
    service = make(tmp_path, author)
    several = [Asking(service, f"tab {n}") for n in range(MOST_AT_ONCE)]
    wait_until(lambda: len(author.asked) == MOST_AT_ONCE)
    with pytest.raises(TooManyWrite, match="busy"):
        written(service)
    several[0].job.cancel()  # its service is at work all the same
    with pytest.raises(TooManyWrite):
        written(service)
    held.set()
    for one in several:
        one.join(30)
    assert [one.steps[-1].phase for one in several] == ["cancelled"] + ["done"] * 3
    assert len(author.asked) == MOST_AT_ONCE
    assert service.expansions.running == 0 and written(service)[-1].phase == "done"


def test_a_failure_gives_its_place_back(tmp_path: Path) -> None:
    author = Author(ServiceError("the author wrote no caption: no ink"))
    service = make(tmp_path, author)
    for _ in range(MOST_AT_ONCE + 2):
        with pytest.raises(ServiceError, match="no ink"):
            written(service)
    author.answer = ANSWER
    assert written(service)[-1].phase == "done"


def screening(folder: Path, *words: str) -> Screening:
    (folder / "words.txt").write_text("\n".join(words), encoding="utf-8")
    return Screening((WordList.from_file(folder / "words.txt"),), ())


def test_words_are_screened_before_anybody_gets_them(tmp_path: Path) -> None:
    author = Author(ANSWER)
    service = make(tmp_path, author, screening=screening(tmp_path, "wolf"))
    with pytest.raises(BlockedError):
        written(service, idea="a wolf")
    with pytest.raises(BlockedError):
        written(service, caption=json.dumps(caption(obj("a wolf"))), keep_boxes=True)
    assert author.asked == []


def test_where_words_are_screened_no_half_written_text_is_told(tmp_path: Path) -> None:
    author = Author(caption(obj("a cat and a wolf")))
    service = make(tmp_path, author, screening=screening(tmp_path, "wolf"))
    steps: list[Written] = []
    with pytest.raises(BlockedError):
        for step in service.expansions.run(ExpansionWish.checked("a cat"), session="tab"):
            steps.append(step)
    assert [step.phase for step in steps] == ["asking"]
    author.answer = ANSWER
    assert [step.phase for step in written(service)] == ["asking", "done"]


PIECES = [json.dumps(ANSWER)[n : n + 40] for n in range(0, len(json.dumps(ANSWER)), 40)]


def test_the_model_writes_in_its_turn(tmp_path: Path, able: None) -> None:
    """One card: while a picture is made nothing is written, and the other way round."""
    pipeline = WritingPipeline(PIECES, hold_at=3)
    service = make(tmp_path, loader=PretendLoader(pipeline))
    picture = Reader(service)
    assert pipeline.held.wait(30)
    run = service.expansions.run(ExpansionWish.checked("a cat", provider="local"), session="tab")
    assert next(run).phase == "asking"
    waiting = next(run)
    assert (waiting.phase, waiting.ahead) == ("waiting", 1)
    assert pipeline.written == 0
    pipeline.release.set()
    steps = list(run)
    assert "".join(step.text for step in steps) == json.dumps(ANSWER)
    assert steps[-1].phase == "done" and steps[-1].expansion is not None
    assert steps[-1].expansion.provider == "this model"
    picture.join(30)
    assert service.waiting == 0 and pipeline.closed


def test_cancel_stops_the_model_within_a_token(tmp_path: Path, able: None) -> None:
    pipeline = WritingPipeline(PIECES, paced=True)
    service = make(tmp_path, loader=PretendLoader(pipeline))
    job = Job()
    run = service.expansions.run(ExpansionWish.checked("a cat", provider="local"), job)
    pipeline.paces.release()
    until(run, "writing")
    job.cancel()
    pipeline.paces.release()
    assert [step.phase for step in run] == ["cancelled"]
    wait_until(lambda: service.waiting == 0)
    assert pipeline.written <= 2 and pipeline.closed


def test_a_reader_who_goes_stops_the_model(tmp_path: Path, able: None) -> None:
    pipeline = WritingPipeline(PIECES, paced=True)
    service = make(tmp_path, loader=PretendLoader(pipeline))
    run = service.expansions.run(ExpansionWish.checked("a cat", provider="local"))
    pipeline.paces.release()
    until(run, "writing")
    run.close()
    pipeline.paces.release()
    wait_until(lambda: service.waiting == 0)
    assert pipeline.closed and service.expansions.running == 0


def test_a_model_at_work_is_cancelled_while_words_are_screened(tmp_path: Path, able: None) -> None:
    """Nothing is told meanwhile, and still there are moments to go."""
    pipeline = WritingPipeline(PIECES, paced=True)
    loader = PretendLoader(pipeline)
    service = make(tmp_path, loader=loader, screening=screening(tmp_path, "wolf"))
    job = Job()
    run = service.expansions.run(ExpansionWish.checked("a cat", provider="local"), job)
    until(run, "loading")
    job.cancel()
    pipeline.paces.release()
    assert [step.phase for step in run][-1] == "cancelled"
    assert pipeline.written <= 1


BAD: list[tuple[dict[str, Any], str]] = [
    ({"idea": 5}, "must be text"),
    ({"idea": "x" * 4001}, "4,000 is the most"),
    ({"idea": "x" * 50_000_000}, "4,000 is the most"),
    ({"idea": " "}, "idea is empty"),
    ({"idea": "\ud83d"}, "surrogate"),
    ({"task": "poem"}, "task is 'poem'"),
    ({"task": ["expand"]}, "task is"),
    ({"provider": "openai"}, "provider is 'openai'"),
    ({"provider": {"a": 1}}, "provider is"),
    ({"caption": 7}, "must be JSON text"),
    ({"caption": "{{{"}, "no JSON"),
    ({"caption": "[" * 100_000}, "no JSON"),
    ({"task": "fill"}, "needs a caption"),
    ({"task": "element", "caption": CAPTION, "element": 9}, "no element 9"),
    ({"task": "element", "caption": CAPTION, "element": "none"}, "not a whole number"),
    ({"task": "element", "caption": '{"compositional_deconstruction": {}}', "element": 0}, "drawn"),
    ({"task": "layout", "texts": "SALE"}, "list of texts"),
    ({"task": "layout", "texts": [5]}, "list of texts"),
    ({"task": "layout", "texts": ["a"] * 1000}, "24 is the most"),
    ({"task": "layout", "texts": []}, "needs texts"),
    ({"width": 320}, "width and height"),
    ({"width": "wide", "height": 3}, "not a whole number"),
    ({"width": 10**30, "height": 3}, "is none"),
    ({"boxes": "yes"}, "true or false"),
    ({"keep_boxes": 1}, "true or false"),
]


@pytest.mark.parametrize(("asked", "words"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_whatever_a_browser_sends_is_checked(asked: dict[str, Any], words: str) -> None:
    with pytest.raises((RequestError, CaptionError)) as refusal:
        ExpansionWish.checked(**{"idea": "a cat", **asked})
    assert words in refusal.value.message and len(refusal.value.message) < 200


def test_a_page_half_filled_in_is_what_one_asks_help_with() -> None:
    half = '{"compositional_deconstruction": {"elements": [{"type": "obj", "desc": "a cat"}]}}'
    wish = ExpansionWish.checked("", task="fill", caption=half)
    assert wish.assignment.elements == 1
