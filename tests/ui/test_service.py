"""One model, one job at a time: order, progress, cancelling, and what happens when things break."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideogram4.errors import GatedModelError, Ideogram4Error, OutOfMemoryError
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.jobs import Job, Update
from ui.models import OnProgress
from ui.requests import GenerateRequest
from ui.service import GenerationService

CAPTION = (
    '{"compositional_deconstruction": {"background": "plain", "elements": '
    '[{"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a red circle"}]}}'
)


def make(folder: Path, pipeline: PretendPipeline, *failures: Exception) -> GenerationService:
    settings = Settings(model="demo", output_dir=folder)
    service = GenerationService(settings, loader=PretendLoader(pipeline, *failures))
    return service


def wish(service: GenerationService, **changes: object) -> GenerateRequest:
    asked = {"width": 256, "height": 256, "preset": "V4_TURBO_12", "seed": 7, "num_steps": 4}
    return GenerateRequest.checked(CAPTION, limits=PretendPipeline.limits, **{**asked, **changes})


class Reader(threading.Thread):
    """Reads one job's updates in a thread, as the page does."""

    def __init__(self, service: GenerationService, job: Job | None = None, **changes: object):
        super().__init__(daemon=True)
        self.job = job or Job()
        self.updates: list[Update] = []
        self.error: Ideogram4Error | None = None
        self.seen = threading.Condition()
        self._run = service.run(wish(service, **changes), self.job)
        self.start()

    def run(self) -> None:
        try:
            for update in self._run:
                with self.seen:
                    self.updates.append(update)
                    self.seen.notify_all()
        except Ideogram4Error as error:
            self.error = error

    def wait_for(self, phase: str) -> None:
        with self.seen:
            found = self.seen.wait_for(lambda: phase in self.phases, timeout=30)
        assert found, f"no {phase} in {self.phases}"

    def end(self) -> None:
        self.join(timeout=30)
        assert not self.is_alive()

    @property
    def phases(self) -> list[str]:
        return [update.phase for update in self.updates]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[GenerationService, PretendPipeline]]:
    """A service whose jobs stop before step 3 until the test lets them go."""
    pipeline = PretendPipeline(hold_at=3)
    yield make(tmp_path, pipeline), pipeline
    pipeline.release.set()


