"""What the gallery's events do: show a picture large, bring its caption and settings back.

Each method is one event, words in and updates out. What the gallery shows by itself it asks for
(`ui.gallery.answers`); the running jobs are `ui.actions`'.
"""

from __future__ import annotations

from typing import Any, Protocol

import gradio as gr

from ideogram4.errors import Ideogram4Error
from ideogram4.sampling.limits import MAX_SEED
from ideogram4.sampling.presets import PRESETS
from ui.gallery.component import news
from ui.presets import drawable_size
from ui.preview import PreviewState
from ui.service import GenerationService
from ui.service.jobs import OneAtATime
from ui.service.overrides import sampling_from, sampling_of
from ui.service.requests import whole_number

SKIP = gr.skip()


class Runs(Protocol):
    """Who knows what a page is waiting for, and lets it begin."""

    def is_drawing(self, session: str) -> bool: ...

    def check_wishes(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        sampling: object,
        request: gr.Request,
    ) -> tuple[Any, ...]: ...


class GalleryActions:
    """The gallery's events of one application. One object serves every session."""

    def __init__(self, service: GenerationService, runs: Runs) -> None:
        self.service = service
        self._runs = runs

    def choose(self, request: gr.Request, event: gr.EventData) -> tuple[Any, Any, Any]:
        """A picture was clicked: show it large, unless one is just being made.

        -> preview, live switch, gallery
        """
        session = str(request.session_hash)
        if self._runs.is_drawing(session):
            return (SKIP,) * 3
        try:
            picture = self.service.store.get(told(event).get("id"))
        except Ideogram4Error as error:
            return SKIP, SKIP, news(said=error.sentence)
        shown = PreviewState.done((picture,))
        self.service.redraws.stop(session, instead=shown)
        return shown, self.service.redraws.settle(session), SKIP

    def recall(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Bring a picture's caption and settings back, as far as these weights can use them.

        -> editor, size, preset, seed, sampling, canvas, gallery, live switch
        """
        return self._recalled(request, event, seeds_on=0)

    def retry(self, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """The same with the next seed, for a picture that came out as a grey card.

        -> as of `recall`, and whether the picture was found
        """
        if self._runs.is_drawing(str(request.session_hash)):
            return *(SKIP,) * 6, news(said=OneAtATime().sentence), SKIP, False
        found = self._recalled(request, event, seeds_on=1)
        return *found, found[0] is not SKIP

    def draw_again(
        self,
        found: object,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        sampling: object,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        """Draw what `retry` has brought back; without it the page's caption is another one.

        -> preview, generate button, cancel button, ticket, live switch
        """
        if found is not True:
            return (SKIP,) * 5
        return self._runs.check_wishes(text, size, preset, seed, count, sampling, request)

    def apply(self, event: gr.EventData) -> tuple[Any, ...]:
        """A picture's file was opened in the page: its settings, as far as they can be used.

        -> size, preset, seed, sampling, canvas, gallery
        """
        asked = told(event)
        seed = asked.get("seed")
        keep = isinstance(seed, str) and seed.isdecimal() and len(seed) <= 20
        size, canvas, said = self._size(asked.get("width"), asked.get("height"))
        preset, sampling = _preset(asked.get("preset")), sampling_of(asked.get("sampling"))
        return size, preset, seed if keep else SKIP, sampling, canvas, said

    def _recalled(
        self, request: gr.Request, event: gr.EventData, *, seeds_on: int
    ) -> tuple[Any, ...]:
        try:
            record = self.service.store.get(told(event).get("id")).record
        except Ideogram4Error as error:
            return *(SKIP,) * 6, news(said=error.sentence), SKIP
        size, canvas, said = self._size(record.width, record.height, lineage=record.run)
        live = self.service.redraws.settle(str(request.session_hash), record.caption)
        seed = str((record.seed + seeds_on) % (MAX_SEED + 1))
        preset, sampling = _preset(record.preset), sampling_from(record.sampling)
        return record.caption, size, preset, seed, sampling, canvas, said, live

    def _size(
        self, width: object, height: object, lineage: str | None = None
    ) -> tuple[Any, Any, Any]:
        """-> size, canvas, gallery; nothing changes for what is no size at all."""
        told_lineage = SKIP if lineage is None else news(lineage=lineage)
        try:
            wide, high = whole_number("width", width), whole_number("height", height)
        except Ideogram4Error:
            return SKIP, SKIP, told_lineage
        model = self.service.model
        size = drawable_size(wide, high, model.limits, model.default_size)
        canvas = gr.update(width=size.width, height=size.height, fit="keep")
        if (size.width, size.height) == (wide, high):
            return size.text, canvas, told_lineage
        words = f"The picture is {wide} × {high}, which these weights do not draw; now {size.text}."
        return size.text, canvas, news(said=words, lineage=lineage)


def told(event: gr.EventData) -> dict[str, Any]:
    """What the page sent with an event; nothing for anything that is no record."""
    data = event._data
    return data if isinstance(data, dict) else {}


def _preset(name: object) -> Any:
    return name if isinstance(name, str) and name in PRESETS else SKIP
