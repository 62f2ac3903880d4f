"""A hidden element leaves the picture and the prompt, and stays in the caption's file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ideogram4 import parse_caption
from tests.browser.desk import Desk, box

pytestmark = pytest.mark.browser

A = box("a", 100, 100, 500, 500)
B = box("b", 150, 150, 450, 450)
C = box("c", 600, 600, 900, 900)


def test_the_eye_hides_an_element_from_page_and_prompt_and_keeps_it_in_the_file(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C)
    eye = on.row(1).get_by_role("button", name="Hide", exact=True)
    eye.click()
    expect(eye).to_have_attribute("aria-pressed", "true")
    expect(on.box(1)).to_be_hidden()
    assert on.elements(lambda found: "hidden" in found[1])[1] == {**B, "hidden": True}
    text = on.page.locator("#heard textarea").input_value()
    caption = parse_caption(text).caption
    assert caption is not None
    assert '"desc":"b"' not in caption.to_prompt()
    assert '"desc":"a"' in caption.to_prompt()
    eye.click()
    expect(on.box(1)).to_be_visible()
    assert on.elements(lambda found: "hidden" not in found[1]) == [A, B, C]


def test_the_pointer_and_select_all_pass_a_hidden_element_by(desk: Callable[..., Desk]) -> None:
    on = desk({**A, "hidden": True}, {**B, "hidden": True}, C)
    expect(on.box(0)).to_be_hidden()
    on.click(300, 300)
    on.selected()
    on.sheet.focus()
    on.press("ControlOrMeta+a")
    on.selected(2)


def test_selected_in_the_list_a_hidden_element_shows_where_it_is(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, {**B, "hidden": True})
    on.pick(1)
    expect(on.box(1)).to_be_visible()
    expect(on.box(1)).to_have_attribute(
        "aria-label", "Object 2: b, left 150, top 150, 300 wide, 300 high, hidden"
    )
    on.pick(0)
    expect(on.box(1)).to_be_hidden()


def test_a_key_hides_what_is_selected_in_one_step(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, C)
    on.sheet.focus()
    on.press("ControlOrMeta+a", "h")
    expect(on.said).to_contain_text("3 elements hidden")
    assert all(e["hidden"] for e in on.elements(lambda found: "hidden" in found[0]))
    on.press("ControlOrMeta+z")
    assert on.elements(lambda found: "hidden" not in found[0]) == [A, B, C]
    on.press("h", "h")
    assert on.elements(lambda found: "hidden" not in found[0]) == [A, B, C]