def test_a_picture_is_made_step_by_step_and_stored(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    updates = list(service.run(wish(service)))
    steps = [u for u in updates if u.phase == "step"]
    assert [(u.step, u.total) for u in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert all(u.preview is not None and u.seconds_left is not None for u in steps)
    assert steps[-1].seconds_left == 0
    (picture,) = updates[-1].pictures
    assert updates[-1].phase == "done"
    record = service.store.get(picture.id).record
    assert (record.seed, record.size, record.steps) == (7, "256 × 256", 4)
    assert record.weights == "pretend" and record.licence == "Apache-2.0"
    assert record.prompt.startswith('{"compositional_deconstruction":')


def test_each_of_several_pictures_knows_its_number_and_its_seed(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    *_, last = service.run(wish(service, num_images=3))
    records = [service.store.get(p.id).record for p in last.pictures]
    assert [(r.image, r.images) for r in records] == [(1, 3), (2, 3), (3, 3)]
    assert [r.seed for r in records] == [7, 8, 9]


def test_a_seed_that_was_drawn_is_reported(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    *_, last = service.run(wish(service, seed=None))
    assert last.seed == 21 == last.pictures[0].record.seed


def test_the_model_is_loaded_once_and_only_when_needed(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    loader = service._loader
    assert isinstance(loader, PretendLoader)
    assert service.model.limits and loader.calls == 0
    first, second = list(service.run(wish(service))), list(service.run(wish(service)))
    assert loader.calls == 1
    assert [u.what for u in first if u.phase == "loading"] == ["model", "text_encoder"]
    assert "loading" not in [u.phase for u in second]


def test_loading_is_told_in_steps_worth_seeing(tmp_path: Path) -> None:
    pipeline = PretendPipeline()

    def loader(_model: str, _settings: Settings, on_progress: OnProgress) -> PretendPipeline:
        for tensor in range(1, 1001):
            on_progress("transformer", tensor / 1000)
        return pipeline

    service = GenerationService(Settings(model="demo", output_dir=tmp_path), loader=loader)
    told = [u.fraction for u in service.run(wish(service)) if u.phase == "loading"]
    assert 40 <= len(told) <= 55 and told[-1] == 1


def test_cancelling_while_the_model_loads_keeps_nothing_half_loaded(tmp_path: Path) -> None:
    job = Job()
    loads: list[str] = []

    def loader(model: str, _settings: Settings, on_progress: OnProgress) -> PretendPipeline:
        loads.append(model)
        if len(loads) == 1:
            job.cancel()
        on_progress("transformer", 0.5)
        return PretendPipeline()

    service = GenerationService(Settings(model="demo", output_dir=tmp_path), loader=loader)
    *_, last = service.run(wish(service), job)
    assert last.phase == "cancelled"
    *_, last = service.run(wish(service))
    assert last.phase == "done" and loads == ["demo", "demo"]


def test_a_failed_load_is_told_and_not_kept(tmp_path: Path) -> None:
    """Reliability 8: the cause is told, nothing half-built is cached, the next request loads."""
    gate = GatedModelError("the licence has not been accepted", hint="Open its page.")
    service = make(tmp_path, PretendPipeline(), gate)
    with pytest.raises(GatedModelError, match="Open its page"):
        list(service.run(wish(service)))
    *_, last = service.run(wish(service))
    assert last.phase == "done"


def test_jobs_of_many_threads_never_run_at_once(tmp_path: Path) -> None:
    """Reliability 2: 50 jobs from 8 threads; the counter inside the pipeline never passes 1."""
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline)
    made: list[str] = []

    def work(share: int) -> None:
        for _ in range(share):
            *_, last = service.run(wish(service, num_steps=2))
            made.append(last.pictures[0].id)

    threads = [threading.Thread(target=work, args=(7 if n < 2 else 6,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(set(made)) == 50 == len(service.store.ids())
    assert pipeline.most_running == 1


def test_cancelling_frees_the_line_within_one_step(
    held: tuple[GenerationService, PretendPipeline],
) -> None:
    """Reliability 3: nothing is stored and the next job starts."""
    service, pipeline = held
    first = Reader(service)
    assert pipeline.held.wait(timeout=30)
    first.job.cancel()
    pipeline.release.set()
    first.end()
    assert first.phases[-1] == "cancelled" and first.updates[-1].pictures == ()
    assert pipeline.steps_done == 3  # the step that was running, and not one more
    assert service.store.ids() == []
    second = Reader(service)
    second.end()
    assert second.phases[-1] == "done"


def test_closing_the_generator_stops_the_job(
    held: tuple[GenerationService, PretendPipeline],
) -> None:
    """Reliability 5: a tab that goes away closes the generator and nothing else."""
    service, pipeline = held
    run = service.run(wish(service))
    assert next(u for u in run if u.phase == "step").step == 1
    assert pipeline.held.wait(timeout=30)
    run.close()
    pipeline.release.set()
    after = Reader(service)
    after.end()
    assert after.phases[-1] == "done"
    assert pipeline.steps_done == 3 + 4
    assert len(service.store.ids()) == 1


def test_a_late_cancel_does_not_touch_the_next_job(tmp_path: Path) -> None:
    """Reliability 4: a job is cancelled through its own object."""
    service = make(tmp_path, PretendPipeline())
    first = Reader(service)
    first.end()
    second = Reader(service)
    first.job.cancel()
    second.end()
    assert second.phases[-1] == "done"


def test_who_waits_is_told_how_many_are_before(
    held: tuple[GenerationService, PretendPipeline],
) -> None:
    service, pipeline = held
    Reader(service)
    assert pipeline.held.wait(timeout=30)
    second = Reader(service)
    second.wait_for("waiting")
    third = Reader(service)
    third.wait_for("waiting")
    assert [second.updates[0].ahead, third.updates[0].ahead] == [1, 2]
    assert service.waiting == 3
    second.job.cancel()
    second.end()
    assert second.phases == ["waiting", "cancelled"]
    pipeline.release.set()
    third.end()
    assert third.phases[-1] == "done"
    assert service.waiting == 0


def test_an_error_of_ours_is_passed_on_as_it_is(tmp_path: Path) -> None:
    full = OutOfMemoryError("the card is full", hint="Try a smaller size.")
    service = make(tmp_path, PretendPipeline(fail_at={2: full}))
    with pytest.raises(OutOfMemoryError, match="smaller size"):
        list(service.run(wish(service)))
    *_, last = service.run(wish(service))
    assert last.phase == "done"


def test_an_error_of_anybody_else_is_calm_and_its_details_stay_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = make(tmp_path, PretendPipeline(fail_at={2: RuntimeError("tensor 0xdead secret")}))
    with pytest.raises(Ideogram4Error) as told:
        list(service.run(wish(service)))
    assert "secret" not in str(told.value) and "try again" in str(told.value)
    assert "tensor 0xdead secret" in caplog.text
    assert service.store.ids() == []


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    for _ in range(5):
        list(service.run(wish(service)))
    assert [t.name for t in threading.enumerate() if t.name == "generation"] == []
