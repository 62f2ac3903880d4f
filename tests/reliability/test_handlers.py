"""What the page and the API hand to the model's queue."""

from __future__ import annotations

import inspect
from pathlib import Path

from tests.reliability.parts import make
from tests.ui.pretend import PretendPipeline
from ui import studio


def test_whatever_uses_the_model_is_a_generator(tmp_path: Path) -> None:
    """Reliability 6: a plain function would run on after Cancel has freed the queue."""
    service = make(tmp_path, PretendPipeline())
    demo = studio.build(service.settings, service)
    on_gpu = [event for event in demo.fns.values() if event.concurrency_id == "gpu"]
    assert len(on_gpu) >= 3  # the page's, the API's and the live demo's
    for event in on_gpu:
        assert inspect.isgeneratorfunction(event.fn), event.name


def test_whoever_starts_a_job_is_on_that_queue(tmp_path: Path) -> None:
    """Reliability 6: a generator elsewhere would be none of its business."""
    service = make(tmp_path, PretendPipeline())
    demo = studio.build(service.settings, service)
    generators = [e for e in demo.fns.values() if inspect.isgeneratorfunction(e.fn)]
    assert {event.concurrency_id for event in generators} == {"gpu"}
    assert all(event.queue for event in generators)
