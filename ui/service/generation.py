"""GenerationService: from a checked request to stored pictures, telling how far it is.

The process has one service and the service one pipeline, loaded when first needed and never kept
half loaded. Jobs run one at a time, each in a thread of its own, so a page that goes away cannot
hold the model; the caller reads a generator of `Update`s, and closing it cancels the job.

It joins the parts that lie beside it: the line, a job's thread (`worker`), the steps (`painting`),
what is told of a contact sheet (`sheets`). It imports the pipeline only when it is needed. What it
is not: a page; whoever calls turns updates into what a person sees.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ideogram4 import __version__
from ideogram4.blocked import is_blocked_card
from ideogram4.choice import ModelChoice, choose_model
from ideogram4.errors import RequestError
from ideogram4.magic import choose_provider
from ideogram4.safety import Screening, screening_of
from ideogram4.settings import Settings, has_zero_gpu
from ideogram4.weights import resolve_model
from ui.service.expansions import Choose, Expansions
from ui.service.jobs import Cancelled, Job, Update
from ui.service.lent import LentModel
from ui.service.line import Line, OnWait
from ui.service.loras import LoraShelf
from ui.service.models import (
    Keeper,
    ModelFacts,
    OnProgress,
    asked_for,
    load,
    only_the_demo,
    peek,
    why_no_seeing,
    why_no_writing,
)
from ui.service.overrides import sampling_text
from ui.service.pace import work_of
from ui.service.painting import Painted, Painter
from ui.service.readings import Readings
from ui.service.redraws import Redraws
from ui.service.requests import GenerateRequest
from ui.service.screening import clear_pictures, clear_words
from ui.service.sheets import Sheet, check_cells
from ui.service.tokens import TokenMeter
from ui.service.worker import Report, Updates, Worker
from ui.store import Picture, PictureRecord, PictureStore

if TYPE_CHECKING:
    from ideogram4.pipeline import Ideogram4Pipeline

LOADING_SHARE = 0.02  # progress of a load is told in steps of this size

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
        screening: Screening | None = None,
        choose: Choose = choose_provider,
    ) -> None:
        """`screening` None takes what the settings have keys for; RequestError when that is not to
        be had, so that nothing is ever served unscreened by mistake."""
        self.settings = settings
        self.screening = screening_of(settings) if screening is None else screening
        self.store = store or PictureStore(settings.output_dir)
        self.redraws = Redraws()
        self.tokens = TokenMeter(lambda: self.choice.model)
        self.loras = LoraShelf(
            settings.lora_dir, lambda: resolve_model(self.choice.model, local_files_only=True)
        )
        self._loader = loader
        self._keeper = Keeper()
        self._facts: tuple[str, ModelFacts] | None = None
        self._line = Line(clock=clock)
        self.readings = Readings(
            settings,
            self.screening,
            lend=self._lent,
            why_no_seeing=lambda: why_no_seeing(self.choice.model),
        )
        self.expansions = Expansions(
            settings,
            self.screening,
            choose,
            lend=self._lent,
            why_no_writing=lambda: why_no_writing(self.choice.model),
        )
        # A preview is a picture that nobody has looked at, and looking at each would take longer
        # than the step that it shows.
        self._painter = Painter(clock, previews=not self.screening.pictures)

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
        """Which model, and why; decided once, until a person chooses another with `use`."""
        return choose_model(self.settings)

    def use(self, choice: ModelChoice) -> None:
        """Draw with another model from the next picture on, which loads it.

        What runs or waits is not disturbed: a picture that has begun is finished with its own
        model, and what has not begun is checked against the new one's limits in its turn.
        """
        self.choice = choice

    @property
    def model(self) -> ModelFacts:
        """What is known of the model. Loads nothing, and is exact once the model is loaded."""
        return self._keeper.kept(self._key) or self._peeked(self.choice.model)

    def _peeked(self, model: str) -> ModelFacts:
        if self._facts is None or self._facts[0] != model:
            self._facts = model, peek(model)
        return self._facts[1]

    @property
    def _key(self) -> Hashable:
        return asked_for(self.choice.model, self.settings)

    @property
    def live(self) -> bool:
        """Whether pages may redraw by themselves: with the demo, unless screening is on, which
        would send half-written words away at every pause, or a card is borrowed for each picture,
        which would come off the visitor's quota."""
        return self.model.is_demo and not self.screening.on and not has_zero_gpu()

    def request(self, caption: object, **wishes: object) -> GenerateRequest:
        """A checked request within this model's limits; see `GenerateRequest.checked`.

        Too many tokens are told here, before anything stands in line or is loaded.
        """
        wish = GenerateRequest.checked(caption, limits=self.model.limits, **wishes)
        self.tokens.check(wish.caption.to_prompt())
        return replace(wish, specs=self.loras.specs(wish.loras))

    def run(self, request: GenerateRequest, job: Job | None = None) -> Updates:
        """Make the pictures, yielding an update for each step; the last one is done or cancelled.

        Closing the generator, or `job.cancel()` from anywhere, stops the work within one step and
        stores nothing. Raises Busy at once when the line is full, else Ideogram4Error; anything
        else has been logged and is told calmly. Live redraws give way at once.

        With screening on, the words are checked before the job stands in line and each picture
        before it is stored; ServiceError says what did not pass. Of several pictures those that
        pass are stored, and the last update says how many were withheld.
        """
        return self._asked(job or Job(), [request], lambda own, tell: self._run(request, own, tell))

    def run_sheet(self, requests: Sequence[GenerateRequest], job: Job | None = None) -> Updates:
        """Make a contact sheet: `run` for each of its cells, stored as soon as it is finished.

        It holds one place in line, and between two cells lets everybody go first who waits by then:
        a sheet may take an hour, and a person who wants one picture should not. Cancelled, or
        broken off by an error, it keeps the cells that are finished. Raises RequestError for none
        or too many of them.
        """
        cells = check_cells(requests)
        return self._asked(job or Job(), cells, lambda own, tell: self._sheet(cells, own, tell))

    def redraw(self, request: GenerateRequest, job: Job) -> Updates:
        """`run` for the live demo: nothing is stored, the last update's `preview` is the picture.

        Raises RequestError with any weights but the demo's, which are the only ones quick enough
        to run without having been asked to, and where screening is on.
        """
        if job.kept:
            raise RequestError("a live redraw needs a job whose picture is not kept")
        only_the_demo(self.model)
        if self.screening.on:
            raise RequestError(
                "live redraws are off where words or pictures are screened",
                hint="Press Generate to make a picture.",
            )
        return self._updates(job, request, lambda tell: self._redraw(request, job, tell))

    def close(self) -> None:
        """Cancel every job, so that the process can end within one step."""
        self.readings.close()
        self._line.cancel()

    def _asked(
        self, job: Job, asked: Sequence[GenerateRequest], work: Callable[[Job, Report], None]
    ) -> Updates:
        """A job that somebody pressed a button for."""
        self.redraws.give_way()
        updates = self._updates(job, asked[0], lambda tell: work(job, tell))
        if not self.screening.words:
            return updates
        return clear_words(self.screening, asked, self._line, updates)

    def _updates(self, job: Job, first: GenerateRequest, work: Callable[[Report], None]) -> Updates:
        job.work = work_of(first)
        return Worker(job, self._line, self._on_wait, work).updates()

    def _on_wait(self, tell: Report) -> OnWait:
        def on_wait(ahead: int, work: float) -> None:
            tell(Update("waiting", seconds_left=self._painter.pace.seconds(work), ahead=ahead))

        return on_wait

    def _run(self, request: GenerateRequest, job: Job, tell: Report) -> None:
        """Load if need be, denoise, decode, store."""
        pipeline = self._loaded(job, tell)
        painted = self._painter.paint(pipeline, request, job, tell)
        pictures, withheld = self._keep(painted, request, pipeline, job)
        total, seed = painted.last.total, painted.last.seed
        tell(Update("done", total, total, seed=seed, pictures=pictures, withheld=withheld))

    def _redraw(self, request: GenerateRequest, job: Job, tell: Report) -> None:
        pipeline = self._loaded(job, tell)
        only_the_demo(pipeline)
        painted = self._painter.paint(pipeline, request, job, tell)
        total, seed = painted.last.total, painted.last.seed
        tell(Update("done", total, total, seed=seed, preview=painted.images[0]))

    def _sheet(self, cells: tuple[GenerateRequest, ...], job: Job, tell: Report) -> None:
        sheet = Sheet(cells, self._painter.pace, tell)
        try:
            pipeline = self._loaded(job, tell)
            for request in cells:
                if sheet.begin():
                    job.work = work_of(request)
                    self._line.step_aside(job, self._on_wait(sheet.tell))
                painted = self._painter.paint(pipeline, request, job, sheet.tell)
                pictures, _ = self._keep(painted, request, pipeline, job)  # one, or an error
                sheet.finish(painted, pictures)
        except Cancelled as cancelled:
            raise Cancelled(sheet.cancelled()) from cancelled
        sheet.done()

    def _lent(self, job: Job) -> LentModel:
        """The model in use, for whoever writes or reads captions with it, in its turn."""
        return LentModel(
            job, self._line, lambda tell: self._loaded(job, tell), self.redraws.give_way
        )

    def _loaded(self, job: Job, tell: Report) -> Ideogram4Pipeline:
        """The one pipeline. Only ever called in turn; a load that fails leaves nothing behind."""
        return self._keeper.get(self._key, lambda: self._load(job, tell))

    def _load(self, job: Job, tell: Report) -> Ideogram4Pipeline:
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

        return self._loader(self.choice.model, self.settings, on_progress)

    def _keep(
        self, painted: Painted, request: GenerateRequest, pipeline: Ideogram4Pipeline, job: Job
    ) -> tuple[tuple[Picture, ...], int]:
        """Store the finished pictures, each with its story inside; also how many were withheld.

        Raises Cancelled, and ServiceError when screening lets none of them pass.
        """
        last = painted.last
        cleared = clear_pictures(self.screening, painted.images)
        job.check()  # asking takes a while
        seeds = last.seeds or ()  # there are always some: the service gives no noise
        records = [
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
                commit=pipeline.commit,
                version=__version__,
                image=number,
                images=len(painted.images),
                run=request.run,
                parent=request.parent,
                label=request.label,
                sampling=sampling_text(request),
                blocked="yes" if is_blocked_card(image, request.caption) else "",
            )
            for number, image in cleared.images
        ]
        pictures = tuple(
            self.store.save(image, record)
            for (_, image), record in zip(cleared.images, records, strict=True)
        )
        if job.cancelled:  # while they were written; who has said so is not told of them
            self.store.delete([picture.id for picture in pictures])
            raise Cancelled
        return pictures, cleared.withheld
