"""The thread that does one job, and what its reader hears of how it ended.

Whatever happens, the line moves on, and only when the memory of the step that broke is free again.
What it is not: the work itself, which it is handed, or the line, which is `ui.service.line`.
"""

from __future__ import annotations

import contextvars
import gc
import logging
import queue
import threading
from collections.abc import Callable, Generator

from ideogram4.errors import Ideogram4Error, OutOfMemoryError
from ui.service.jobs import Cancelled, Job, Update
from ui.service.line import Line, OnWait
from ui.service.models import release_memory

log = logging.getLogger(__name__)

Report = Callable[[Update], None]
Updates = Generator[Update, None, None]
Ending = Update | Ideogram4Error | None


class Worker:
    """One job in `line`. `work` runs in turn, in a thread; it tells, and may raise."""

    def __init__(
        self,
        job: Job,
        line: Line,
        on_wait: Callable[[Report], OnWait],
        work: Callable[[Report], None],
    ) -> None:
        self._job = job
        self._line = line
        self._on_wait = on_wait
        self._work = work
        self._news: queue.SimpleQueue[Ending] = queue.SimpleQueue()

    def updates(self) -> Updates:
        """The news as it comes. Places in line are given in the order of first calls.

        Raises Busy, and how the work ended if that was an Ideogram4Error; closing it cancels.
        """
        self._line.join(self._job)
        # Not a daemon: a thread that is cut down inside the model takes the whole process with it.
        # With the caller's context, in which ZeroGPU finds whose quota a picture is drawn from.
        run = contextvars.copy_context().run
        thread = threading.Thread(target=run, args=(self._run,), name="generation")
        try:
            thread.start()
        except RuntimeError as error:  # there are no more threads
            self._line.leave(self._job)
            log.exception("a job could not be started")
            raise apology() from error
        try:
            while (item := self._news.get()) is not None:
                if isinstance(item, Ideogram4Error):
                    raise item
                yield item
        finally:
            self._job.cancel()

    def _run(self) -> None:
        """The thread. Its last word is always None, after the line has moved on."""
        end: Ending = None
        tell = self._news.put
        try:
            with self._line.turn(self._job, self._on_wait(tell)):
                end = self._end_of(lambda: self._work(tell))
        except Cancelled:  # while it stood in line
            end = Update("cancelled")
        finally:
            if end is not None:
                tell(end)
            tell(None)

    def _end_of(self, work: Callable[[], None]) -> Ending:
        """What is to be said after the work has ended, with everything it held set free."""
        end: Ending = None
        try:
            work()
        except Cancelled as cancelled:
            end = cancelled.update
        except Ideogram4Error as error:
            log.warning("generation refused: %s", error)
            end = without_frames(error)
        except Exception:
            log.exception("generation failed")
            end = apology()
        # Not sooner: an exception in flight holds its frames, and they the tensors of the step.
        gc.collect()
        if isinstance(end, OutOfMemoryError):
            release_memory()
        return end


def without_frames(error: Ideogram4Error) -> Ideogram4Error:
    """The error as its words alone: its frames would keep the memory that the next job needs."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def apology() -> Ideogram4Error:
    """What a person is told of an error that nobody foresaw; the log has the rest."""
    return Ideogram4Error(
        "Something went wrong while the picture was being made.",
        hint="Your caption is untouched. Please try again; the server's log has the details.",
    )
