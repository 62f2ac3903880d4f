"""One generation at a time: the job a person can cancel, the line it stands in, what it reports.

A job is cancelled through its own object, so a late click can never stop another person's picture.
It is not a queue of work with a size: Gradio keeps that, and turns people away when it is full.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image

    from ui.store import Picture

Phase = Literal["waiting", "loading", "step", "finishing", "done", "cancelled"]


class Cancelled(Exception):
    """The person does not want the picture any more. Not an error, and never shown as one."""


@dataclass(frozen=True)
class Update:
    """How far a job is.

    While drawing: `step` of `total`, `seconds_left`, the `seed` in use, a small `preview`.
    When done: the stored `pictures`, or of a live redraw the whole picture as its `preview`. While
    waiting: jobs `ahead`. While loading: `what`, and a `fraction` 0..1.
    """

    phase: Phase
    step: int = 0
    total: int = 0
    seconds_left: float | None = None
    seed: int | None = None
    preview: Image | None = None
    pictures: tuple[Picture, ...] = ()
    ahead: int = 0
    what: str = ""
    fraction: float = 0.0


class Job:
    """Somebody's wish for a picture. Cancelling twice, or after the end, does nothing.

    `kept` is False for a live redraw: its picture is shown and not stored.
    """

    def __init__(self, *, kept: bool = True) -> None:
        self.kept = kept
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; it does so within one step."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise Cancelled when the job was asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled


class Line:
    """First come, first served, one at a time. A lock would let anybody overtake."""

    POLL_SECONDS = 0.1  # how soon a waiting job notices that it was cancelled

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._moved = threading.Condition()

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def busy(self) -> bool:
        """Whether anybody runs or waits who still wants a picture."""
        with self._moved:
            return any(not job.cancelled for job in self._jobs)

    def cancel(self) -> None:
        """Cancel every job there is."""
        with self._moved:
            for job in self._jobs:
                job.cancel()

    @contextmanager
    def turn(self, job: Job, on_wait: Callable[[int], None]) -> Iterator[None]:
        """Wait until every earlier job is over, then hold the line. Raises Cancelled.

        `on_wait` is called with the number of jobs ahead, at first and whenever it changes.
        """
        with self._moved:
            self._jobs.append(job)
        try:
            self._wait(job, on_wait)
            yield
        finally:
            with self._moved:
                self._jobs.remove(job)
                self._moved.notify_all()

    def _wait(self, job: Job, on_wait: Callable[[int], None]) -> None:
        told = 0
        while True:
            job.check()
            with self._moved:
                ahead = self._jobs.index(job)
                if ahead and ahead == told:
                    self._moved.wait(self.POLL_SECONDS)
                    continue
            if not ahead:
                return
            on_wait(ahead)
            told = ahead


class Stopwatch:
    """Seconds left, from the steps so far.

    The first step also prepares, so it counts only as long as it is the only one.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started = clock()
        self._first = 0.0

    def left(self, step: int, total: int) -> float:
        """Seconds until `total`, when `step` has just finished."""
        now = self._clock()
        if step <= 1:
            self._first = now
            return (now - self._started) * (total - step)
        return (now - self._first) / (step - 1) * (total - step)
