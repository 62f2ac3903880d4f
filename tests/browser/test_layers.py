"""Layers in another order: dragged by their handles or moved with keys, each as one edit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, Point, box

pytestmark = pytest.mark.browser

ABCD = [box(name, 100 * i, 100, 100 * i + 80, 900) for i, name in enumerate("abcd")]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def grip(on: Desk, index: int) -> Point:
    on.row(index).scroll_into_view_if_needed()
    found = on.row(index).locator(".ig-layer-grip").bounding_box()
    assert found is not None
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def edge(on: Desk, index: int, *, below: bool = False) -> Point:
    """Just inside the upper or lower half of a row."""
    row = on.row(index).bounding_box()
    assert row is not None
    share = 0.8 if below else 0.2
    return row["x"] + 30, row["y"] + row["height"] * share


def test_a_row_lands_where_the_line_shows_as_one_step(desk: Callable[..., Desk]) -> None:
    on = desk(*ABCD)
    expect(on.layers).to_have_text(["d", "c", "b", "a"])
    on.drag(grip(on, 0), edge(on, 2), drop=False)
    expect(on.row(2)).to_have_attribute("data-landing", "above")
    expect(on.page.locator("#layers [data-landing]")).to_have_count(1)
    expect(on.layers).to_have_text(["d", "c", "b", "a"])
    on.page.mouse.up()
    expect(on.layers).to_have_text(["d", "a", "c", "b"])
    on.descs("bcad")
    on.selected(2)
    expect(on.page.locator("#layers [data-landing]")).to_have_count(0)
    expect(on.page.locator("#layers .ig-sr[role=status]")).to_have_text("a moved to place 2 of 4")
    on.press("ControlOrMeta+z")
    on.descs("abcd")


def test_a_row_goes_below_the_last_one(desk: Callable[..., Desk]) -> None:
    on = desk(*ABCD)
    on.drag(grip(on, 3), edge(on, 0, below=True), drop=False)
    expect(on.row(0)).to_have_attribute("data-landing", "below")
    on.page.mouse.up()
    on.descs("dabc")


def test_selected_rows_go_together_and_keep_their_order(desk: Callable[..., Desk]) -> None:
    on = desk(*ABCD)
    on.pick(0)
    on.pick(2, "Control")
    on.drag(grip(on, 0), edge(on, 3))
    on.descs("bdac")
    on.selected(2, 3)
    on.drag(grip(on, 0), edge(on, 2))
    on.descs("dabc")
    on.selected(2)


def test_escape_gives_a_drag_up(desk: Callable[..., Desk]) -> None:
    on = desk(*ABCD)
    on.pick(1)
    on.drag(grip(on, 0), edge(on, 3), drop=False)
    expect(on.row(3)).to_have_attribute("data-landing", "above")
    on.press("Escape")
    expect(on.page.locator("#layers [data-landing]")).to_have_count(0)
    on.page.mouse.up()
    expect(on.layers).to_have_text(["d", "c", "b", "a"])
    on.selected(1)
    expect(on.page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_alt_and_arrows_move_rows_and_keep_the_focus(desk: Callable[..., Desk]) -> None:
    on = desk(*ABCD)
    on.pick(0)
    on.press("Alt+ArrowUp")
    on.descs("bacd")
    expect(on.row(1).locator(".ig-layer-pick")).to_be_focused()
    on.press("Alt+ArrowUp", "Alt+ArrowUp", "Alt+ArrowUp")
    on.descs("bcda")
    on.pick(2, "Shift")
    on.selected(2, 3)
    on.press("Alt+ArrowDown")
    on.descs("bdac")
    on.selected(1, 2)
    on.press("ControlOrMeta+z")
    on.descs("bcda")


def test_a_long_list_scrolls_under_a_drag(desk: Callable[..., Desk]) -> None:
    on = desk(*(box(f"{i:02}", i, 0, 500 + i, 500) for i in range(30)))
    shelf = on.page.locator("#layers .ig-layer-list")
    on.pick(29)
    whole = shelf.bounding_box()
    assert whole is not None
    assert shelf.evaluate("(list) => list.scrollTop") == 0
    on.drag(grip(on, 29), (whole["x"] + 30, whole["y"] + whole["height"] - 4), drop=False)
    end = "() => { const list = document.querySelector('#layers .ig-layer-list');"
    on.page.wait_for_function(
        f"{end} return list.scrollTop + list.clientHeight >= list.scrollHeight - 1; }}"
    )
    on.page.mouse.up()
    found = on.elements(lambda found: found[29]["desc"] != "29")
    assert "29" in [element["desc"] for element in found[:2]]


def test_a_finger_drags_a_row_by_its_handle(desk: Callable[..., Desk]) -> None:
    on = desk(*ABCD, **PHONE)
    touch = on.page.context.new_cdp_session(on.page)

    def send(kind: str, *points: Point) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    start, end = grip(on, 0), edge(on, 3)
    scrolled = on.page.evaluate("scrollY")
    send("touchStart", start)
    send("touchMove", (start[0], (start[1] + end[1]) / 2))
    send("touchMove", end)
    expect(on.row(3)).to_have_attribute("data-landing", "above")
    send("touchEnd")
    on.descs("bcda")
    assert on.page.evaluate("scrollY") == scrolled
