"""How long things take here: measured, never promised.

Two questions: how long until this picture is finished (`Stopwatch`, from its own steps), and how
long until the jobs before it are (`Pace`, from recent jobs). What it is not: a model of the device;
before anything was measured the answer is None, and the page then says nothing of time.
"""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from ideogram4.sampling.presets import get_preset

if TYPE_CHECKING:
    from ui.service.requests import GenerateRequest

RECENT = 8  # jobs; the median of these forgets the one that was slow for a reason of its own


def work_of(request: GenerateRequest) -> float:
    """Pixels times steps times pictures: what a job's time grows with, near enough."""
    given = len(request.guidance_schedule or ())
    steps = request.num_steps or given or get_preset(request.preset).num_steps
    return float(request.width * request.height * steps * request.num_images)


class Pace:
    """Seconds for an amount of work, from the last few jobs that were finished."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=RECENT)

    def note(self, work: float, seconds: float) -> None:
        """A job of so much work took so long, from its first step to the finished picture."""
        if work > 0:
            self._recent.append(seconds / work)

    def seconds(self, work: float) -> float | None:
        """What `work` is expected to take; None while nothing was measured."""
        return statistics.median(self._recent) * work if self._recent else None


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
