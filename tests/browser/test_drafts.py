"""A page that is reloaded or closed has lost nothing that was made on it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.whole import Served, Whole

pytestmark = pytest.mark.browser


def drawn(studio: Whole) -> int:
    """Draw a box of one's own on the page; how many there are now."""
    had = studio.boxes.count()
    studio.page.keyboard.press("Escape")
    studio.button("Object").click()
    studio.page.mouse.move(*studio.at(600, 600))
    studio.page.mouse.down()
    studio.page.mouse.move(*studio.at(900, 900), steps=3)
    studio.page.mouse.up()
    expect(studio.boxes).to_have_count(had + 1)
    return had + 1


def reload(studio: Whole) -> None:
    studio.page.reload()
    studio.is_ready()


def test_a_reload_brings_boxes_size_and_locks_back(studio: Whole) -> None:
    count = drawn(studio)
    studio.page.keyboard.press("l")
    expect(studio.box(count - 1)).to_have_attribute("aria-label", re.compile("locked"))
    studio.size.fill("320 × 208")
    studio.size.press("Enter")
    expect(studio.sheet).to_have_attribute("aria-label", "Page, 320 × 208 pixels")
    text = studio.text()
    reload(studio)
    expect(studio.boxes).to_have_count(count)
    assert studio.text() == text
    expect(studio.box(count - 1)).to_have_attribute("aria-label", re.compile("locked"))
    expect(studio.sheet).to_have_attribute("aria-label", "Page, 320 × 208 pixels")
    expect(studio.size).to_have_value(re.compile("320 × 208"))
    # What is generated is what is in sight.
    studio.generate()
    expect(studio.pictures.first).to_be_visible()


def test_half_a_text_is_still_there_after_a_reload(studio: Whole) -> None:
    studio.editor.click()
    studio.page.keyboard.press("ControlOrMeta+a")
    studio.page.keyboard.insert_text('{"compositional_deconstruction": {"background": "half')
    expect(studio.issues.locator("[data-severity=error]").first).to_be_visible()
    reload(studio)
    expect(studio.editor).to_contain_text('"background": "half')
    expect(studio.issues.locator("[data-severity=error]").first).to_be_visible()


def test_a_new_tab_begins_anew_and_offers_what_was_closed_last(
    studio: Whole, served: Served
) -> None:
    first = studio.boxes.count()
    count = drawn(studio)
    other = studio.page.context.new_page()
    studio.page.goto(f"{served.url}theme.css")
    new = Whole(other, served.url)
    expect(new.boxes).to_have_count(first)
    new.button("Start from…").click()
    other.get_by_role("button", name=re.compile("Your last caption")).click()
    expect(new.boxes).to_have_count(count)
    other.keyboard.press("ControlOrMeta+z")
    expect(new.boxes).to_have_count(first)
