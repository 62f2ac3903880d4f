"""What the contact sheet's events do: check the plan, draw the cells, tell page and gallery.

What it is not: the line and the drawing, which every picture goes through (`ui.actions`,
`ui.service`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from ideogram4.errors import Ideogram4Error
from ui.actions import SKIP, StudioActions, session_of
from ui.gallery import Standing, news
from ui.gallery.actions import told as sent
from ui.preview import PreviewState
from ui.service.jobs import OneAtATime, Update
from ui.service.requests import GenerateRequest
from ui.sheet.component import SheetNews
from ui.sheet.plan import SheetPlan, plan_sheet


class SheetActions:
    """The sheet's events of one application. One object serves every session."""

    def __init__(self, studio: StudioActions) -> None:
        self._studio = studio
        self._plans: dict[str, tuple[SheetPlan, list[GenerateRequest]]] = {}
        self._shown: dict[str, SheetNews] = {}  # of sheets that are being drawn

    def check(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        sampling: object,
        standing: Standing,
        request: gr.Request,
        event: gr.EventData,
    ) -> tuple[Any, ...]:
        """Before the queue: refuse the plan, or hand out a ticket, which starts the sheet.

        -> preview, generate button, cancel button, ticket, live switch, sheet
        """
        session = session_of(request)
        try:
            if self._studio.is_drawing(session):
                raise OneAtATime
            wish = self._studio.request(text, size, preset, seed, 1, sampling)
            plan = SheetPlan.checked(sent(event), wish.preset)
        except Ideogram4Error as error:
            return *(SKIP,) * 5, SheetNews(phase="refused", said=error.sentence)
        cells = plan_sheet(replace(wish, parent=standing.lineage), plan)
        self._plans[session] = (plan, cells)
        begun = SheetNews(cells=plan.cells, columns=plan.seeds)
        return *self._studio.let_in(session, text), begun

    def draw(self, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Draw the cells, yielding the page at each step.

        -> preview, generate button, cancel button, gallery, sheet
        """
        session = session_of(request)
        if self._studio.was_called_off(session):
            yield (SKIP,) * 5
            return
        plan, cells = self._plans.pop(session, (None, []))
        if plan is None:  # an event without its click
            yield (SKIP,) * 5
            return
        sheet = self._shown[session] = SheetNews(cells=plan.cells, columns=plan.seeds)

        def shelf_of(update: Update) -> Any:
            nonlocal sheet
            if update.phase != "cell":
                return SKIP
            grown = replace(sheet, pictures=(*sheet.pictures, *update.pictures))
            if self._shown.get(session) is sheet:  # else it was cancelled
                self._shown[session] = grown
            sheet = grown
            return news(added=[p.id for p in update.pictures], lineage=cells[0].run)

        runs = self._studio.follow(
            session, lambda job: self._studio.service.run_sheet(cells, job), shelf_of
        )
        known = 0
        try:
            for shown, *rest in runs:
                told: Any = SKIP
                if shown is SKIP:  # cancelled, and the page may show another sheet by now
                    pass
                elif shown.phase in ("done", "cancelled", "failed"):
                    told = replace(sheet, phase=shown.phase, said=shown.message)
                elif len(sheet.pictures) > known:
                    told, known = sheet, len(sheet.pictures)
                yield shown, *rest, told
        finally:
            runs.close()
            if self._shown.get(session) is sheet:
                del self._shown[session]

    def cancel(self, request: gr.Request) -> tuple[Any, ...]:
        """Stop whatever this session draws; of a sheet the finished cells are kept.

        The run itself says it again when its step is over.
        -> preview, generate button, cancel button, sheet
        """
        sheet = self._shown.pop(session_of(request), None)
        self._plans.pop(session_of(request), None)
        preview, *buttons = self._studio.cancel(request)
        if sheet is None:
            return preview, *buttons, SKIP
        kept = PreviewState.cancelled(len(sheet.pictures))
        return kept, *buttons, replace(sheet, phase="cancelled", said="Cancelled")

    def turned_away(self, request: gr.Request) -> tuple[Any, ...]:
        """A sheet ended before it began. -> preview, generate button, cancel button, sheet"""
        state = self._studio.turned_away(request)
        said = state[0].message if isinstance(state[0], PreviewState) else ""
        return *state, (SheetNews(phase="failed", said=said) if said else SKIP)

    def leave(self, request: gr.Request) -> None:
        """The tab was closed."""
        self._plans.pop(session_of(request), None)
        self._studio.leave(request)
