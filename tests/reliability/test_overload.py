"""More people than pictures: who runs, who waits and is told where, who is turned away at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.reliability.parts import PATIENCE, Reader, make, wish
from tests.ui.pretend import PretendPipeline
from ui.service import GenerationService
from ui.service.jobs import Busy
from ui.service.line import WAITING


def test_jobs_of_many_threads_never_run_at_once(tmp_path: Path) -> None:
    """Reliability 2: 50 jobs from 8 threads; the counter inside the pipeline never passes 1."""
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline)
    made: list[str] = []

    def work(share: int) -> None:
        for _ in range(share):
            *_, last = service.run(wish(num_steps=2))
            made.append(last.pictures[0].id)

    threads = [threading.Thread(target=work, args=(7 if n < 2 else 6,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(set(made)) == 50 == len(service.store.ids())
    assert pipeline.most_running == 1


def test_one_runs_eight_wait_and_the_next_is_turned_away_at_once(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 1: the rule of the service, for whoever calls it; who goes makes room."""
    readers = [Reader(service)]
    assert pipeline.held.wait(PATIENCE)
    for number in range(1, WAITING + 1):
        readers.append(Reader(service, seed=number))
        assert readers[-1].wait_for("waiting").ahead == number
    with pytest.raises(Busy, match="too many pictures are waiting"):
        next(service.run(wish()))
    assert service.waiting == WAITING + 1 and pipeline.steps_done == 2
    readers[1].job.cancel()
    late = Reader(service, seed=99)
    pipeline.release.set()
    assert late.end().phase == "done"
    assert [reader.end().phase for reader in readers] == ["done", "cancelled", *["done"] * 7]
    assert [job["seed"] for job in pipeline.jobs] == [7, *range(2, WAITING + 1), 99]


def test_the_wait_is_expected_from_what_was_measured_and_never_made_up(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 1: a place is told at once, a time only once a job has been timed."""
    first = Reader(service)
    assert pipeline.held.wait(PATIENCE)
    second = Reader(service)
    assert second.wait_for("waiting").seconds_left is None
    pipeline.release.set()
    assert [first.end().phase, second.end().phase] == ["done", "done"]
    pipeline.release.clear()
    pipeline.held.clear()
    Reader(service)
    assert pipeline.held.wait(PATIENCE)
    third, fourth = Reader(service).wait_for("waiting"), Reader(service).wait_for("waiting")
    assert third.seconds_left is not None and fourth.seconds_left is not None
    assert (third.ahead, fourth.ahead) == (1, 2)
    assert 0 < third.seconds_left < fourth.seconds_left
