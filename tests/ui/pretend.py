"""A pipeline of no weight for tests that need to stop a job exactly where they want it.

It has the interface of `Ideogram4Pipeline` as the studio uses it. Tests of pictures themselves use
the real demo checkpoint; here what counts is who runs when, and what happens when something breaks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from ideogram4.sampling.limits import SizeLimits
from ideogram4.sampling.presets import PRESETS
from ideogram4.settings import Settings
from ui.service.models import OnProgress


@dataclass(frozen=True)
class PretendStep:
    index: int
    total: int
    seed: int
    size: tuple[int, int]
    images_total: int
    prompts: tuple[str, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(range(self.seed, self.seed + self.images_total))

    @property
    def is_last(self) -> bool:
        return self.index == self.total

    def wait(self) -> None:
        """The step is finished already."""

    def preview(self, max_side: int = 256, image: int = 0) -> Image.Image:
        return Image.new("RGB", (16, 16), (self.index, 0, 0))

    def images(self) -> list[Image.Image]:
        return [
            Image.new("RGB", self.size, (n, self.seed % 256, 9)) for n in range(self.images_total)
        ]


class PretendPipeline:
    """Draws nothing, and can be held at a step: `hold_at` waits there until `release` is set.

    `paced`: every step waits until `paces` is released once more.
    """

    name = "pretend"
    is_demo = True
    device = "cpu"
    licence = "Apache-2.0"
    commit = ""
    limits = SizeLimits(192, 384, 16, 2.0)
    default_size = (256, 256)
    default_preset = "V4_TURBO_12"
    preset_guidance_limit = 1.5

    def __init__(
        self,
        hold_at: int | None = None,
        fail_at: dict[int, Exception] | None = None,
        paced: bool = False,
    ):
        self.hold_at = hold_at
        self.paced = paced
        self.paces = threading.Semaphore(0)
        self.fail_at = dict(fail_at or {})
        self.held = threading.Event()
        self.release = threading.Event()
        self.running = 0
        self.most_running = 0
        self.steps_done = 0
        self.jobs: list[dict[str, Any]] = []
        self.loras: tuple[Any, ...] = ()

    def set_loras(self, loras: Any) -> tuple[()]:
        """It has no layers to lay any beside, and remembers what it was given."""
        self.loras = tuple(loras)
        return ()

    def generate(self, caption: Any, **asked: Any) -> Iterator[PretendStep]:
        self.jobs.append({"caption": caption, **asked})
        return self._steps(caption.to_prompt(), asked)

    def _steps(self, prompt: str, asked: dict[str, Any]) -> Iterator[PretendStep]:
        seed = asked["seed"] if asked["seed"] is not None else 20 + len(self.jobs)
        total = asked["num_steps"] or PRESETS[asked["preset"]].num_steps
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for index in range(1, total + 1):
                if index == self.hold_at:
                    self.held.set()
                    if not self.release.wait(timeout=60):
                        raise TimeoutError("the test never released the pipeline")
                if self.paced and not self.paces.acquire(timeout=60):
                    raise TimeoutError("the test never let the pipeline take its step")
                if index in self.fail_at:
                    raise self.fail_at.pop(index)
                self.steps_done += 1
                size = (asked["width"], asked["height"])
                yield PretendStep(index, total, seed, size, asked["num_images"], (prompt,))
        finally:
            self.running -= 1


class PretendLoader:
    """Hands out one pipeline; the first `failures` are raised instead, in order."""

    def __init__(self, pipeline: PretendPipeline, *failures: Exception) -> None:
        self.pipeline = pipeline
        self.failures = list(failures)
        self.calls = 0

    def __call__(self, model: str, settings: Settings, on_progress: OnProgress) -> PretendPipeline:
        self.calls += 1
        on_progress("text_encoder", 0.5)
        if self.failures:
            raise self.failures.pop(0)
        return self.pipeline
