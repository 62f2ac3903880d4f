"""The first load fails: told, not kept, tried again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ideogram4.errors import GatedModelError
from tests.reliability.parts import make, wish
from tests.ui.pretend import PretendLoader, PretendPipeline


def test_a_failed_load_is_told_and_not_kept(tmp_path: Path) -> None:
    """Reliability 8: the cause is told, nothing half-built is cached, the second request loads."""
    gate = GatedModelError("the licence has not been accepted", hint="Open its page.")
    service = make(tmp_path, PretendPipeline(), gate)
    with pytest.raises(GatedModelError, match="Open its page"):
        list(service.run(wish()))
    assert service.waiting == 0 and service.model is not None
    *_, last = service.run(wish())
    assert last.phase == "done"
    loader = service._loader
    assert isinstance(loader, PretendLoader) and loader.calls == 2


def test_a_load_that_breaks_in_an_unforeseen_way_is_not_kept_either(tmp_path: Path) -> None:
    """Reliability 8: in calm words."""
    service = make(tmp_path, PretendPipeline(), OSError("0xdead"))
    with pytest.raises(Exception, match="try again") as told:
        list(service.run(wish()))
    assert "0xdead" not in str(told.value)
    *_, last = service.run(wish())
    assert last.phase == "done"


def test_what_is_loaded_is_what_was_asked_for(tmp_path: Path) -> None:
    """Reliability 8: a pipeline that was loaded with another key is not taken for this one."""
    service = make(tmp_path, PretendPipeline())
    loader = service._loader
    assert isinstance(loader, PretendLoader)
    for _ in range(2):
        list(service.run(wish()))
    assert loader.calls == 1
    service.settings = replace(service.settings, hf_token="another")
    list(service.run(wish()))
    assert loader.calls == 2
