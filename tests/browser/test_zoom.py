"""The page seen larger and in part: by wheel, keys, buttons, hand and fingers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk, Point, box

pytestmark = pytest.mark.browser

A = box("a", 100, 100, 200, 200)
B = box("b", 600, 600, 900, 900)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def percent(on: Desk) -> int:
    words = on.page.locator("#layout-canvas .ig-zoom-percent").text_content()
    assert words is not None
    return int(words.removesuffix(" %"))


def rect(found: Locator) -> dict[str, float]:
    there = found.bounding_box()
    assert there is not None
    return {**there}


def grid(on: Desk, point: Point) -> tuple[float, float]:
    """Screen to grid."""
    page = rect(on.sheet)
    return (
        (point[1] - page["y"]) / page["height"] * 1000,
        (point[0] - page["x"]) / page["width"] * 1000,
    )


def wheel(on: Desk, point: Point, *turns: float, held: str | None = "Control") -> None:
    on.page.mouse.move(*point)
    if held:
        on.page.keyboard.down(held)
    for turn in turns:
        on.page.mouse.wheel(0, turn)
    if held:
        on.page.keyboard.up(held)


def zoomed(on: Desk, times: float) -> None:
    on.page.wait_for_function(
        "([page, least]) => page.getBoundingClientRect().width >= least",
        arg=[on.sheet.element_handle(), times],
    )


def test_control_and_wheel_zoom_at_the_pointer_and_the_page_stays(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B)
    at = on.at(750, 700)
    width, stage = rect(on.sheet)["width"], rect(on.page.locator("#layout-canvas .ig-stage"))
    wheel(on, at, *[-100] * 4)
    zoomed(on, width * 2)
    assert grid(on, at) == pytest.approx((750, 700), abs=1)
    assert on.page.evaluate("[scrollX, scrollY]") == [0, 0]
    assert rect(on.page.locator("#layout-canvas .ig-stage")) == stage
    assert percent(on) == round(rect(on.sheet)["width"] / 1024 * 100)
    # Handles are as large as ever.
    on.page.mouse.click(*at)
    grip = on.page.locator("#layout-canvas [data-handle=nw]")
    assert rect(grip)["width"] == 22
    wheel(on, at, *[100] * 20)
    on.page.wait_for_function(
        "([page, width]) => page.getBoundingClientRect().width === width",
        arg=[on.sheet.element_handle(), width],
    )


def test_boxes_are_moved_resized_and_drawn_true_when_zoomed(desk: Callable[..., Desk]) -> None:
    on = desk(B)
    start = rect(on.sheet)["width"]
    wheel(on, on.at(750, 750), *[-100] * 4)
    zoomed(on, start * 2)
    on.drag(on.at(700, 700), on.at(680, 740), "Control")
    on.elements(lambda found: found[0]["bbox"] == [580, 640, 880, 940])
    on.drag(on.handle("nw"), on.at(610, 650), "Control")
    (found,) = on.elements(lambda found: found[0]["bbox"][0] != 580)
    assert found["bbox"] == pytest.approx([610, 650, 880, 940], abs=1)
    on.press("o")
    on.drag(on.at(560, 700), on.at(590, 760), "Control")
    drawn = on.elements(lambda found: len(found) == 2)[1]
    assert drawn["bbox"] == pytest.approx([560, 700, 590, 760], abs=1)


def test_keys_and_buttons_zoom(desk: Callable[..., Desk]) -> None:
    on = desk(A, B)
    fit = rect(on.sheet)["width"]
    on.sheet.focus()
    on.press("+")
    assert rect(on.sheet)["width"] == pytest.approx(fit * 1.25, abs=1)
    expect(on.said).to_have_text(f"{percent(on)} %")
    on.press("-")
    assert rect(on.sheet)["width"] == pytest.approx(fit, abs=1)
    on.press("1")
    assert percent(on) == 100
    assert rect(on.sheet)["width"] == pytest.approx(1024, abs=1)
    on.press("0")
    assert rect(on.sheet)["width"] == pytest.approx(fit, abs=0.01)
    group = on.page.get_by_role("group", name="Zoom", exact=True)
    smaller = group.get_by_role("button", name="Zoom out", exact=True)
    expect(smaller).to_be_disabled()
    larger = group.get_by_role("button", name="Zoom in", exact=True)
    for _ in range(10):
        larger.click()
    expect(larger).to_be_disabled()
    assert rect(on.sheet)["width"] == pytest.approx(fit * 8, abs=2)
    group.get_by_role("button", name="show the whole page").click()
    assert rect(on.sheet)["width"] == pytest.approx(fit, abs=0.01)


@pytest.mark.parametrize("how", ["space", "middle", "wheel"])
def test_a_zoomed_page_is_moved_by_hand(desk: Callable[..., Desk], how: str) -> None:
    on = desk(A, B)
    fit = rect(on.sheet)["width"]
    on.page.mouse.click(*on.at(500, 500))
    wheel(on, on.at(500, 500), *[-100] * 4)
    zoomed(on, fit * 2)
    before = rect(on.sheet)
    start = on.at(500, 500)
    if how == "wheel":
        wheel(on, start, 60, held=None)
        on.page.wait_for_function(
            "([page, y]) => page.getBoundingClientRect().y < y",
            arg=[on.sheet.element_handle(), before["y"]],
        )
        assert rect(on.sheet)["y"] == pytest.approx(before["y"] - 60, abs=1)
    else:
        mouse = on.page.mouse
        mouse.move(*start)
        if how == "space":
            on.page.keyboard.down("Space")
        mouse.down(button="middle" if how == "middle" else "left")
        mouse.move(start[0] + 50, start[1] - 70)
        mouse.up(button="middle" if how == "middle" else "left")
        if how == "space":
            on.page.keyboard.up("Space")
        after = rect(on.sheet)
        moved = (after["x"] - before["x"], after["y"] - before["y"])
        assert moved == pytest.approx((50, -70), abs=1)
    # Nothing was drawn, swept or moved, and the web page has not scrolled.
    on.selected()
    expect(on.layers).to_have_text(["b", "a"])
    expect(on.page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    assert on.page.evaluate("[scrollX, scrollY]") == [0, 0]


def test_space_over_a_box_moves_the_page_not_the_box_and_alone_is_a_key(
    desk: Callable[..., Desk],
) -> None:
    on = desk({**B, "type": "text", "text": "HI"})
    on.click(750, 750)
    wheel(on, on.at(750, 750), *[-100] * 4)
    on.page.keyboard.down("Space")
    at = on.at(750, 750)
    on.page.mouse.move(*at)
    on.page.mouse.down()
    on.page.mouse.move(at[0] + 40, at[1] + 40)
    on.page.mouse.up()
    on.page.keyboard.up("Space")
    expect(on.page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    field = on.page.get_by_role("textbox", name="Words in this box", exact=True)
    expect(field).to_be_hidden()
    on.box(0).focus()
    on.press("Space")
    expect(field).to_be_focused()
    on.press("Space")
    expect(field).to_have_value(" ")


def test_what_keys_or_the_list_select_comes_into_sight(desk: Callable[..., Desk]) -> None:
    on = desk(A, B)
    wheel(on, on.at(0, 0), *[-100] * 5)
    zoomed(on, 2000)
    inside = """([place, box]) => {
      const [stage, there] = [place, box].map((node) => node.getBoundingClientRect());
      const within = (low, size, most) =>
        there[low] >= stage[low] - 1 &&
        there[low] + Math.min(there[size], stage[size]) <= stage[most] + 1;
      return within("x", "width", "right") && within("y", "height", "bottom");
    }"""
    place = on.page.locator("#layout-canvas .ig-place").element_handle()

    def seen(index: int) -> list[Any]:
        return [place, on.box(index).element_handle()]

    assert not on.page.evaluate(inside, seen(1))
    scrolled = on.page.evaluate("scrollY")
    on.box(0).focus()
    on.press("Tab")
    expect(on.box(1)).to_be_focused()
    on.selected(1)
    on.page.wait_for_function(inside, arg=seen(1))
    assert on.page.evaluate("scrollY") == scrolled
    assert not on.page.evaluate(inside, seen(0))
    on.press("Shift+Tab")
    on.page.wait_for_function(inside, arg=seen(0))
    assert on.page.evaluate("scrollY") == scrolled
    on.pick(1)
    on.page.wait_for_function(inside, arg=seen(1))


def test_a_caret_that_leaves_the_view_takes_it_along(desk: Callable[..., Desk]) -> None:
    words = {"type": "text", "bbox": [100, 0, 300, 1000], "text": "A" * 30, "desc": ""}
    on = desk(words)
    wheel(on, on.at(200, 0), *[-100] * 7)
    zoomed(on, 3000)
    on.click(200, 100)
    on.press("Enter")
    on.page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    on.press("End", "B")
    # Words end in the middle of the page's right half; its left edge is out of sight then.
    on.page.wait_for_function(
        """([page, stage]) => stage.scrollLeft === 0 &&
          page.getBoundingClientRect().left < -stage.getBoundingClientRect().width / 2""",
        arg=[
            on.sheet.element_handle(),
            on.page.locator("#layout-canvas .ig-stage").element_handle(),
        ],
    )
    assert on.page.evaluate("scrollX") == 0


def test_a_window_of_another_size_keeps_what_is_seen(desk: Callable[..., Desk]) -> None:
    on = desk(A, B)
    fit = rect(on.sheet)["width"]
    wheel(on, on.at(750, 750), *[-100] * 3)
    zoomed(on, fit * 1.8)
    place = on.page.locator("#layout-canvas .ig-place")
    share = rect(on.sheet)["width"] / rect(place)["width"]
    on.page.set_viewport_size({"width": 700, "height": 600})
    on.page.wait_for_function(
        "([place, width]) => place.getBoundingClientRect().width < width",
        arg=[place.element_handle(), fit],
    )
    assert rect(on.sheet)["width"] / rect(place)["width"] == pytest.approx(share, abs=0.01)
    expect(on.page.locator("#layout-canvas .ig-zoom-percent")).to_have_text(
        f"{round(rect(on.sheet)['width'] / 1024 * 100)} %"
    )


def test_two_fingers_zoom_and_move_and_draw_nothing(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, **PHONE)
    touch = on.page.context.new_cdp_session(on.page)
    fit = rect(on.sheet)["width"]

    def send(kind: str, *points: Point) -> None:
        at: list[dict[str, Any]] = [
            {"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)
        ]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    def spread(x: float, y: float, by: float) -> tuple[Point, Point]:
        return (x - by, y), (x + by, y)

    x, y = on.at(750, 750)
    on.press("o")
    on.page.get_by_role("toolbar").get_by_role("button", name="Object", exact=True).tap()
    first = spread(x, y, 20)
    send("touchStart", first[0])
    send("touchStart", *first)
    for by in (25, 35, 50, 60):
        send("touchMove", *spread(x, y, by))
    zoomed(on, fit * 2.9)
    assert rect(on.sheet)["width"] == pytest.approx(fit * 3, rel=0.02)
    assert grid(on, (x, y)) == pytest.approx((750, 750), abs=4)
    before = rect(on.sheet)
    send("touchMove", *spread(x + 15, y + 30, 60))
    on.page.wait_for_function(
        "([page, y]) => page.getBoundingClientRect().y > y + 20",
        arg=[on.sheet.element_handle(), before["y"]],
    )
    send("touchEnd")
    expect(on.layers).to_have_text(["b", "a"])
    assert on.page.evaluate("visualViewport.scale") == 1
    # One finger draws again, where it is.
    start, end = on.at(700, 700), on.at(760, 790)
    send("touchStart", start)
    send("touchMove", on.at(730, 750))
    send("touchMove", end)
    send("touchEnd")
    drawn = on.elements(lambda found: len(found) == 3)[2]
    assert drawn["bbox"] == pytest.approx([700, 700, 760, 790], abs=4)
