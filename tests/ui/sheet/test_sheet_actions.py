"""What the contact sheet's buttons answer, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.ui.pretend import PretendPipeline
from tests.ui.test_actions import ANNA, BEN, CAPTION, WISH, Page, Running, Visitor
from ui.actions import SKIP
from ui.gallery import Standing
from ui.sheet import SheetNews
from ui.sheet.actions import SheetActions

REFUSED = "is being made for this page already"


def ask(sheets: SheetActions, who: Visitor = ANNA, **plan: object) -> tuple[Any, ...]:
    event = gr.EventData(None, {"seeds": 2, "palettes": [], "presets": [], **plan})
    return sheets.check(CAPTION, *WISH, Standing(), who, event)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path, PretendPipeline(hold_at=3))


def test_a_sheet_waits_while_a_picture_of_the_same_page_is_made(page: Page) -> None:
    """Two at once, and Cancel would reach only the one that began last."""
    sheets = SheetActions(page.actions)
    run = Running(page, ANNA)
    *unchanged, sheet = ask(sheets)
    assert unchanged == [SKIP] * 5
    assert isinstance(sheet, SheetNews) and sheet.phase == "refused" and REFUSED in sheet.said
    assert ask(sheets, BEN)[-1].phase == "drawing"
    sheets.cancel(ANNA)
    page.pipeline.release.set()
    assert run.end()[-1] == "cancelled"
    assert page.service.store.ids() == []
    assert ask(sheets)[-1].phase == "drawing"


def test_a_sheet_waits_for_a_picture_that_is_about_to_begin(page: Page) -> None:
    sheets = SheetActions(page.actions)
    page.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert REFUSED in ask(sheets)[-1].said
    page.actions.cancel(ANNA)
    assert ask(sheets)[-1].cells == 2


def test_generate_does_nothing_while_a_sheet_is_about_to_begin(page: Page) -> None:
    ask(SheetActions(page.actions))
    preview, _, stop, ticket, _ = page.actions.check_wishes(CAPTION, *WISH, ANNA)
    assert preview is SKIP and ticket is SKIP and stop["interactive"]


def test_a_plan_that_is_refused_is_told_in_sentences(page: Page) -> None:
    presets = ["V4_TURBO_12", "V4_DEFAULT_20", "V4_QUALITY_48"]
    said = ask(SheetActions(page.actions), seeds=8, presets=presets, palettes=[{}, {}])[-1].said
    assert said == (
        "That is 48 pictures; a contact sheet holds at most 24. "
        "Choose fewer seeds, palettes or presets."
    )
    broken = SheetActions(page.actions).check(
        "{", *WISH, Standing(), ANNA, gr.EventData(None, {"seeds": 1})
    )[-1]
    assert ".." not in broken.said and "The list of issues" in broken.said


def test_a_sheet_that_was_cancelled_on_its_way_never_begins(page: Page) -> None:
    page.pipeline.release.set()
    sheets = SheetActions(page.actions)
    ask(sheets)
    sheets.cancel(ANNA)
    ask(sheets, seeds=1)
    assert list(sheets.draw(ANNA)) == [(SKIP,) * 5] and page.pipeline.jobs == []
    *_, last = sheets.draw(ANNA)
    assert last[-1].phase == "done" and len(last[-1].pictures) == 1


def test_a_cancelled_sheet_says_which_cells_are_kept_and_nothing_over_the_next(page: Page) -> None:
    page.pipeline.hold_at = None
    page.pipeline.paced = True
    page.pipeline.paces.release(12 + 2)
    sheets = SheetActions(page.actions)
    for again in (False, True):
        ask(sheets)
        drawing, told = sheets.draw(ANNA), []
        for outputs in drawing:
            told.append(outputs[-1])
            if told[-1] is not SKIP:
                break
        assert len(told[-1].pictures) == 1
        assert sheets.cancel(ANNA)[-1].phase == "cancelled"
        if again:
            ask(sheets)
        page.pipeline.paces.release(14)
        rest = [outputs[-1] for outputs in drawing if outputs[-1] is not SKIP]
        assert [(news.phase, len(news.pictures)) for news in rest] == (
            [] if again else [("cancelled", 1)]
        )
