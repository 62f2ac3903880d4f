"""Out of memory once: said plainly, nothing of it kept, and the next job has the room it needs."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4 import device
from ideogram4.errors import OutOfMemoryError
from ideogram4.pipeline import Ideogram4Pipeline
from ideogram4.settings import Settings
from tests.reliability.parts import CAPTION
from ui.service import GenerationService

WISH = {"width": 192, "height": 192, "preset": "V4_TURBO_12", "seed": 7, "num_steps": 3}
PROBLEMS = {
    "a card": lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
    "a processor": lambda: RuntimeError(
        "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 21474836480 bytes. Error code 12 (Cannot allocate memory)"
    ),
    "a Mac": lambda: RuntimeError("MPS backend out of memory (MPS allocated: 17.00 GB)"),
    "Python": MemoryError,
}


class Room:
    """What a step had taken when there was no more; and what was handed back, and when."""

    def __init__(self) -> None:
        self.taken: weakref.ref[torch.Tensor] | None = None
        self.gone_when_released: list[bool] = []

    def release(self) -> None:
        assert self.taken is not None
        self.gone_when_released.append(self.taken() is None)


@pytest.fixture
def service(tmp_path: Path) -> GenerationService:
    """With the real demo."""
    return GenerationService(Settings(model="demo", output_dir=tmp_path))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    found = Room()
    real = device.release_memory

    def release() -> None:
        found.release()
        real()

    monkeypatch.setattr(device, "release_memory", release)
    return found


def failing_once(
    model: Ideogram4Pipeline, problem: Callable[[], Exception], room: Room, where: str
) -> Any:
    """The transformer's second pass, or the autoencoder's first, finds no memory."""
    module = getattr(model._networks, where)
    name, when = ("decode", 1) if where == "autoencoder" else ("forward", 2)
    real, calls = getattr(module, name), 0

    def run(*inputs: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        activations = torch.zeros(1000)
        if calls == when:
            room.taken = weakref.ref(activations)
            raise problem()
        return real(*inputs, **options)

    return module, name, run


@pytest.mark.parametrize("kind", PROBLEMS)
@pytest.mark.parametrize("where", ["conditional", "autoencoder"])
def test_out_of_memory_is_told_with_advice_and_the_next_job_has_room(
    service: GenerationService,
    room: Room,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    where: str,
) -> None:
    """Reliability 7: out of memory once: advice in plain words, caches dropped, next job succeeds.

    The path is the real one, from torch's error in the middle of a step or of a decode. Caches hand
    back only what nobody refers to, so what the step had taken must be gone by then, and the error
    itself holds it as long as it holds its frames.
    """
    request = service.request(CAPTION, **WISH)
    *_, first = service.run(request)
    assert first.phase == "done"
    pipeline = service._keeper.pipeline
    assert pipeline is not None
    monkeypatch.setattr(*failing_once(pipeline, PROBLEMS[kind], room, where))
    with pytest.raises(OutOfMemoryError, match="smaller size") as told:
        list(service.run(request))
    assert "GiB" not in str(told.value) and "alloc" not in str(told.value)
    # Handed back twice: at the error, and once its frames are gone.
    assert room.gone_when_released[-1] is True
    assert service.waiting == 0
    *_, last = service.run(request)
    assert last.phase == "done" and len(service.store.ids()) == 2


def test_another_error_is_not_taken_for_one_of_memory() -> None:
    """Reliability 7: advice that does not help is worse than none."""
    with pytest.raises(RuntimeError, match="shape"), device.translate_memory_errors("smaller"):
        raise RuntimeError("mat1 and mat2 shape mismatch")


def test_a_load_that_does_not_fit_leaves_nothing_behind(
    service: GenerationService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 7 and 8: the model itself is too large; a smaller plan may be tried next."""
    built: list[weakref.ref[Any]] = []

    def build(*_: object, **__: object) -> Any:
        half = torch.nn.Linear(8, 8)
        built.append(weakref.ref(half))
        raise torch.OutOfMemoryError("CUDA out of memory")

    with monkeypatch.context() as broken:
        broken.setattr("ideogram4.loading.build_networks", build)
        with pytest.raises(OutOfMemoryError, match="more memory"):
            list(service.run(service.request(CAPTION, **WISH)))
    assert built[0]() is None
    *_, last = service.run(service.request(CAPTION, **WISH))
    assert last.phase == "done"
