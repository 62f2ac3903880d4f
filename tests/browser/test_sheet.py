"""The contact sheet: what varies, cells that come one by one, a winner to go on from."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.whole import Served, Whole
from tests.ui.pretend import PretendPipeline

pytestmark = pytest.mark.browser


class Sheet:
    """The dialog of a studio."""

    def __init__(self, studio: Whole) -> None:
        self.studio = studio
        self.page = studio.page
        studio.button("Contact sheet…").click()
        self.node = self.page.get_by_role("dialog", name="Contact sheet")
        self.cells = self.node.locator(".ig-sheet-cell")
        self.shots = self.page.locator("#gallery [data-picture]")

    def button(self, name: str) -> Locator:
        return self.node.get_by_role("button", name=name, exact=True)

    def choose(self, *names: str, seeds: int) -> None:
        self.node.get_by_label("Seeds").select_option(str(seeds))
        for name in names:
            self.node.get_by_label(name, exact=True).check()


def test_a_sheet_is_drawn_a_winner_picked_and_all_of_it_kept(studio: Whole, served: Served) -> None:
    studio.seed.fill("40")
    sheet = Sheet(studio)
    sheet.choose("Café", seeds=2)
    sheet.button("Draw 4 pictures").click()
    expect(sheet.cells).to_have_count(4)
    expect(sheet.cells.last).to_have_text("Café · seed 41")
    expect(sheet.button("Go on from this one")).to_be_disabled()
    sheet.cells.last.click()
    expect(sheet.cells.last).to_have_attribute("aria-pressed", "true")
    with sheet.page.expect_download() as started:
        sheet.button("Save the sheet").click()
    with Image.open(started.value.path()) as image:
        # Two cells of 256 across and down, with margins and a line of words below each.
        assert image.width == 2 * 24 + 2 * 256 + 16 and image.height > 2 * 24 + 2 * 256
    sheet.button("Go on from this one").click()
    expect(sheet.node).to_be_hidden()
    expect(studio.seed).to_have_value("41")
    cafe = json.loads(studio.text())["style_description"]["colour_palette"]
    expect(studio.page.locator("#palette [data-colour]")).to_have_count(len(cafe))
    expect(sheet.shots).to_have_count(4)
    records = [served.service.store.get(i).record for i in served.service.store.ids()[:4]]
    assert len({record.run for record in records}) == 1
    assert {record.label for record in records} >= {"As it is · seed 40", "Café · seed 41"}


def test_too_many_are_refused_with_their_count_before_anything_is_drawn(
    studio: Whole, served: Served
) -> None:
    jobs = len(served.pipeline.jobs)
    sheet = Sheet(studio)
    sheet.choose("Café", "Harbour", "Meadow", seeds=8)
    expect(sheet.node).to_contain_text("32 pictures are too many; a sheet holds 24.")
    expect(sheet.button("Draw 32 pictures")).to_be_disabled()
    assert len(served.pipeline.jobs) == jobs


def test_a_caption_that_cannot_be_drawn_is_told_on_the_sheet(studio: Whole) -> None:
    studio.open('{"compositional_deconstruction": {')
    sheet = Sheet(studio)
    sheet.choose(seeds=1)
    sheet.button("Draw 1 picture").click()
    expect(sheet.node).to_contain_text("The caption cannot be drawn yet. Line 1")


def test_a_sheet_waits_until_the_picture_before_it_is_made(
    page: Page, start: Callable[..., Served]
) -> None:
    """Cancel must reach whatever this page has begun."""
    pipeline = PretendPipeline(paced=True)
    served = start(pipeline)
    studio = Whole(page, served.url)
    pipeline.paces.release(3)
    studio.generate("step")
    sheet = Sheet(studio)
    sheet.choose(seeds=2)
    sheet.button("Draw 2 pictures").click()
    expect(sheet.node).to_contain_text("A picture is being made for this page already.")
    sheet.page.keyboard.press("Escape")
    studio.button("Cancel").click()
    studio.reached("cancelled")
    pipeline.paces.release(100)
    Sheet(studio).button("Draw 2 pictures").click()
    expect(sheet.cells).to_have_count(2)
    assert len(served.service.store.ids()) == 2 and len(pipeline.jobs) == 3


def test_cancel_keeps_the_cells_that_are_finished(page: Page, start: Callable[..., Served]) -> None:
    pipeline = PretendPipeline(paced=True)
    served = start(pipeline)
    studio = Whole(page, served.url)
    sheet = Sheet(studio)
    sheet.choose(seeds=3)
    pipeline.paces.release(12 + 2)  # the first cell, and a little of the second
    sheet.button("Draw 3 pictures").click()
    expect(sheet.cells).to_have_count(1)
    expect(sheet.node).to_contain_text("1 of 3 finished.")
    sheet.button("Cancel").click()
    expect(sheet.button("Cancel")).to_be_hidden()
    pipeline.paces.release(100)
    expect(sheet.cells).to_have_count(1)
    expect(sheet.shots).to_have_count(1)
    assert len(served.service.store.ids()) == 1
    sheet.page.keyboard.press("Escape")
    studio.generate()
    expect(sheet.shots).to_have_count(2)
