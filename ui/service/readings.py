"""Pictures become captions, for pages: who may look, how it goes, and that it can be stopped.

The model here looks in the line of pictures, one job at a time (`LentModel`); a service is asked
from a thread of its own, and only so many at once. A page gets a ticket and asks for news with it,
so nothing hangs on a connection; who asks no more is taken to have gone, and the work ends. What it
is not: the looking (`ideogram4.reading`), or what a person takes of a caption that was read.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.magic.choose import has_chat
from ideogram4.reading.built_in import Describe
from ideogram4.reading.choose import NAMES, Name, choose_reader
from ideogram4.reading.reader import Reader, Reading, read_picture
from ideogram4.safety import Screening
from ideogram4.settings import Settings
from ui.service.jobs import Cancelled, Job
from ui.service.lent import LentModel

if TYPE_CHECKING:
    from PIL.Image import Image


log = logging.getLogger(__name__)

MOST_AT_ONCE = 4  # of all pages together
KEPT = 32  # readings that are over, until somebody has heard of their end
GONE_AFTER = 30.0  # seconds without a question
NO_SERVICE = "No service with vision is set up (MAGIC_PROMPT_API_KEY, MAGIC_PROMPT_BASE_URL)."

Phase = Literal["asking", "waiting", "loading", "reading", "done", "failed", "cancelled"]
Choose = Callable[..., Reader]
OVER = ("done", "failed", "cancelled")


class TooManyRead(Ideogram4Error):
    """As many pictures are being read as may be; nobody was asked."""

    def __init__(self) -> None:
        super().__init__(
            "The studio is busy: others are having pictures read.",
            hint="Nothing is lost. Please try again in a minute.",
        )


@dataclass(frozen=True)
class Offer:
    """A reader as people choose it. `sends`: whether the picture leaves this machine."""

    name: Name
    label: str
    sends: bool


@dataclass(frozen=True)
class News:
    """How it is: jobs `ahead`, `pieces` written so far, in the end a `reading` or `message`."""

    phase: Phase
    ahead: int = 0
    pieces: int = 0
    reading: Reading | None = None
    message: str = ""

    @property
    def over(self) -> bool:
        return self.phase in OVER


@dataclass
class _Task:
    """One reading, between its page and its thread."""

    image: Image | None  # until it has been read: pictures are large
    reader: Reader
    boxes: bool
    job: Job
    eye: LentModel
    heard: float
    # Not the job's own word for it: a job counts as cancelled once its reader has left, too.
    unwanted: bool = False
    news: News = field(default_factory=lambda: News("asking"))


class Readings:
    """All the reading of one process. May be used from any thread.

    `lend` lends the loaded model to a job; `why_no_seeing` says why it sees nothing, or "".
    """

    def __init__(
        self,
        settings: Settings,
        screening: Screening,
        *,
        lend: Callable[[Job], LentModel],
        why_no_seeing: Callable[[], str],
        choose: Choose = choose_reader,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._screening = screening
        self._lend = lend
        self._why_no_seeing = why_no_seeing
        self._choose = choose
        self._clock = clock
        self._lock = threading.Lock()
        self._tasks: dict[str, _Task] = {}

    def offers(self) -> tuple[Offer, ...]:
        """Who can be asked as things are, the best first."""
        found = []
        if has_chat(self._settings):
            name = self._choose(self._settings, "chat", _nobody).name
            found.append(Offer("chat", name, True))
        if not self._why_no_seeing():
            found.append(Offer("local", "This model", False))
        return tuple(found)

    @property
    def why_nobody(self) -> str:
        """Why nobody reads pictures here, in a sentence or two; "" where somebody does."""
        return "" if self.offers() else f"{self._why_no_seeing()} {NO_SERVICE}"

    @property
    def running(self) -> int:
        """How many pictures are being read."""
        return sum(not task.news.over for task in list(self._tasks.values()))

    def begin(self, image: Image, *, provider: object = None, boxes: object = True) -> str:
        """Have a picture read; the ticket to ask for `news` with. Raises Ideogram4Error."""
        named = provider or None
        if named is not None and named not in NAMES:
            raise RequestError(f"provider is no reader; choose from {', '.join(NAMES)}")
        if not isinstance(boxes, bool):
            raise RequestError("boxes is true or false")
        if not self.offers():
            raise RequestError(self.why_nobody)
        job = Job()
        eye = self._lend(job)
        reader = self._choose(self._settings, named or self.offers()[0].name, _seen_by(eye))
        task = _Task(image, reader, boxes, job, eye, self._clock())
        ticket = secrets.token_urlsafe(18)
        with self._lock:
            self._forget()
            if self.running >= MOST_AT_ONCE:
                raise TooManyRead
            self._tasks[ticket] = task
        threading.Thread(target=self._run, args=(task,), name="reading", daemon=True).start()
        return ticket

    def news(self, ticket: object) -> News:
        """How it is. Raises RequestError for a ticket that nobody has."""
        task = self._task(ticket)
        task.heard = self._clock()
        return task.news

    def stop(self, ticket: object) -> None:
        """It is not wanted any more: a model at work here stops within a token."""
        _end(self._task(ticket))

    def close(self) -> None:
        """Stop everything, so that the process can end."""
        for task in list(self._tasks.values()):
            _end(task)

    def _task(self, ticket: object) -> _Task:
        task = self._tasks.get(ticket) if isinstance(ticket, str) else None
        if task is None:
            raise RequestError("this reading is over, or there was none")
        return task

    def _forget(self) -> None:
        over = [ticket for ticket, task in self._tasks.items() if task.news.over]
        for ticket in over[: max(0, len(over) - KEPT)]:
            del self._tasks[ticket]

    def _run(self, task: _Task) -> None:
        """The thread. Whatever happens, the page hears of an end."""
        try:
            task.news = News("done", reading=self._read(task))
        except Cancelled:
            task.news = News("cancelled")
        except Ideogram4Error as error:
            log.warning("reading refused: %s", error)
            task.news = News("failed", message=error.sentence)
        except Exception:
            log.exception("reading failed")
            task.news = News(
                "failed",
                message="Something went wrong while the picture was being read. Nothing of yours "
                "has changed; the server's log has the details.",
            )
        finally:
            task.job.cancel()

    def _read(self, task: _Task) -> Reading:
        image, task.image = task.image, None
        if image is None:
            raise RequestError("this picture has been read already")
        pieces = read_picture(image, task.reader, boxes=task.boxes, screening=self._screening)
        count = 0
        with closing(pieces):
            while True:
                self._check(task)
                try:
                    next(pieces)
                except StopIteration as end:
                    self._check(task)
                    reading: Reading = end.value
                    return reading
                update = task.eye.update
                if update is not None:
                    phase: Phase = "waiting" if update.phase == "waiting" else "loading"
                    task.news = News(phase, ahead=update.ahead)
                else:
                    count += 1
                    task.news = News("reading", pieces=count)

    def _check(self, task: _Task) -> None:
        if self._clock() - task.heard > GONE_AFTER:
            _end(task)
        if task.unwanted:
            raise Cancelled


def _seen_by(eye: LentModel) -> Describe:
    """The loaded model's vision tower and text encoder as a local reader."""
    return lambda image, boxes: eye.pieces(lambda pipe: pipe.describe(image, boxes=boxes))


def _end(task: _Task) -> None:
    task.unwanted = True
    task.job.cancel()


def _nobody(image: object, boxes: bool) -> Iterator[str]:
    raise RequestError("nobody looks")
