"""What the panel's events do, without a page: numbers, stopping, closed tabs, odd data."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from ideogram4.errors import ServiceError
from ideogram4.settings import Settings
from tests.reliability.parts import wait_until
from tests.ui.writing import Author, caption, obj
from ui.actions import SKIP
from ui.magic.actions import APOLOGY, MagicActions
from ui.service import GenerationService

ANSWER = caption(obj("a cat", 100, 100, 900, 900))


def request(session: str = "tab") -> gr.Request:
    return cast(gr.Request, SimpleNamespace(session_hash=session))


def event(number: object = 1, **asked: Any) -> gr.EventData:
    return cast(gr.EventData, SimpleNamespace(_data={"number": number, "idea": "a cat", **asked}))


class Reader(threading.Thread):
    """Reads one asking as the page does."""

    def __init__(self, actions: MagicActions, number: int, session: str = "tab") -> None:
        super().__init__(daemon=True)
        self.told: list[Any] = []
        self._run = actions.write(request(session), event(number))
        self.start()

    def run(self) -> None:
        self.told += self._run


@pytest.fixture
def author() -> Iterator[Author]:
    held = threading.Event()
    yield Author(ANSWER, held)
    held.set()


@pytest.fixture
def actions(tmp_path: Path, author: Author) -> MagicActions:
    settings = Settings(model="demo", output_dir=tmp_path)
    return MagicActions(GenerationService(settings, choose=author.choose))


def go_on(author: Author) -> None:
    assert author.held is not None
    author.held.set()


def states(told: list[Any]) -> list[str]:
    return [news["state"] for news in told]


def test_a_proposal_is_all_that_comes(actions: MagicActions, author: Author) -> None:
    go_on(author)
    told = list(actions.write(request(), event(7)))
    assert states(told) == ["asking", "writing", "done"]
    assert {news["number"] for news in told} == {7}
    proposal = told[-1]["proposal"]
    assert list(proposal) == ["text", "provider", "notes", "ratio"]
    assert '"a cat"' in proposal["text"] and proposal["provider"] == "the author"


def test_what_mending_did_is_told(actions: MagicActions, author: Author) -> None:
    go_on(author)
    author.answer = {"aspect_ratio": "16:9", **caption({"type": "object", "desc": "a cat"})}
    told = list(actions.write(request(), event()))
    assert told[-1]["proposal"]["ratio"] == "16:9"
    notes = told[-1]["proposal"]["notes"]
    assert notes and not any("aspect_ratio" in note for note in notes)


def test_one_that_was_stopped_before_it_began_asks_nobody(
    actions: MagicActions, author: Author
) -> None:
    """The two events travel apart, and the second may come first."""
    actions.stop(request(), event(3))
    assert list(actions.write(request(), event(3))) == [SKIP]
    assert list(actions.write(request(), event(2))) == [SKIP]
    assert author.asked == []
    go_on(author)
    assert states(list(actions.write(request(), event(4))))[-1] == "done"


def test_a_stop_is_for_its_own_tab_and_number(actions: MagicActions, author: Author) -> None:
    first = Reader(actions, 5)
    assert author.began.wait(30)
    author.began.clear()
    second = Reader(actions, 1, "other tab")
    assert author.began.wait(30)
    actions.stop(request(), event(4))  # an older one
    actions.stop(request("third tab"), event(9))
    go_on(author)
    first.join(30)
    second.join(30)
    assert states(first.told)[-1] == states(second.told)[-1] == "done"


def test_a_closed_tab_wants_nothing_any_more(actions: MagicActions, author: Author) -> None:
    reader = Reader(actions, 1)
    assert author.began.wait(30)
    actions.leave(request())
    go_on(author)
    reader.join(30)
    assert states(reader.told) == ["asking", "cancelled"]
    wait_until(lambda: actions.service.expansions.running == 0)


def test_failures_are_sentences(
    actions: MagicActions, author: Author, caplog: pytest.LogCaptureFixture
) -> None:
    go_on(author)
    author.answer = ServiceError("the author wrote no caption: no ink", hint="Wait.")
    assert list(actions.write(request(), event()))[-1]["message"] == (
        "The author wrote no caption: no ink. Wait."
    )
    author.answer = RuntimeError("a wire is loose")
    last = list(actions.write(request(), event()))[-1]
    assert (last["state"], last["message"]) == ("failed", APOLOGY)
    assert "a wire is loose" in caplog.text, "for whoever runs the studio"


@pytest.mark.parametrize("number", [None, "1", 0, -1, 1.5, True, 2**53, [1]])
def test_a_number_that_is_none_asks_nobody(
    actions: MagicActions, author: Author, number: object
) -> None:
    assert list(actions.write(request(), event(number))) == [SKIP]
    assert author.asked == []


@pytest.mark.parametrize("data", [None, 5, "x", ["idea"]])
def test_an_event_without_data_asks_nobody(
    actions: MagicActions, author: Author, data: object
) -> None:
    sent = cast(gr.EventData, SimpleNamespace(_data=data))
    assert list(actions.write(request(), sent)) == [SKIP]
    actions.stop(request(), sent)
    assert author.asked == []


def test_what_the_page_may_not_say_is_not_heard(actions: MagicActions, author: Author) -> None:
    go_on(author)
    told = list(actions.write(request(), event(1, screening=None, key="x", self=1)))
    assert states(told)[-1] == "done"


def test_who_finds_the_queue_full_is_told(actions: MagicActions) -> None:
    told = actions.turned_away()
    assert told["state"] == "failed" and "busy" in told["message"]


def test_sizes_are_the_models_own(actions: MagicActions) -> None:
    square = actions.size_for((1, 1))
    assert square is not None and square.width == square.height
    assert actions.size_for((1, 50)) is None
