"""A real, untrained model with a head writes captions through the service, in its turn."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from ideogram4 import Ideogram4Pipeline
from ideogram4.magic.answer_schema import AnswerLimits
from ideogram4.settings import Settings
from tests.parity.checkpoints import build_pipeline
from tests.reliability.parts import wait_until
from ui.service import GenerationService
from ui.service.assignments import ExpansionWish
from ui.service.jobs import Job

SHORT = AnswerLimits(24, 24, 12, 8, 3, 2, 2)


def load(model: str, settings: Settings, on_progress: Any) -> Ideogram4Pipeline:
    pipe = Ideogram4Pipeline.from_pretrained(model, device="cpu", dtype=torch.float32)
    pipe.write_caption = partial(pipe.write_caption, limits=SHORT)  # type: ignore[method-assign]
    return pipe


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("model")
    peer = build_pipeline()
    peer.save_pretrained(home)
    (home / "lm_head").mkdir()
    head = torch.randn(len(peer.tokenizer), 32, generator=torch.Generator().manual_seed(1))
    save_file({"weight": head}, home / "lm_head" / "model.safetensors")
    return home


def test_a_model_with_a_head_is_offered_writes_and_stops(folder: Path, tmp_path: Path) -> None:
    service = GenerationService(Settings(model=str(folder), output_dir=tmp_path), loader=load)
    assert service.expansions.why_no_writing == ""
    assert [offer.name for offer in service.expansions.offers()] == ["local", "offline"]
    wish = ExpansionWish.checked("a fox in the snow")  # the best there is
    steps = list(service.expansions.run(wish))
    expansion = steps[-1].expansion
    assert expansion is not None and expansion.provider == "this model"
    assert not [issue for issue in expansion.issues if issue.severity == "error"]
    assert len([step for step in steps if step.phase == "writing"]) > 5
    assert {"loading"} < {step.phase for step in steps}

    job = Job()
    run = service.expansions.run(wish, job)
    first = next(step for step in run if step.phase == "writing")
    job.cancel()
    assert [step.phase for step in run] == ["cancelled"]
    wait_until(lambda: service.waiting == 0)
    assert first.text
    # And asked again it writes something else.
    again = list(service.expansions.run(wish))[-1].expansion
    assert again is not None and again.caption != expansion.caption
