"""The loaded model lent to a writer or reader of captions, in the line that pictures stand in.

Whoever writes with it gets text piece by piece, and sees where the job stands while it waits. What
it is not: a picture (`painting`), or what is written (`expansions`, `readings`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from ui.service.jobs import Cancelled, Job, Update
from ui.service.line import Line, OnWait
from ui.service.worker import Report, Worker

if TYPE_CHECKING:
    from ideogram4.pipeline import Ideogram4Pipeline

Work = Callable[["Ideogram4Pipeline"], Generator[str, None, None]]


class LentModel:
    """The model for one job. `load` gives the pipeline; `begun` is called before it waits."""

    def __init__(
        self,
        job: Job,
        line: Line,
        load: Callable[[Report], Ideogram4Pipeline],
        begun: Callable[[], None],
    ) -> None:
        self.update: Update | None = None
        self._job, self._line, self._load, self._begun = job, line, load, begun

    def pieces(self, work: Work) -> Iterator[str]:
        """What `work` writes, and an empty piece for other news, which is then the `update`.

        Raises Cancelled within a token of the job's end, Busy, WeightsError and its kin.
        """
        turn = Turn(self._job)

        def write(tell: Report) -> None:
            with closing(work(self._load(tell))) as pieces:
                for piece in pieces:
                    turn.check()
                    tell(Update("writing", what=piece))

        self._begun()
        with closing(Worker(turn, self._line, _on_wait, write).updates()) as updates:
            for update in updates:
                if update.phase == "cancelled":
                    raise Cancelled
                if update.phase == "writing":
                    self.update = None
                    yield update.what
                else:
                    self.update = update
                    yield ""


class Turn(Job):
    """A job's place in the line. It ends before the job does, and with it at the latest."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._of = job

    @property
    def cancelled(self) -> bool:
        return super().cancelled or self._of.cancelled

    def check(self) -> None:
        """Raise Cancelled when the turn is over."""
        if self.cancelled:
            raise Cancelled


def _on_wait(tell: Report) -> OnWait:
    return lambda ahead, work: tell(Update("waiting", ahead=ahead))
