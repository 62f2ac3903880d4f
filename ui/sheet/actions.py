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
from ui.gallery.actions import told
from ui.jobs import Update
from ui.requests import GenerateRequest
from ui.sheet.component import SheetNews
from ui.sheet.plan import SheetPlan, plan_sheet


class SheetActions:
    """The sheet's events of one application. One object serves every session."""

    def __init__(self, studio: StudioActions) -> None:
        self._studio = studio
        self._plans: dict[str, tuple[SheetPlan, list[GenerateRequest]]] = {}

    def check(
        self,
        text: str,
        size: object,
        preset: object,
        seed: object,
        count: object,
        standing: Standing,
        request: gr.Request,
        event: gr.EventData,
    ) -> tuple[Any, ...]:
        """Before the queue: refuse the plan, or hand out a ticket, which starts the sheet.

        -> preview, generate button, cancel button, ticket, live switch, sheet
        """
        session = session_of(request)
        try:
            wish = self._studio.request(text, size, preset, seed, 1)
            plan = SheetPlan.checked(told(event), wish.preset)
        except Ideogram4Error as error:
            return *(SKIP,) * 5, SheetNews(phase="refused", said=f"{error.message}. {error.hint}")
        cells = plan_sheet(replace(wish, parent=standing.lineage), plan)
        self._plans[session] = (plan, cells)
        begun = SheetNews(cells=plan.cells, columns=plan.seeds)
        return *self._studio.let_in(session, text), begun

    def draw(self, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Draw the cells, yielding the page at each step.

        -> preview, generate button, cancel button, gallery, sheet
        """
        session = session_of(request)
        plan, cells = self._plans.pop(session, (None, []))
        if plan is None:  # an event without its click
            yield (SKIP,) * 5
            return
        sheet = SheetNews(cells=plan.cells, columns=plan.seeds)

        def shelf_of(update: Update) -> Any:
            nonlocal sheet
            if update.phase != "cell":
                return SKIP
            sheet = replace(sheet, pictures=(*sheet.pictures, *update.pictures))
            return news(added=[p.id for p in update.pictures], lineage=cells[0].run)

        runs = self._studio.follow(
            session, lambda job: self._studio.service.run_sheet(cells, job), shelf_of
        )
        known = 0
        for shown, *rest in runs:
            if shown.phase in ("done", "cancelled", "failed"):
                sheet = replace(sheet, phase=shown.phase, said=shown.message)
            elif len(sheet.pictures) == known:
                yield shown, *rest, SKIP
                continue
            known = len(sheet.pictures)
            yield shown, *rest, sheet

    def forget(self, request: gr.Request) -> None:
        """The tab was closed."""
        self._plans.pop(session_of(request), None)
