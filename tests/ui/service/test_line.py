"""Standing in line: the news of it, whether or not anything has changed."""

from __future__ import annotations

import threading

from tests.reliability.parts import PATIENCE
from ui.service.jobs import Cancelled, Job
from ui.service.line import Line


def test_who_waits_hears_again_and_again_so_that_a_reader_who_has_gone_is_noticed() -> None:
    """Reliability 5: a page that is gone is found out when it is told something."""
    now = [0.0]
    line = Line(clock=lambda: now[0])
    first, second = Job(), Job()
    first.work = 5.0
    line.join(first)
    line.join(second)
    told: list[tuple[int, float]] = []
    enough = threading.Event()

    def on_wait(ahead: int, work: float) -> None:
        told.append((ahead, work))
        now[0] += Line.TELL_SECONDS
        if len(told) == 3:
            enough.set()
            line.leave(first)

    with line.turn(second, on_wait):
        assert enough.wait(PATIENCE)
    assert told == [(1, 5.0)] * 3
    assert len(line) == 0


def test_work_of_who_was_cancelled_is_not_waited_for() -> None:
    line = Line()
    first, second = Job(), Job()
    first.work = 5.0
    line.join(first)
    line.join(second)
    first.cancel()
    told: list[float] = []

    def on_wait(_ahead: int, work: float) -> None:
        told.append(work)
        second.cancel()

    try:
        with line.turn(second, on_wait):
            raise AssertionError("it was not its turn")
    except Cancelled:
        pass
    assert told == [0.0] and len(line) == 1
