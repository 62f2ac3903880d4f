"""Pictures read for pages: in the line of pictures, cancelled, failing calmly, screened."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ideogram4.errors import Ideogram4Error, RequestError, WeightsError
from ideogram4.safety import Screening, Verdict
from ideogram4.settings import Settings
from tests.magic.pretend_services import (
    CHAT_BASE,
    CHAT_KEY,
    PretendServices,
    caption,
    pretend_services,
)
from tests.reliability.parts import make, wait_until, wish
from tests.safety.judges import Judge
from tests.ui.pretend import PretendPipeline
from ui.service import GenerationService, readings
from ui.service.readings import News, Readings, TooManyRead

PAGE = Image.new("RGB", (64, 48), "#DC2828")


class Seeing(PretendPipeline):
    """Reads every picture as the same caption, a piece a time; can be held before the third."""

    def __init__(self, hold: bool = False, failure: Exception | None = None) -> None:
        super().__init__()
        self.hold, self.failure = hold, failure
        self.seen: list[tuple[Any, bool]] = []
        self.at_work = threading.Event()
        self.written = 0
        self.closed = threading.Event()

    def describe(self, image: Any, *, boxes: bool) -> Iterator[str]:
        self.seen.append((image.size, boxes))
        text = json.dumps(caption())
        try:
            for number, at in enumerate(range(0, len(text), 40)):
                if self.failure is not None:
                    raise self.failure
                if number == 2 and self.hold:
                    self.at_work.set()
                    assert self.release.wait(timeout=60)
                self.written += 1
                yield text[at : at + 40]
        finally:
            self.closed.set()


def service_of(
    tmp_path: Path, pipeline: PretendPipeline, screening: Screening | None = None
) -> GenerationService:
    """A service whose model, for all that is known, sees."""
    service = make(tmp_path, pipeline)
    lend = service._lent
    service.readings = Readings(
        service.settings,
        screening or Screening(),
        lend=lend,
        why_no_seeing=lambda: "",
    )
    return service


def end_of(found: Readings, ticket: str) -> News:
    """Wait for it as a page does."""
    return until(lambda: found.news(ticket), lambda news: news.over)


def until(ask: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    """The first answer that is good."""
    answers: list[Any] = []

    def reached() -> bool:
        answers.append(ask())
        return good(answers[-1])

    wait_until(reached)
    return answers[-1]


def test_the_model_here_reads_in_its_turn(tmp_path: Path) -> None:
    pipeline = Seeing()
    found = service_of(tmp_path, pipeline).readings
    assert [(o.name, o.sends) for o in found.offers()] == [("local", False)]
    news = end_of(found, found.begin(PAGE, boxes=False))
    assert news.phase == "done" and news.reading is not None
    assert news.reading.caption.style_description is not None
    assert news.reading.caption.style_description.colour_palette == ("#DC2828",)
    assert pipeline.seen == [((64, 48), False)]


def test_a_picture_is_never_drawn_and_read_at_once(tmp_path: Path) -> None:
    """The reading waits in the line behind a picture, and is told so."""
    pipeline = Seeing()
    pipeline.hold_at = 2
    service = service_of(tmp_path, pipeline)
    drawing = service.run(wish())
    for update in drawing:
        if update.phase == "step":
            break
    assert pipeline.held.wait(timeout=60)
    ticket = service.readings.begin(PAGE)
    waiting = until(lambda: service.readings.news(ticket), lambda n: n.phase == "waiting")
    assert waiting.ahead == 1 and pipeline.seen == []
    pipeline.release.set()
    assert list(drawing)[-1].phase == "done"
    assert end_of(service.readings, ticket).phase == "done"


def test_it_stops_within_a_piece(tmp_path: Path) -> None:
    pipeline = Seeing(hold=True)
    found = service_of(tmp_path, pipeline).readings
    ticket = found.begin(PAGE)
    assert pipeline.at_work.wait(timeout=60)
    found.stop(ticket)
    pipeline.release.set()
    assert end_of(found, ticket).phase == "cancelled"
    assert pipeline.closed.wait(timeout=60)
    assert pipeline.written == 3


def test_whoever_asks_no_more_has_gone(tmp_path: Path) -> None:
    pipeline = Seeing(hold=True)
    service = service_of(tmp_path, pipeline)
    now = [0.0]
    found = Readings(
        service.settings,
        Screening(),
        lend=service._lent,
        why_no_seeing=lambda: "",
        clock=lambda: now[0],
    )
    ticket = found.begin(PAGE)
    assert pipeline.at_work.wait(timeout=60)
    now[0] = readings.GONE_AFTER + 1
    pipeline.release.set()
    until(lambda: found.running, lambda running: running == 0)
    assert found.news(ticket).phase == "cancelled"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (WeightsError("there is no lm_head", hint="Get one."), "There is no lm_head. Get one."),
        (ZeroDivisionError("secret"), "Something went wrong"),
    ],
)
def test_a_failure_is_told_calmly_and_the_line_moves_on(
    failure: Exception, words: str, tmp_path: Path
) -> None:
    pipeline = Seeing(failure=failure)
    service = service_of(tmp_path, pipeline)
    news = end_of(service.readings, service.readings.begin(PAGE))
    assert news.phase == "failed" and words in news.message and "secret" not in news.message
    assert list(service.run(wish()))[-1].phase == "done"


def test_only_so_many_are_read_at_once(tmp_path: Path) -> None:
    pipeline = Seeing(hold=True)
    found = service_of(tmp_path, pipeline).readings
    tickets = [found.begin(PAGE) for _ in range(readings.MOST_AT_ONCE)]
    with pytest.raises(TooManyRead):
        found.begin(PAGE)
    for ticket in tickets:
        found.stop(ticket)
    pipeline.release.set()
    until(lambda: found.running, lambda running: running == 0)
    assert end_of(found, found.begin(PAGE)).phase == "done"


def test_readings_that_are_over_are_forgotten_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "KEPT", 1)
    found = service_of(tmp_path, Seeing()).readings
    first = found.begin(PAGE)
    end_of(found, first)
    second = found.begin(PAGE)
    end_of(found, second)
    end_of(found, found.begin(PAGE))
    with pytest.raises(RequestError, match="over"):
        found.news(first)
    assert found.news(second).phase == "done"


def test_what_was_read_is_screened(tmp_path: Path) -> None:
    judge = Judge(words=lambda text: Verdict.block("hate"))
    found = service_of(tmp_path, Seeing(), Screening(words=(judge,))).readings
    news = end_of(found, found.begin(PAGE))
    assert news.phase == "failed" and "hate" in news.message and news.reading is None
    assert "SUMMER" in judge.texts


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as found:
        yield found
        assert found.bad == []


def with_service(services: PretendServices, tmp_path: Path) -> GenerationService:
    settings = Settings(
        model="demo",
        output_dir=tmp_path,
        magic_prompt_base_url=services.url + CHAT_BASE,
        magic_prompt_api_key=CHAT_KEY,
    )
    return GenerationService(settings, screening=Screening())


def test_a_service_reads_without_a_model(services: PretendServices, tmp_path: Path) -> None:
    found = with_service(services, tmp_path).readings
    assert [(o.name, o.label, o.sends) for o in found.offers()] == [("chat", "127.0.0.1", True)]
    assert found.why_nobody == ""
    news = end_of(found, found.begin(PAGE))
    assert news.phase == "done" and news.reading is not None
    assert news.reading.reader == "127.0.0.1"


def test_the_demo_has_nobody_and_says_why(tmp_path: Path) -> None:
    found = GenerationService(Settings(model="demo", output_dir=tmp_path)).readings
    assert found.offers() == ()
    assert "it has no vision tower" in found.why_nobody
    assert "MAGIC_PROMPT_API_KEY" in found.why_nobody
    with pytest.raises(RequestError, match="no vision tower"):
        found.begin(PAGE)


@pytest.mark.parametrize("odd", [{"provider": "x"}, {"provider": 7}, {"boxes": "yes"}])
def test_odd_wishes_are_refused(odd: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(RequestError):
        service_of(tmp_path, Seeing()).readings.begin(PAGE, **odd)


@pytest.mark.parametrize("ticket", [None, "", "nobody", 7, ["a"], {}])
def test_a_ticket_that_nobody_has_is_refused(ticket: object, tmp_path: Path) -> None:
    found = service_of(tmp_path, Seeing()).readings
    for ask in (found.news, found.stop):
        with pytest.raises(Ideogram4Error, match="over"):
            ask(ticket)


def test_closing_the_service_ends_them(tmp_path: Path) -> None:
    pipeline = Seeing(hold=True)
    service = service_of(tmp_path, pipeline)
    ticket = service.readings.begin(PAGE)
    assert pipeline.at_work.wait(timeout=60)
    service.close()
    pipeline.release.set()
    assert end_of(service.readings, ticket).phase == "cancelled"
