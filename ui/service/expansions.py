"""Words become captions, for pages and programs: who may write, how many at once, how it goes.

A service costs the owner's money and the loaded model holds the card, so nobody writes twice at
once, and all together only so often. A hosted provider runs in its reader's thread; the model's own
text encoder stands in the line of pictures (`LentModel`). What it is not: the asking and reading
(`ideogram4.magic`), or what a person takes of a proposal.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.magic import Expansion, Provider, choose_provider, expand
from ideogram4.magic.built_in import Write
from ideogram4.magic.choose import Name, available
from ideogram4.safety import Screening
from ideogram4.settings import Settings
from ui.service.assignments import ExpansionWish
from ui.service.jobs import Cancelled, Job, Update
from ui.service.lent import LentModel

if TYPE_CHECKING:
    pass

MOST_AT_ONCE = 4
"""Of all sessions together; a person waits seconds for one, so there is room again soon."""

SEEDS = 2**31

Phase = Literal["asking", "waiting", "loading", "writing", "done", "cancelled"]
Choose = Callable[..., Provider]


class TooManyWrite(Ideogram4Error):
    """As many captions are being written as may be; nobody was asked."""

    def __init__(self) -> None:
        super().__init__(
            "The studio is busy: others are having captions written.",
            hint="Nothing is lost. Please try again in a minute.",
        )


class WritesAlready(Ideogram4Error):
    """A session may have one caption written at a time."""

    def __init__(self) -> None:
        super().__init__(
            "A caption is being written for you already.",
            hint="Wait until it is there, or cancel it.",
        )


@dataclass(frozen=True)
class Offer:
    """A provider as people choose it. `sends_words`: whether their words leave this machine."""

    name: Name
    label: str
    sends_words: bool


@dataclass(frozen=True)
class Written:
    """How far the writing is: a `text` more, jobs `ahead`, or in the end the `expansion`."""

    phase: Phase
    text: str = ""
    ahead: int = 0
    expansion: Expansion | None = None


class Expansions:
    """All the writing of one process. May be used from any thread.

    `choose` finds a provider; `lend` gives the loaded model (`LentModel`) to a job, unless
    `why_no_writing` has a reason why it writes nothing.
    """

    def __init__(
        self,
        settings: Settings,
        screening: Screening,
        choose: Choose,
        *,
        lend: Callable[[Job], LentModel],
        why_no_writing: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._screening = screening
        self._choose = choose
        self._lend = lend
        self._why_no_writing = why_no_writing
        self._lock = threading.Lock()
        self._sessions: dict[str, Job] = {}
        self._running = 0

    @property
    def running(self) -> int:
        """How many captions are being written, or were cancelled and are not answered yet."""
        return self._running

    @property
    def why_no_writing(self) -> str:
        """Why the model in use writes no captions itself, in a sentence; "" where it does."""
        return self._why_no_writing()

    def offers(self) -> tuple[Offer, ...]:
        """What can be chosen as things are, the best first."""
        names = available(self._settings, local=None if self.why_no_writing else _nobody)
        return tuple(self._offer(name) for name in names)

    def _offer(self, name: Name) -> Offer:
        provider = choose_provider(self._settings, name, local=_nobody)
        own = {"local": "This model", "offline": "Simple rules (no magic)"}
        return Offer(name, own.get(name, provider.name), provider.sends_words)

    def run(
        self, wish: ExpansionWish, job: Job | None = None, *, session: str = ""
    ) -> Generator[Written, None, None]:
        """Have a caption written, a proposal that changes nothing; the last word is "done" or
        "cancelled". Closing it cancels.

        A service that was asked cannot be called back: its answer is thrown away, and until then it
        counts. With screening on, the words are checked before anybody gets them, and the proposal
        before it is told. Raises Ideogram4Error.
        """
        job = job or Job()
        with self._place(session, job):
            try:
                yield from self._written(wish, job)
            except Cancelled:
                yield Written("cancelled")
            finally:
                job.cancel()

    def _written(self, wish: ExpansionWish, job: Job) -> Generator[Written, None, None]:
        pen = None if self.why_no_writing else self._lend(job)
        local = None if pen is None else _written_by(pen)
        provider = self._choose(self._settings, wish.provider, local=local)
        yield Written("asking")
        told = None
        pieces = expand(wish.assignment, provider, keep=wish.keep, screening=self._screening)
        job.check()
        with closing(pieces):
            while True:
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    expansion = cast(Expansion, end.value)
                    break
                job.check()
                update = None if pen is None else pen.update
                if update is not told and update is not None:
                    told = update
                    yield Written(_phase(update), ahead=update.ahead)
                if piece:
                    yield Written("writing", piece)
        job.check()
        yield Written("done", expansion=expansion)

    @contextmanager
    def _place(self, session: str, job: Job) -> Iterator[None]:
        with self._lock:
            other = self._sessions.get(session)
            if other is not None and not other.cancelled:
                raise WritesAlready
            if self._running >= MOST_AT_ONCE:
                raise TooManyWrite
            self._sessions[session] = job
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                if self._sessions.get(session) is job:
                    del self._sessions[session]


def _written_by(pen: LentModel) -> Write:
    """The loaded model's text encoder as a local writer."""

    def write(instruction: str, request: str, boxes: bool) -> Iterator[str]:
        seed = secrets.randbelow(SEEDS)  # whoever asks again wants something else
        return pen.pieces(
            lambda pipe: pipe.write_caption(instruction, request, boxes=boxes, seed=seed)
        )

    return write


def _phase(update: Update) -> Phase:
    return "waiting" if update.phase == "waiting" else "loading"


def _nobody(instruction: str, request: str, boxes: bool) -> Iterator[str]:
    raise RequestError("nobody holds the pen")
