"""Boxes put in order: aligned, spaced, snapped to lines; overlays to see; keys to learn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, box

pytestmark = pytest.mark.browser

A = box("a", 100, 100, 200, 300)
B = box("b", 300, 140, 400, 240)
C = box("c", 650, 600, 800, 850)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(
    ("entry", "key", "wanted"),
    [
        ("Align left edges", "Shift+L", ([100, 100, 200, 300], [300, 100, 400, 200])),
        ("Align centres", "Shift+C", ([100, 100, 200, 300], [300, 150, 400, 250])),
        ("Align right edges", "Shift+R", ([100, 100, 200, 300], [300, 200, 400, 300])),
        ("Align top edges", "Shift+T", ([100, 100, 200, 300], [100, 140, 200, 240])),
        ("Align middles", "Shift+M", ([200, 100, 300, 300], [200, 140, 300, 240])),
        ("Align bottom edges", "Shift+B", ([300, 100, 400, 300], [300, 140, 400, 240])),
    ],
)
def test_boxes_are_aligned_by_menu_and_by_key(
    desk: Callable[..., Desk], entry: str, key: str, wanted: tuple[list[int], list[int]]
) -> None:
    on = desk(A, B, C)
    on.click(150, 250)
    on.click(350, 190, "Shift")
    on.choose("Arrange", entry)
    on.boxes(*wanted, C["bbox"])
    on.press("ControlOrMeta+z")
    on.boxes(A["bbox"], B["bbox"], C["bbox"])
    on.press(key)
    on.boxes(*wanted, C["bbox"])
    expect(on.said).to_contain_text("of 2 boxes aligned")
    on.selected(0, 1)


def test_a_single_box_is_aligned_with_the_page(desk: Callable[..., Desk]) -> None:
    on = desk(A, B)
    on.click(150, 250)
    on.press("Shift+B", "Shift+C")
    on.boxes([900, 400, 1000, 600], B["bbox"])
    expect(on.said).to_contain_text("Aligned with the page")


def test_three_boxes_are_spaced_evenly_and_two_are_told_why_not(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C)
    on.click(150, 250)
    on.click(350, 190, "Shift")
    on.press("Shift+V")
    expect(on.said).to_have_text("Select three boxes or more to space them evenly")
    on.click(700, 700, "Shift")
    on.choose("Arrange", "Space evenly from top to bottom")
    on.boxes(A["bbox"], [375, 140, 475, 240], C["bbox"])
    on.press("Shift+H")
    # By their centres "b" is the first one across: 550 of its 710 are boxes, so each gap is 80.
    on.boxes([100, 320, 200, 520], [375, 140, 475, 240], C["bbox"])
    on.press("ControlOrMeta+z", "ControlOrMeta+z")
    on.boxes(A["bbox"], B["bbox"], C["bbox"])


def test_a_dragged_box_snaps_to_another_and_shows_the_line(desk: Callable[..., Desk]) -> None:
    on = desk(A, C)
    # The left edge comes within 3 of the other's, 600; the top stays clear of all lines.
    on.drag(on.at(150, 200), on.at(170, 697), drop=False)
    expect(on.page.locator("[data-line=guide][data-at='600']")).to_be_visible()
    on.page.mouse.up()
    expect(on.guides).to_have_count(0)
    on.boxes([120, 600, 220, 800], C["bbox"])


def test_control_suspends_snapping(desk: Callable[..., Desk]) -> None:
    on = desk(A, C)
    on.drag(on.at(150, 200), on.at(170, 697), "Control")
    (moved, _) = on.elements(lambda found: found[0]["bbox"] != A["bbox"])
    assert moved["bbox"] == pytest.approx([120, 597, 220, 797], abs=1)
    assert moved["bbox"][1] != 600


def test_a_dragged_handle_snaps_to_the_page(desk: Callable[..., Desk]) -> None:
    on = desk(A, C)
    on.click(150, 200)
    x, y = on.handle("e")
    edge, near = on.at(0, 300), on.at(0, 496)
    on.drag((x, y), (x + near[0] - edge[0], y))
    on.boxes([100, 100, 200, 500], C["bbox"])


def test_a_click_on_a_handle_moves_nothing(desk: Callable[..., Desk]) -> None:
    on = desk(box("a", 100, 100, 200, 303), C, box("d", 900, 300, 950, 400))
    on.click(150, 200)
    before = on.editor.inner_text()
    on.page.mouse.click(*on.handle("e"))
    assert on.editor.inner_text() == before
    expect(on.page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_snapping_and_overlays_are_remembered(desk: Callable[..., Desk]) -> None:
    on = desk(A, C)
    on.sheet.focus()
    on.press("s")
    expect(on.said).to_have_text("Snapping is off")
    for name in ("Thirds", "Twelve columns", "Margins", "Safe area"):
        on.choose("View", name)
        on.press("Escape")
    lines = on.page.locator("[data-part=overlays] [data-line]")
    expect(lines).to_have_count(4 + 11 + 1 + 1)
    on.open()
    expect(lines).to_have_count(4 + 11 + 1 + 1)
    on.page.get_by_role("button", name="View", exact=True).click()
    switch = on.page.get_by_role("menuitemcheckbox", name="Snap to boxes and page", exact=True)
    expect(switch).to_have_attribute("aria-checked", "false")
    on.press("Escape")
    on.drag(on.at(150, 200), on.at(170, 697))
    (moved, _) = on.elements(lambda found: found[0]["bbox"] != A["bbox"])
    assert moved["bbox"][1] == pytest.approx(597, abs=1)


def test_boxes_snap_to_an_overlay_that_is_shown(desk: Callable[..., Desk]) -> None:
    on = desk(A)
    on.choose("View", "Thirds")
    on.press("Escape")
    on.drag(on.at(150, 200), on.at(230, 436))
    on.boxes([180, 333, 280, 533])


def test_menus_are_walked_by_keys_and_give_the_focus_back(desk: Callable[..., Desk]) -> None:
    on = desk(A)
    button = on.page.get_by_role("button", name="View", exact=True)
    button.focus()
    on.press("ArrowDown")
    expect(button).to_have_attribute("aria-expanded", "true")
    items = on.page.get_by_role("menu", name="View", exact=True).locator("button")
    expect(items.first).to_be_focused()
    on.press("ArrowUp")
    expect(items.last).to_be_focused()
    on.press("Home", "ArrowDown", "ArrowDown", "Enter")
    thirds = on.page.get_by_role("menuitemcheckbox", name="Thirds", exact=True)
    expect(thirds).to_have_attribute("aria-checked", "true")
    expect(thirds).to_be_focused()
    on.press("Escape")
    expect(button).to_be_focused()
    expect(on.page.get_by_role("menu")).to_have_count(0)
    on.page.get_by_role("button", name="Arrange", exact=True).click()
    on.click(950, 950)
    expect(on.page.get_by_role("menu")).to_have_count(0)


def test_the_sheet_of_keys_keeps_the_focus_until_it_is_closed(desk: Callable[..., Desk]) -> None:
    on = desk(A)
    sheet = on.page.get_by_role("dialog", name="Keys and gestures on the page", exact=True)
    on.click(150, 200)
    on.press("?")
    expect(sheet).to_be_visible()
    expect(sheet.locator("[data-shortcut=select-all]")).to_have_text("Select everythingCtrl+A")
    for _ in range(5):
        on.press("Tab")
        expect(sheet.locator(":focus")).to_have_count(1)
    on.press("Delete", "ControlOrMeta+a")
    on.press("Escape")
    expect(sheet).to_be_hidden()
    expect(on.box(0)).to_be_focused()
    on.page.get_by_role("button", name="View", exact=True).click()
    on.page.get_by_role("menuitem", name="Keys and gestures").click()
    sheet.get_by_role("button", name="Close", exact=True).click()
    expect(sheet).to_be_hidden()
    on.editor.click()
    on.page.keyboard.type("?")
    expect(sheet).to_be_hidden()


def test_a_phone_has_room_for_menus_and_the_sheet(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, **PHONE)
    on.page.get_by_role("button", name="Arrange", exact=True).tap()
    menu = on.page.get_by_role("menu", name="Arrange", exact=True)
    for entry in menu.locator("button").all():
        place = entry.bounding_box()
        assert place is not None
        assert place["x"] >= 0 and place["x"] + place["width"] <= 390
        assert place["height"] >= 44
    menu.get_by_role("menuitem", name="Select everything").tap()
    on.selected(0, 1)
    on.page.get_by_role("button", name="Arrange", exact=True).tap()
    menu.get_by_role("menuitem", name="Align left edges").tap()
    on.boxes([100, 100, 200, 300], [300, 100, 400, 200])
    on.page.get_by_role("button", name="View", exact=True).tap()
    on.page.get_by_role("menuitem", name="Keys and gestures").tap()
    sheet = on.page.get_by_role("dialog").bounding_box()
    assert sheet is not None and sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= 390
    assert on.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_new_box_snaps_as_it_is_drawn_and_control_suspends_it(desk: Callable[..., Desk]) -> None:
    on = desk(box("a", 200, 300, 400, 600))
    on.page.get_by_role("button", name="Object", exact=True).click()
    on.drag(on.at(504, 296), on.at(704, 603), drop=False)
    expect(on.guides).not_to_have_count(0)
    on.page.mouse.up()
    expect(on.guides).to_have_count(0)
    drawn = on.elements(lambda found: len(found) == 2)[1]["bbox"]
    assert (drawn[0], drawn[1], drawn[3]) == (500, 300, 600)
    assert drawn[2] == pytest.approx(704, abs=1)
    on.page.get_by_role("button", name="Object", exact=True).click()
    on.drag(on.at(804, 296), on.at(895, 603), "Control")
    drawn = on.elements(lambda found: len(found) == 3)[2]["bbox"]
    assert drawn == pytest.approx([804, 296, 895, 603], abs=1)
