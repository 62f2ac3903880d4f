"""What the page's controls do: each method is one event, words in and updates out.

`StudioActions` joins the service and the panels. It keeps one job for each browser session, so
Cancel and a closed tab reach their own picture and nobody else's. It makes no component. What the
live demo does by itself is in `ui.live.actions`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import gradio as gr

from ideogram4.errors import Ideogram4Error
from ui.gallery import Standing, news
from ui.generate import bar
from ui.presets import load_starts, size_near, sizes_for
from ui.preview import PreviewState
from ui.service import GenerationService, apology
from ui.service.jobs import Busy, Job, Update
from ui.service.overrides import sampling_of
from ui.service.requests import GenerateRequest, read_caption, read_size
from ui.service.tickets import Tickets
from ui.service.worker import Updates

log = logging.getLogger(__name__)

SKIP = gr.skip()


class StudioActions:
    """The events of one application. One object serves every session."""

    def __init__(self, service: GenerationService) -> None:
        self.service = service
        self._jobs: dict[str, Job] = {}
        self._in_line = Tickets()  # of sessions whose job has not begun
        self._called_off: set[str] = set()  # of those, who cancelled; the run has yet to come

    def check_wishes(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        sampling: object,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        """Before the queue: say what cannot be drawn, or hand out a ticket, which starts the job.

        -> preview, generate button, cancel button, ticket, live switch
        """
        session, redraws = session_of(request), self.service.redraws
        if self.is_drawing(session):  # its picture is in sight, and can be cancelled
            return SKIP, *bar.running(), SKIP, SKIP
        try:
            self.request(text, size, preset, seed, count, sampling)
        except Ideogram4Error as error:
            refused = PreviewState.refused(error)
            redraws.stop(session, instead=refused)
            return refused, *bar.ready(), SKIP, SKIP
        return self.let_in(session, text)

    def let_in(self, session: str, text: str) -> tuple[Any, ...]:
        """A wish was checked: its session waits for a picture of the caption `text` from now on.

        -> preview, generate button, cancel button, ticket, live switch
        """
        queued, redraws = PreviewState.queued(), self.service.redraws
        self._in_line.give(session)  # first, so that no redraw slips in between
        redraws.stop(session, instead=queued)
        redraws.give_way()
        return queued, *bar.running(), secrets.token_hex(8), redraws.settle(session, text)

    @property
    def expecting(self) -> bool:
        """Whether a picture that somebody asked for has not begun yet."""
        return self._in_line.expecting

    def generate(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        sampling: object,
        standing: Standing,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Run one job, yielding the page at each step.

        -> preview, generate button, cancel button, gallery
        """
        session, run = session_of(request), secrets.token_hex(8)
        if self.was_called_off(session):
            yield (SKIP,) * 4
            return

        def start(job: Job) -> Updates:
            wish = self.request(text, size, preset, seed, count, sampling)
            return self.service.run(replace(wish, run=run, parent=standing.lineage), job)

        def shelf_of(update: Update) -> Any:
            if update.phase != "done":
                return SKIP
            return news(added=[picture.id for picture in update.pictures], lineage=run)

        yield from self.follow(session, start, shelf_of)

    def follow(
        self, session: str, start: Callable[[Job], Updates], shelf_of: Callable[[Update], Any]
    ) -> Generator[tuple[Any, ...], None, None]:
        """A job of `session` from its turn in Gradio's queue to its end, as the page shows it.

        `shelf_of` says what the gallery is told of an update. A cancelled job goes on being
        followed: what it told before may reach the page after the answer to Cancel, so the last
        word has to be its own, unless the page waits for another picture by then.
        -> preview, generate button, cancel button, gallery
        """
        job = self._jobs[session] = Job()
        self._in_line.discard(session)

        def page(shown: PreviewState, shelf: Any = SKIP, *, over: bool = True) -> tuple[Any, ...]:
            if job.cancelled and (not over or self.is_drawing(session)):
                return *(SKIP,) * 3, shelf
            return shown, *(bar.ready() if over else bar.running()), shelf

        try:
            with closing(start(job)) as updates:
                for update in updates:
                    over = update.phase in ("done", "cancelled")
                    yield page(PreviewState.of_update(update), shelf_of(update), over=over)
        except Ideogram4Error as error:
            yield page(PreviewState.failed(error))
        except Exception:
            log.exception("the page could not show a generation")
            yield page(PreviewState.failed(apology()))
        finally:
            if self._jobs.get(session) is job:
                del self._jobs[session]

    def cancel(self, request: gr.Request) -> tuple[Any, ...]:
        """Stop this session's job, if any, and give the page back at once.

        -> preview, generate button, cancel button
        """
        session = session_of(request)
        if session in self._in_line:
            self._called_off.add(session)
        self._drop(session)
        return PreviewState.cancelled(), *bar.ready()

    def leave(self, request: gr.Request) -> None:
        """The tab was closed: nobody waits for this session's job any more."""
        self._drop(session_of(request))
        self._called_off.discard(session_of(request))
        self.service.redraws.forget(session_of(request))

    def turned_away(self, request: gr.Request) -> tuple[Any, ...]:
        """A run ended before it began: the queue was full.

        -> preview, generate button, cancel button
        """
        session = session_of(request)
        if self.was_called_off(session) or session not in self._in_line:
            return (SKIP,) * 3
        self._in_line.discard(session)
        return PreviewState.failed(Busy()), *bar.ready()

    def is_drawing(self, session: str) -> bool:
        """Whether a picture that this session asked for is being made, or about to be."""
        job = self._jobs.get(session)
        return self._in_line.holds(session) or (job is not None and not job.cancelled)

    def was_called_off(self, session: str) -> bool:
        """Whether a run that comes now was cancelled while it was on its way; it is told once."""
        called_off = session in self._called_off
        self._called_off.discard(session)
        return called_off

    def start_from(self, title: object) -> tuple[Any, Any]:
        """The page loaded a ready-made caption: give it the size it is laid out for.

        -> size, canvas. Nothing changes for an empty page, or when no size is near enough.
        """
        model = self.service.model
        start = next((start for start in load_starts() if start.title == title), None)
        offered = sizes_for(model.limits, model.default_size)
        size = size_near(start.ratio, offered, model.default_size) if start else None
        if size is None:
            return SKIP, SKIP
        return size.text, gr.update(width=size.width, height=size.height, fit="keep")

    def resize(self, size: object) -> Any:
        """The size field changed: give the canvas its ratio, and its boxes new places. -> canvas

        A size that cannot be drawn changes nothing yet; Generate says what is wrong with it.
        """
        try:
            width, height = read_size(size)
            self.service.model.limits.check(width, height)
        except Ideogram4Error:
            return SKIP
        return gr.update(width=width, height=height, fit="reflow")

    def keep_seed(self, seed: object, standing: Standing, request: gr.Request) -> tuple[str, Any]:
        """Lock the seed of the picture in sight, or of the newest one; or let a locked one go.

        -> seed, keep-seed button
        """
        if str(seed or "").strip():
            return "", bar.seed_button("")
        live = self.service.redraws.in_sight(session_of(request))
        newest = self.service.store.existing([standing.newest])
        kept = str(live.seed) if live else str(newest[0].record.seed) if newest else ""
        return kept, bar.seed_button(kept)

    def sized(self, event: gr.EventData) -> tuple[Any, Any]:
        """A ratio and a number of megapixels were chosen. -> size, canvas"""
        data = event._data if isinstance(event._data, dict) else {}
        size = f"{data.get('width')} × {data.get('height')}"
        canvas = self.resize(size)
        return (SKIP, SKIP) if canvas is SKIP else (size, canvas)

    def request(
        self,
        text: object,
        size: object,
        preset: object,
        seed: object,
        count: object,
        sampling: object = None,
    ) -> GenerateRequest:
        """The page's wish, checked; raises Ideogram4Error."""
        caption = read_caption(text)  # its problems are told before those of the size
        width, height = read_size(size)
        return self.service.request(
            caption,
            width=width,
            height=height,
            preset=preset,
            seed=seed,
            num_images=count,
            **sampling_of(sampling),
        )

    def _drop(self, session: str) -> None:
        """Nobody waits for this session's job any more."""
        self._in_line.discard(session)
        if session in self._jobs:
            self._jobs[session].cancel()


def session_of(request: gr.Request) -> str:
    """One open page; two tabs of one browser are two sessions."""
    return str(request.session_hash)
