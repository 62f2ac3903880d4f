"""Captions to start from: a sheet of layouts; a choice brings its caption and its page's size."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ui.presets import load_captions, load_starts

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

READ_DOCUMENT = """async () => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const shared = await import(loaded.find((name) => name.endsWith("document/shared.js")));
  return shared.store.text;
}"""


class Tab:
    """The studio, and the parts of it that a start changes."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        # The page is more files than a browser keeps record of by itself.
        page.add_init_script("performance.setResourceTimingBufferSize(2000)")
        page.goto(url)
        for panel in ("layout-canvas", "caption-editor", "start-from"):
            expect(page.locator(f"#{panel}[data-ready='1']")).to_be_attached()
        self.open = page.get_by_role("button", name="Start from…", exact=True)
        self.sheet = page.get_by_role("dialog", name="Start from a layout")
        self.size = page.get_by_role("combobox", name="Size")
        self.boxes = page.locator("#layout-canvas [data-element]")
        self.paper = page.locator("#layout-canvas [data-part=page]")

    def choose(self, name: str) -> None:
        self.open.click()
        self.sheet.get_by_role("button", name=name).click()
        expect(self.sheet).to_be_hidden()

    def text(self) -> str:
        """The document of the page; the editor draws only the lines in sight."""
        return str(self.page.evaluate(READ_DOCUMENT))


def test_a_layout_comes_with_its_page_and_undo_takes_both_back(
    new_page: Callable[..., Page], url: str
) -> None:
    tab = Tab(new_page(), url)
    before = tab.text()
    tab.choose("Concert poster Poster")
    caption = load_captions()["Concert poster"]
    expect(tab.boxes).to_have_count(len(caption.compositional_deconstruction.elements))
    expect(tab.size).to_have_value("256 × 384 · portrait 2:3")
    expect(tab.paper).to_have_attribute("aria-label", "Page, 256 × 384 pixels")
    assert json.loads(tab.text()) == caption.to_dict()
    tab.paper.focus()
    tab.page.keyboard.press("ControlOrMeta+z")
    expect(tab.paper).to_have_attribute("aria-label", "Page, 256 × 256 pixels")
    expect(tab.size).to_have_value("256 × 256 · square")
    assert tab.text() == before
    tab.page.keyboard.press("ControlOrMeta+Shift+z")
    expect(tab.size).to_have_value("256 × 384 · portrait 2:3")
    assert json.loads(tab.text()) == caption.to_dict()


def test_another_size_re_flows_the_boxes_and_undo_brings_size_and_boxes_back(
    new_page: Callable[..., Page], url: str
) -> None:
    tab = Tab(new_page(), url)
    before = tab.text()
    tab.size.click()
    tab.page.get_by_role("option", name="384 × 192").click()
    expect(tab.paper).to_have_attribute("aria-label", "Page, 384 × 192 pixels")
    assert tab.text() != before
    tab.paper.focus()
    tab.page.keyboard.press("ControlOrMeta+z")
    expect(tab.size).to_have_value("256 × 256 · square")
    expect(tab.paper).to_have_attribute("aria-label", "Page, 256 × 256 pixels")
    assert tab.text() == before


def test_every_layout_is_shown_small_and_can_be_reached_by_keyboard(
    new_page: Callable[..., Page], url: str
) -> None:
    tab = Tab(new_page(), url)
    tab.open.focus()
    tab.page.keyboard.press("Enter")
    cards = tab.sheet.locator(".ig-start")
    expect(cards).to_have_count(len(load_starts()) + 1)
    expect(tab.sheet.locator("svg.ig-start-picture")).to_have_count(len(load_starts()))
    expect(cards.first).to_be_focused()
    tab.page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("ArrowDown")
    below = tab.sheet.locator(".ig-start:focus").bounding_box()
    first = cards.first.bounding_box()
    assert below and first and below["x"] == first["x"] and below["y"] > first["y"]
    tab.page.keyboard.press("Escape")
    expect(tab.sheet).to_be_hidden()
    expect(tab.open).to_be_focused()


def test_an_empty_page_has_no_boxes_and_says_what_to_do(
    new_page: Callable[..., Page], url: str
) -> None:
    tab = Tab(new_page(), url)
    tab.choose("Empty page Draw your own")
    expect(tab.boxes).to_have_count(0)
    expect(tab.page.locator("#layout-canvas .ig-page-hint")).to_be_visible()
    expect(tab.paper).to_be_focused()  # so that the canvas' keys work from here
    tab.page.keyboard.press("t")
    expect(tab.page.get_by_role("button", name="Text", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_on_a_phone_the_sheet_fits_and_scrolls(new_page: Callable[..., Page], url: str) -> None:
    tab = Tab(new_page(**PHONE), url)
    tab.open.tap()
    frame = tab.sheet.bounding_box()
    assert frame and frame["x"] >= 0 and frame["x"] + frame["width"] <= 390
    last = tab.sheet.get_by_role("button", name=load_starts()[-1].title)
    last.scroll_into_view_if_needed()
    last.tap()
    expect(tab.sheet).to_be_hidden()
