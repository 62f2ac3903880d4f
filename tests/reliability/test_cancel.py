"""Cancel, stale cancel, and a reader who goes away: the line moves on within one step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.settings import Settings
from tests.reliability.parts import PATIENCE, Reader, make, wish
from tests.ui.pretend import PretendPipeline
from ui.service import GenerationService
from ui.service.jobs import Job
from ui.service.models import OnProgress
from ui.store import Picture, PictureRecord, PictureStore

if TYPE_CHECKING:
    from PIL.Image import Image


def test_cancelling_frees_the_line_within_one_step(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 3: cancelled at step 3 of 20, the lock is free and the next job starts within
    one step; nothing stored."""
    first = Reader(service, num_steps=20)
    assert pipeline.held.wait(PATIENCE)
    second = Reader(service)
    second.wait_for("waiting")
    first.job.cancel()
    pipeline.release.set()
    assert first.end().phase == "cancelled" and first.updates[-1].pictures == ()
    assert second.end().phase == "done"
    # The step that was running and not one more, then the four of the next job.
    assert pipeline.steps_done == 3 + 4
    assert service.store.ids() == [second.updates[-1].pictures[0].id]


class Late(PictureStore):
    """A store in which the click on Cancel comes while the picture of that seed is written."""

    def __init__(self, folder: Path, job: Job, seed: int) -> None:
        super().__init__(folder)
        self._job, self._seed = job, seed

    def save(self, image: Image, record: PictureRecord) -> Picture:
        made = super().save(image, record)
        if record.seed == self._seed:
            self._job.cancel()
        return made


def test_a_cancel_while_the_picture_is_written_stores_nothing(tmp_path: Path) -> None:
    """Reliability 3: the page has said that nothing was stored, and would never be told of it."""
    job = Job()
    service = make(tmp_path, PretendPipeline(), store=Late(tmp_path, job, seed=7))
    *_, last = service.run(wish(num_images=2), job)
    assert last.phase == "cancelled" and last.pictures == ()
    assert service.store.ids() == []
    *_, last = service.run(wish(seed=8))
    assert service.store.ids() == [picture.id for picture in last.pictures]


def test_a_cancel_while_a_cell_is_written_keeps_only_those_before_it(tmp_path: Path) -> None:
    """Reliability 3, for a sheet."""
    job = Job()
    service = make(tmp_path, PretendPipeline(), store=Late(tmp_path, job, seed=2))
    *_, last = service.run_sheet([wish(seed=seed) for seed in (1, 2, 3)], job)
    assert last.phase == "cancelled"
    assert [picture.record.seed for picture in last.pictures] == [1]
    assert service.store.ids() == [picture.id for picture in last.pictures]


def test_a_late_cancel_does_not_touch_the_next_job(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 4: a stale cancel of A does not touch B: a job is cancelled by its own object."""
    pipeline.release.set()
    first = Reader(service)
    first.end()
    pipeline.release.clear()
    pipeline.held.clear()
    second = Reader(service)
    assert pipeline.held.wait(PATIENCE)
    first.job.cancel()
    first.job.cancel()
    pipeline.release.set()
    assert second.end().phase == "done"
    assert len(service.store.ids()) == 2


def test_closing_the_generator_stops_the_job(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 5: who goes away closes the generator and does nothing else; the job ends within
    one step. That a closed tab does so is shown over HTTP, in test_closed_tab.py."""
    run = service.run(wish())
    assert next(u for u in run if u.phase == "step").step == 1
    assert pipeline.held.wait(PATIENCE)
    run.close()
    pipeline.release.set()
    after = Reader(service)
    assert after.end().phase == "done"
    assert pipeline.steps_done == 3 + 4
    assert len(service.store.ids()) == 1


def test_who_is_cancelled_in_line_goes_at_once_and_who_stands_behind_moves_up(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 3: waiting is no step; it ends while another job runs."""
    Reader(service)
    assert pipeline.held.wait(PATIENCE)
    second = Reader(service)
    second.wait_for("waiting")
    third = Reader(service)
    assert third.wait_for("waiting").ahead == 2
    second.job.cancel()
    assert second.end().phase == "cancelled"
    third.wait_until(lambda: third.updates[-1].ahead == 1)
    pipeline.release.set()
    assert third.end().phase == "done"
    assert service.waiting == 0


def test_cancelling_while_the_model_loads_keeps_nothing_half_loaded(tmp_path: Path) -> None:
    """Reliability 3 and 8: a load that was broken off is begun anew."""
    job = Job()
    loads: list[str] = []

    def loader(model: str, _settings: Settings, on_progress: OnProgress) -> PretendPipeline:
        loads.append(model)
        if len(loads) == 1:
            job.cancel()
        on_progress("transformer", 0.5)
        return PretendPipeline()

    service = GenerationService(Settings(model="demo", output_dir=tmp_path), loader=loader)
    *_, last = service.run(wish(), job)
    assert last.phase == "cancelled"
    *_, last = service.run(wish())
    assert last.phase == "done" and loads == ["demo", "demo"]


def test_a_service_that_closes_ends_whoever_runs_and_whoever_waits(
    service: GenerationService, pipeline: PretendPipeline
) -> None:
    """Reliability 3: the process can end within one step."""
    first = Reader(service)
    assert pipeline.held.wait(PATIENCE)
    second = Reader(service)
    second.wait_for("waiting")
    service.close()
    pipeline.release.set()
    assert [first.end().phase, second.end().phase] == ["cancelled", "cancelled"]
    assert service.store.ids() == []


def test_without_a_job_of_its_own_a_run_can_still_be_ended_by_its_reader(tmp_path: Path) -> None:
    """Reliability 5: programs hand over no job."""
    service = make(tmp_path, PretendPipeline())
    run = service.run(wish())
    assert next(run).phase == "loading"
    run.close()
    *_, last = service.run(wish())
    assert last.phase == "done"
