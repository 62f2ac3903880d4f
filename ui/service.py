"""GenerationService: from a checked request to stored pictures, telling how far it is.

The process has one service and the service one pipeline, loaded when first needed and never kept
half loaded. Jobs run one at a time, each in a thread of its own, so a page that goes away cannot
hold the model; the caller reads a generator of `Update`s, and closing it cancels the job.

It is the only part of the studio that touches the pipeline, and imports it only when it is needed.
It knows no page: whoever calls turns updates into what a person sees.
"""

from __future__ import annotations

import gc
import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ideogram4 import __version__
from ideogram4.choice import ModelChoice, choose_model
from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.settings import Settings
from ui.jobs import Cancelled, Job, Line, Stopwatch, Update
from ui.models import ModelFacts, OnProgress, load, only_the_demo, peek
from ui.redraws import Redraws
from ui.requests import GenerateRequest
from ui.store import Picture, PictureRecord, PictureStore
from ui.tokens import TokenMeter

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.pipeline import Ideogram4Pipeline, StepResult

log = logging.getLogger(__name__)

LOADING_SHARE = 0.02  # progress of a load is told in steps of this size

Report = Callable[[Update], None]
Updates = Generator[Update, None, None]
Loader = Callable[[str, Settings, OnProgress], "Ideogram4Pipeline"]


