"""The inspector with several elements in hand, and with a locked one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk, box

pytestmark = pytest.mark.browser

A = box("a", 100, 100, 200, 300)
B = box("b", 300, 200, 400, 500)
C = box("c", 600, 600, 800, 800)


def inspector(on: Desk) -> Locator:
    return on.page.locator("#inspector")


def number(on: Desk, title: str) -> Locator:
    return inspector(on).get_by_role("spinbutton", name=title)


def numbers(on: Desk) -> list[int]:
    shown = inspector(on).get_by_role("spinbutton").filter(visible=True)
    return [int(field.input_value()) for field in shown.all()]


def button(on: Desk, name: str) -> Locator:
    return inspector(on).get_by_role("button", name=name, exact=True).filter(visible=True)


def test_several_are_moved_and_resized_by_the_numbers_of_their_frame(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C, inspector=True)
    on.pick(0)
    on.pick(1, "Control")
    expect(inspector(on).get_by_role("heading")).to_have_text("2 selected")
    assert numbers(on) == [100, 100, 400, 300]
    number(on, "Left edge of them all").fill("50")
    on.boxes([100, 50, 200, 250], [300, 150, 400, 450], C["bbox"])
    # Half a number squeezes the group; the whole one finds its proportions again.
    width = number(on, "Width of them all")
    width.press("ControlOrMeta+a")
    width.press_sequentially("800")
    on.boxes([100, 50, 200, 450], [300, 250, 400, 850], C["bbox"])
    width.press("Tab")
    assert numbers(on) == [50, 100, 800, 300]
    on.drag(on.at(350, 500), on.at(450, 500), "Control")
    on.boxes([200, 50, 300, 450], [400, 250, 500, 850], C["bbox"])
    assert numbers(on) == [50, 200, 800, 300]


def test_what_can_be_done_to_all_of_them(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, C, inspector=True)
    on.sheet.focus()
    on.press("ControlOrMeta+a")
    expect(inspector(on).get_by_role("heading")).to_have_text("3 selected")
    button(on, "Align left edges").click()
    on.boxes([100, 100, 200, 300], [300, 100, 400, 400], [600, 100, 800, 300])
    button(on, "Space evenly from top to bottom").click()
    on.boxes([100, 100, 200, 300], [350, 100, 450, 400], [600, 100, 800, 300])
    button(on, "Hide").click()
    on.elements(lambda found: all(element.get("hidden") for element in found))
    button(on, "Show").click()
    on.elements(lambda found: not any("hidden" in element for element in found))
    button(on, "Duplicate").click()
    on.descs("abcabc")
    on.selected(3, 4, 5)
    button(on, "Delete").click()
    on.descs("abc")
    expect(inspector(on).get_by_role("heading")).to_have_text("Picture")


def test_locked_ones_stay_and_the_inspector_says_so(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, inspector=True)
    on.row(0).get_by_role("button", name="Lock", exact=True).click()
    on.pick(0)
    on.pick(1, "Control")
    assert numbers(on) == [200, 300, 300, 100]
    expect(inspector(on)).to_contain_text("1 is locked and stays.")
    number(on, "Top edge of them all").fill("500")
    on.boxes(A["bbox"], [500, 200, 600, 500])
    button(on, "Lock").click()
    expect(number(on, "Top edge of them all")).to_be_disabled()
    expect(inspector(on)).to_contain_text("All of them are locked.")
    expect(button(on, "Delete")).to_be_disabled()
    button(on, "Unlock").click()
    expect(number(on, "Top edge of them all")).to_be_enabled()


def test_a_locked_elements_numbers_are_disabled_and_it_says_why(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, inspector=True)
    on.row(0).get_by_role("button", name="Lock", exact=True).click()
    on.pick(0)
    top = number(on, "Top edge (y min)")
    expect(top).to_be_disabled()
    expect(top).to_have_accessible_description("Locked, so its box stays where it is. Unlock")
    expect(button(on, "Remove box")).to_be_disabled()
    expect(button(on, "Delete")).to_be_disabled()
    words = inspector(on).get_by_label("Description", exact=True)
    words.fill("a red cup")
    on.elements(lambda found: found[0]["desc"] == "a red cup")
    button(on, "Unlock").click()
    expect(top).to_be_enabled()
    expect(button(on, "Unlock")).to_have_count(0)
    top.fill("50")
    on.boxes([50, 100, 200, 300])


def test_a_locked_or_covered_element_picked_from_the_list_is_in_hand(
    desk: Callable[..., Desk],
) -> None:
    low, top = box("low", 100, 100, 500, 500), box("top", 50, 50, 900, 900)
    on = desk(low, top, inspector=True)
    on.pick(0)
    on.drag(on.at(300, 300), on.at(340, 380))
    on.boxes([140, 180, 540, 580], top["bbox"])
    on.selected(0)
    on.row(1).get_by_role("button", name="Lock", exact=True).click()
    on.pick(1)
    on.selected(1)
    expect(inspector(on)).to_contain_text("Locked, so its box stays where it is.")
    # Tab walks all boxes from back to front, locked ones too, and then leaves the page.
    on.sheet.focus()
    on.press("Tab")
    expect(on.box(0)).to_be_focused()
    on.selected(0)
    on.press("Tab")
    expect(on.box(1)).to_be_focused()
    on.press("Tab")
    assert on.page.evaluate("document.activeElement.closest('[data-part=page]')") is None


def test_escape_gives_up_a_colour_that_is_being_dragged(desk: Callable[..., Desk]) -> None:
    colours = ["#AA0000", "#00AA00", "#0000AA"]
    on = desk({**A, "colour_palette": colours}, inspector=True)
    on.pick(0)
    swatches = inspector(on).locator("[data-colour]")

    def shown(*wanted: str) -> None:
        for i, colour in enumerate(wanted):
            expect(swatches.nth(i)).to_have_attribute("data-colour", colour)

    swatches.nth(0).scroll_into_view_if_needed()
    first, last = swatches.nth(0).bounding_box(), swatches.nth(2).bounding_box()
    assert first is not None and last is not None
    start, end = (first["x"] + 9, first["y"] + 9), (last["x"] + 20, last["y"] + 9)
    on.drag(start, end, drop=False)
    shown("#00AA00", "#0000AA", "#AA0000")
    on.press("Escape")
    on.page.mouse.up()
    shown(*colours)
    expect(on.page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    on.drag(start, end)
    on.elements(lambda found: found[0]["colour_palette"] == ["#00AA00", "#0000AA", "#AA0000"])
