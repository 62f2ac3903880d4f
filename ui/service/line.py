"""The line that jobs stand in: one at a time, first come first served, and only so long.

A lock would let anybody overtake, and Gradio's own queue tells a person neither their place nor how
long it will be. Who finds the line full is told so at once. What it is not: a thread or a schedule;
whoever joins waits in their own thread.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.service.jobs import Busy, Job

WAITING = 8  # as many may wait while one runs

OnWait = Callable[[int, float], None]


class Line:
    """Jobs in the order they came. `on_wait` is told the jobs ahead and the work they still are."""

    POLL_SECONDS = 0.1  # how soon a waiting job notices that it was cancelled
    TELL_SECONDS = 2.0  # how often it is told of its place, whether or not that has changed

    def __init__(self, waiting: int = WAITING, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = waiting + 1
        self._clock = clock
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

    def check_room(self) -> None:
        """Raise Busy when nobody could join now; joining may still fail a moment later."""
        with self._moved:
            self._check_room()

    def join(self, job: Job) -> None:
        """Stand at the end; raises Busy. Whoever joins has to take a `turn` or `leave`."""
        with self._moved:
            self._check_room()
            self._jobs.append(job)

    def _check_room(self) -> None:
        # Who was cancelled is as good as gone, so nobody is turned away because of them.
        if sum(not other.cancelled for other in self._jobs) >= self._most:
            raise Busy

    def leave(self, job: Job) -> None:
        """Go, whether first or not."""
        with self._moved:
            self._jobs.remove(job)
            self._moved.notify_all()

    @contextmanager
    def turn(self, job: Job, on_wait: OnWait) -> Iterator[None]:
        """Wait until every earlier job is over, hold the line, and leave. Raises Cancelled."""
        try:
            self._wait(job, on_wait)
            yield
        finally:
            self.leave(job)

    def step_aside(self, job: Job, on_wait: OnWait) -> None:
        """Let everybody go first who waits by now, then hold the line again. Raises Cancelled."""
        with self._moved:
            self._jobs.remove(job)
            self._jobs.append(job)  # not `join`: who was let in once is not turned away later
            self._moved.notify_all()
        self._wait(job, on_wait)

    def _wait(self, job: Job, on_wait: OnWait) -> None:
        """Every `TELL_SECONDS` something is told, so that a reader who has gone is noticed."""
        told, when = 0, self._clock()
        while True:
            job.check()
            with self._moved:
                ahead = self._jobs.index(job)
                now = self._clock()
                if ahead and ahead == told and now - when < self.TELL_SECONDS:
                    self._moved.wait(self.POLL_SECONDS)
                    continue
                before = [other for other in list(self._jobs)[:ahead] if not other.cancelled]
                work = sum(other.work for other in before)
            if not ahead:
                return
            on_wait(ahead, work)
            told, when = ahead, now
