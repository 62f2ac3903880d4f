"""One request made into pictures: every step told, previews within their budget, time measured.

It holds what is learnt from job to job (how long things take, what a preview costs) and is used by
one job at a time. It is not the line, the store or the loading; `ui.service` has those.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.service.budget import PreviewBudget
from ui.service.jobs import Job, Update
from ui.service.pace import Pace, Stopwatch, work_of
from ui.service.requests import GenerateRequest
from ui.service.worker import Report

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.pipeline import Ideogram4Pipeline, StepResult


@dataclass(frozen=True)
class Painted:
    """Finished pictures, and the step they came from."""

    images: tuple[Image, ...]
    last: StepResult


class Painter:
    """Runs the pipeline's steps for whoever's turn it is."""

    def __init__(self, clock: Callable[[], float], *, previews: bool = True) -> None:
        """`previews` False makes none: what is drawn may only be seen once it was looked at."""
        self._previews = previews
        self.pace = Pace()
        self.previews = PreviewBudget(clock)
        self._clock = clock

    def paint(
        self, pipeline: Ideogram4Pipeline, request: GenerateRequest, job: Job, tell: Report
    ) -> Painted:
        """Denoise and decode. Raises Cancelled within one step, and what the pipeline raises."""
        job.check()
        began = self._clock()
        last = self._denoise(pipeline, request, job, tell)
        tell(Update("finishing", last.total, last.total, seed=last.seed))
        images = tuple(last.images())
        job.check()
        self.pace.note(work_of(request), self._clock() - began)
        return Painted(images, last)

    def _denoise(
        self, pipeline: Ideogram4Pipeline, request: GenerateRequest, job: Job, tell: Report
    ) -> StepResult:
        """Run every step, telling each; returns the last one."""
        pipeline.set_loras(request.specs)  # nothing happens when they are the last picture's
        work = work_of(request)
        watch = Stopwatch(self._clock)
        self.previews.begin()
        steps = pipeline.generate(
            request.caption,
            width=request.width,
            height=request.height,
            preset=request.preset,
            num_steps=request.num_steps,
            guidance_schedule=request.guidance_schedule,
            mu=request.mu,
            std=request.std,
            seed=request.seed,
            num_images=request.num_images,
            check="off",  # the page shows the warnings while the caption is written
        )
        began = self._clock()
        with closing(steps):
            for step in steps:
                # A card comes back before it is done; time and Cancel are about what is done.
                step.wait()
                self.previews.earn(self._clock() - began)
                job.check()
                job.work = work * (1 - step.index / step.total)
                preview = self.previews.buy(step.preview) if self._previews else None
                left = watch.left(step.index, step.total)
                tell(Update("step", step.index, step.total, left, step.seed, preview))
                began = self._clock()
        return step
