"""What one job tells and stores. What holds under load and faults is in `tests/reliability`."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import Ideogram4Error
from ideogram4.settings import Settings
from tests.reliability.parts import make, wish
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.service import GenerationService
from ui.service.models import OnProgress


def test_a_picture_is_made_step_by_step_and_stored(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    updates = list(service.run(wish()))
    steps = [u for u in updates if u.phase == "step"]
    assert [(u.step, u.total) for u in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert steps[0].preview is not None  # how many more there are is the budget's business
    assert all(u.seconds_left is not None for u in steps)
    assert steps[-1].seconds_left == 0
    (picture,) = updates[-1].pictures
    assert updates[-1].phase == "done"
    record = service.store.get(picture.id).record
    assert (record.seed, record.size, record.steps) == (7, "256 × 256", 4)
    assert record.weights == "pretend" and record.licence == "Apache-2.0"
    assert record.prompt.startswith('{"compositional_deconstruction":')


def test_each_of_several_pictures_knows_its_number_and_its_seed(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    *_, last = service.run(wish(num_images=3))
    records = [service.store.get(p.id).record for p in last.pictures]
    assert [(r.image, r.images) for r in records] == [(1, 3), (2, 3), (3, 3)]
    assert [r.seed for r in records] == [7, 8, 9]


def test_a_seed_that_was_drawn_is_reported(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    *_, last = service.run(wish(seed=None))
    assert last.seed == 21 == last.pictures[0].record.seed


def test_the_model_is_loaded_once_and_only_when_needed(tmp_path: Path) -> None:
    service = make(tmp_path, PretendPipeline())
    loader = service._loader
    assert isinstance(loader, PretendLoader)
    assert service.model.limits and loader.calls == 0
    first, second = list(service.run(wish())), list(service.run(wish()))
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
    told = [u.fraction for u in service.run(wish()) if u.phase == "loading"]
    assert 40 <= len(told) <= 55 and told[-1] == 1


def test_an_error_of_anybody_else_is_calm_and_its_details_stay_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = make(tmp_path, PretendPipeline(fail_at={2: RuntimeError("tensor 0xdead secret")}))
    with pytest.raises(Ideogram4Error) as told:
        list(service.run(wish()))
    assert "secret" not in str(told.value) and "try again" in str(told.value)
    assert "tensor 0xdead secret" in caplog.text
    assert service.store.ids() == []
