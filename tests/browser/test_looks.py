"""What the panels share of their looks: fields, and sheets over the page (`document/tokens.css`).

What it is not: contrast, which `test_accessibility.py` looks at in every state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.whole import Served, Whole

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 640},
    "has_touch": True,
    "is_mobile": True,
}
SMALL_LETTERS = """() => [...document.querySelectorAll(".ig-panel :is(input, select, textarea)")]
  .filter((field) => field.checkVisibility() && !field.closest(".cm-editor"))
  .filter(({ type }) => !["checkbox", "radio", "range", "color", "file"].includes(type))
  .map((field) => [field.ariaLabel || field.id, parseFloat(getComputedStyle(field).fontSize)])"""


@pytest.fixture
def phone(new_page: Callable[..., Page], served: Served) -> Whole:
    return Whole(new_page(**PHONE), served.url)


def test_a_phone_does_not_zoom_into_any_field(phone: Whole) -> None:
    """It does so below 16 pixels, and never zooms out again by itself."""
    phone.generate()
    phone.page.locator("#sampling summary").click()
    phone.pick(0)
    fields = dict(phone.page.evaluate(SMALL_LETTERS))
    phone.button("Palettes for this element").click()
    fields |= dict(phone.page.evaluate(SMALL_LETTERS))
    phone.page.keyboard.press("Escape")
    phone.button("Contact sheet…").click()
    fields |= dict(phone.page.evaluate(SMALL_LETTERS))
    assert {"Seeds", "Name to keep the palette under"} < set(fields) and len(fields) > 12
    assert [name for name, size in fields.items() if size < 16] == []


def starts(on: Whole) -> None:
    on.button("Start from…").click()


def keys(on: Whole) -> None:
    on.sheet.focus()
    on.page.keyboard.press("?")


def contact_sheet(on: Whole) -> None:
    on.button("Contact sheet…").click()


@pytest.mark.parametrize("opened", [starts, keys, contact_sheet])
def test_a_sheet_over_the_page_stays_within_it_and_can_be_closed(
    phone: Whole, opened: Callable[[Whole], None]
) -> None:
    opened(phone)
    sheet = phone.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    place = sheet.bounding_box()
    assert place is not None
    assert place["x"] >= 8 and place["x"] + place["width"] <= 390 - 8
    assert place["y"] >= 8 and place["y"] + place["height"] <= 640 - 8
    last = sheet.locator("button, dd, input").filter(visible=True).last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    sheet.get_by_role("button", name="Close", exact=True).click()
    expect(sheet).to_be_hidden()