class GenerationService:
    """One model, one line of jobs, one folder of pictures."""

    def __init__(
        self,
        settings: Settings,
        *,
        loader: Loader = load,
        store: PictureStore | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.store = store or PictureStore(settings.output_dir)
        self._loader = loader
        self._clock = clock
        self.redraws = Redraws()
        self._line = Line()
        self._pipeline: Ideogram4Pipeline | None = None
        self.tokens = TokenMeter(lambda: self.choice.model)

    @property
    def waiting(self) -> int:
        """How many jobs are running or in line."""
        return len(self._line)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits that nobody has cancelled."""
        return self._line.busy

    @cached_property
    def choice(self) -> ModelChoice:
        """Which model, and why; decided once for the life of the process."""
        return choose_model(self.settings)

    @property
    def model(self) -> ModelFacts:
        """What is known of the model. Loads nothing, and is exact once the model is loaded."""
        return self._pipeline or self._peeked

    @cached_property
    def _peeked(self) -> ModelFacts:
        return peek(self.choice.model)

    def request(self, caption: object, **wishes: object) -> GenerateRequest:
        """A checked request within this model's limits; see `GenerateRequest.checked`.

        Too many tokens are told here, before anything stands in line or is loaded.
        """
        wish = GenerateRequest.checked(caption, limits=self.model.limits, **wishes)
        self.tokens.check(wish.caption.to_prompt())
        return wish

    def run(self, request: GenerateRequest, job: Job | None = None) -> Updates:
        """Make the pictures, yielding an update for each step; the last one is done or cancelled.

        Closing the generator, or `job.cancel()` from anywhere, stops the work within one step and
        stores nothing. Raises Ideogram4Error; anything else has been logged and is told calmly.
        Live redraws give way at once.
        """
        self.redraws.give_way()
        return self._updates(request, job or Job())

    def redraw(self, request: GenerateRequest, job: Job) -> Updates:
        """`run` for the live demo: nothing is stored, the last update's `preview` is the picture.

        Raises RequestError with any weights but the demo's, which are the only ones quick enough
        to run without having been asked to.
        """
        if job.kept:
            raise RequestError("a live redraw needs a job whose picture is not kept")
        only_the_demo(self.model)
        return self._updates(request, job)

    def _updates(self, request: GenerateRequest, job: Job) -> Updates:
        """The worker's news, as it comes."""
        news: queue.SimpleQueue[Update | Ideogram4Error | None] = queue.SimpleQueue()
        # Not a daemon: a thread that is cut down inside the model takes the whole process with it.
        worker = threading.Thread(
            target=self._work, args=(request, job, news.put), name="generation"
        )
        worker.start()
        try:
            while (item := news.get()) is not None:
                if isinstance(item, Ideogram4Error):
                    raise item
                yield item
        finally:
            job.cancel()

    def close(self) -> None:
        """Cancel every job, so that the process can end within one step."""
        self._line.cancel()

    def _work(self, request: GenerateRequest, job: Job, tell: Callable[[Any], None]) -> None:
        """The thread of one job. Its last word is always None, after the line has moved on."""
        try:
            with self._line.turn(job, lambda ahead: tell(Update("waiting", ahead=ahead))):
                self._draw(request, job, tell)
        except Cancelled:
            tell(Update("cancelled"))
        except Ideogram4Error as error:
            log.warning("generation refused: %s", error)
            tell(error)
        except Exception:
            log.exception("generation failed")
            tell(apology())
        finally:
            tell(None)

    def _draw(self, request: GenerateRequest, job: Job, tell: Report) -> None:
        """Load if need be, denoise, decode, store. Holds the line throughout."""
        try:
            pipeline = self._loaded(job, tell)
            if not job.kept:
                only_the_demo(pipeline)
            last = self._denoise(pipeline, request, job, tell)
            tell(Update("finishing", last.total, last.total, seed=last.seed))
            images = last.images()
            job.check()
            end = partial(Update, "done", last.total, last.total, seed=last.seed)
            if job.kept:
                tell(end(pictures=self._keep(images, request, pipeline, last)))
            else:
                tell(end(preview=images[0]))
        finally:
            gc.collect()

    def _loaded(self, job: Job, tell: Report) -> Ideogram4Pipeline:
        """The one pipeline. Only ever called in turn; a load that fails leaves nothing behind."""
        if self._pipeline is None:
            told = ("model", 0.0)
            tell(Update("loading", what=told[0]))

            def on_progress(what: str, fraction: float) -> None:
                # Loaders report every tensor; the page need not redraw for each of them.
                nonlocal told
                # A redraw that was stopped still loads: whoever comes next needs the model too.
                if job.kept:
                    job.check()
                if what != told[0] or fraction - told[1] >= LOADING_SHARE or fraction >= 1:
                    told = (what, fraction)
                    tell(Update("loading", what=what, fraction=fraction))

            self._pipeline = self._loader(self.choice.model, self.settings, on_progress)
        return self._pipeline

    def _denoise(
        self, pipeline: Ideogram4Pipeline, request: GenerateRequest, job: Job, tell: Report
    ) -> StepResult:
        """Run every step, telling each; returns the last one."""
        job.check()
        watch = Stopwatch(self._clock)
        steps = pipeline.generate(
            request.caption,
            width=request.width,
            height=request.height,
            preset=request.preset,
            num_steps=request.num_steps,
            seed=request.seed,
            num_images=request.num_images,
            check="off",  # the page shows the warnings while the caption is written
        )
        with closing(steps):
            for step in steps:
                job.check()
                left = watch.left(step.index, step.total)
                tell(Update("step", step.index, step.total, left, step.seed, step.preview()))
        return step

    def _keep(
        self,
        images: Sequence[Image],
        request: GenerateRequest,
        pipeline: Ideogram4Pipeline,
        last: StepResult,
    ) -> tuple[Picture, ...]:
        """Store the finished pictures, each with its story inside."""
        seeds = last.seeds or ()  # there are always some: the service gives no noise
        records = (
            PictureRecord(
                caption=request.caption.to_json(),
                prompt=last.prompts[0],
                seed=seeds[number - 1],  # its own: with it this one picture is made again
                width=request.width,
                height=request.height,
                preset=request.preset,
                steps=last.total,
                weights=pipeline.name,
                licence=pipeline.licence,
                version=__version__,
                image=number,
                images=len(images),
                run=request.run,
                parent=request.parent,
                label=request.label,
            )
            for number in range(1, len(images) + 1)
        )
        return tuple(map(self.store.save, images, records))


def apology() -> Ideogram4Error:
    """What a person is told of an error that nobody foresaw; the log has the rest."""
    return Ideogram4Error(
        "Something went wrong while the picture was being made.",
        hint="Your caption is untouched. Please try again; the server's log has the details.",
    )
