"""What the page's controls do: each method is one event, words in and updates out.

`StudioActions` joins the service and the panels. It keeps one job for each browser session, so
Cancel and a closed tab reach their own picture and nobody else's. It makes no component.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from ideogram4.errors import Ideogram4Error
from ui.gallery import panel as gallery
from ui.generate import bar
from ui.jobs import Job
from ui.presets import load_captions
from ui.preview import PreviewState
from ui.requests import GenerateRequest, read_caption, read_size
from ui.service import GenerationService
from ui.serving import address
from ui.store import Picture

SKIP = gr.skip()


class StudioActions:
    """The events of one application. One object serves every session."""

    def __init__(self, service: GenerationService) -> None:
        self.service = service
        self._jobs: dict[str, Job] = {}

    def check_wishes(
        self, text: str, size: object, preset: object, seed: object, count: object
    ) -> tuple[Any, ...]:
        """Before the queue: refuse what cannot be drawn, or show that the wish is in line.

        -> preview, generate button, cancel button
        """
        try:
            self._request(text, size, preset, seed, count)
        except Ideogram4Error as error:
            raise _told(error) from error
        return PreviewState.queued(), *bar.running()

    def generate(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        ids: object,
        behind: bool,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Run one job, yielding the page at each step.

        -> preview, generate button, cancel button, gallery, gallery note, ids, canvas
        """
        session = str(request.session_hash)
        job = self._jobs[session] = Job()
        rest = (SKIP,) * 4
        try:
            wish = self._request(text, size, preset, seed, count)
            with closing(self.service.run(wish, job)) as updates:
                for update in updates:
                    shown = PreviewState.of_update(update)
                    if update.phase == "done":
                        rest = self._landed(update.pictures, ids, behind)
                    finished = update.phase in ("done", "cancelled")
                    yield shown, *(bar.ready() if finished else bar.running()), *rest
        except Ideogram4Error as error:
            yield PreviewState.failed(error), *bar.ready(), *rest
        finally:
            if self._jobs.get(session) is job:
                del self._jobs[session]

    def cancel(self, request: gr.Request) -> tuple[Any, ...]:
        """Stop this session's job, if any, and give the page back at once.

        -> preview, generate button, cancel button
        """
        self.leave(request)
        return PreviewState.cancelled(), *bar.ready()

    def leave(self, request: gr.Request) -> None:
        """The tab was closed: nobody waits for this session's job any more."""
        job = self._jobs.get(str(request.session_hash))
        if job is not None:
            job.cancel()

    def turned_away(self, request: gr.Request) -> tuple[Any, ...]:
        """The queue was full, or the server could not run the job at all.

        -> preview, generate button, cancel button
        """
        busy = Ideogram4Error(
            "The studio is busy: too many pictures are waiting already.",
            hint="Nothing is lost. Please press Generate again in a minute.",
        )
        return PreviewState.failed(busy), *bar.ready()

    def remembered(self, ids: object) -> tuple[Any, ...]:
        """The pictures this browser made before. -> gallery, note, ids"""
        return self._shelf(self.service.store.existing(ids))

    def choose(self, ids: object, event: gr.SelectData) -> tuple[Any, ...]:
        """A picture in the gallery was clicked. -> chosen id, note, recall button"""
        shelf = self.service.store.existing(ids)
        index = event.index if isinstance(event.index, int) else -1
        if not 0 <= index < len(shelf):
            return "", gallery.CHOOSE, gr.update(interactive=False)
        record = shelf[index].record
        note = f"seed {record.seed} · {record.size} · {record.preset} · {record.weights}"
        return shelf[index].id, note, gr.update(interactive=True)

    def recall(self, chosen: object) -> tuple[Any, ...]:
        """Bring a picture's caption and settings back. -> editor, size, preset, seed, canvas"""
        try:
            record = self.service.store.get(chosen).record
        except Ideogram4Error as error:
            raise _told(error) from error
        page = gr.update(width=record.width, height=record.height)
        return record.caption, record.size, record.preset, str(record.seed), page

    def start_from(self, title: object) -> Any:
        """A ready-made caption was chosen. -> editor"""
        caption = load_captions().get(str(title))
        return caption.to_json() if caption else SKIP

    def resize(self, size: object) -> Any:
        """The size field changed: give the canvas its ratio, or say what is wrong. -> canvas"""
        try:
            width, height = read_size(size)
            self.service.model.limits.check(width, height)
        except Ideogram4Error as error:
            raise _told(error) from error
        return gr.update(width=width, height=height)

    def keep_seed(self, ids: object) -> str:
        """The seed of the newest picture. -> seed"""
        newest = self.service.store.existing(ids)[:1]
        if not newest:
            raise _told(Ideogram4Error("There is no picture yet whose seed could be kept."))
        return str(newest[0].record.seed)

    def backdrop(self, behind: bool, ids: object) -> Any:
        """Put the newest picture behind the boxes, or take it away. -> canvas"""
        newest = self.service.store.existing(ids)[:1]
        return gr.update(backdrop=address(newest[0].path) if behind and newest else "")

    def _request(
        self, text: object, size: object, preset: object, seed: object, count: object
    ) -> GenerateRequest:
        caption = read_caption(text)  # its problems are told before those of the size
        width, height = read_size(size)
        return self.service.request(
            caption, width=width, height=height, preset=preset, seed=seed, num_images=count
        )

    def _landed(self, pictures: tuple[Picture, ...], ids: object, behind: bool) -> tuple[Any, ...]:
        """-> gallery, note, ids, canvas once a run is done."""
        shelf = [*pictures, *self.service.store.existing(ids)][: gallery.MOST]
        backdrop = address(pictures[0].path) if behind else None
        return *self._shelf(shelf), gr.update(backdrop=backdrop) if backdrop else SKIP

    def _shelf(self, pictures: list[Picture]) -> tuple[Any, ...]:
        note = gallery.CHOOSE if pictures else gallery.EMPTY
        return gallery.thumbnails(pictures), note, [picture.id for picture in pictures]


def _told(error: Ideogram4Error) -> gr.Error:
    """The error as a message on the page, without a trace in the log."""
    text = " ".join(part for part in (error.message, error.hint) if part)
    # Gradio shows a message as HTML, and ours can quote what a person typed.
    return gr.Error(html.escape(text), title="Not yet", print_exception=False)
