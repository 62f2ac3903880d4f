"""The canvas as a person uses it: boxes drawn, moved, layered, by mouse, key and finger."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.panels import BACK, FRONT, LOOSE, Bench, caption

pytestmark = pytest.mark.browser


def test_a_box_drawn_over_another_is_in_the_caption(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.tool("Object")
    on.drag(on.at(200, 200), on.at(450, 700))
    elements = on.elements(lambda found: len(found) == 2)
    assert elements[0] == BACK
    assert elements[1]["type"] == "obj"
    assert elements[1]["bbox"] == pytest.approx([200, 200, 450, 700], abs=2)
    expect(on.editor).to_contain_text('"desc": ""')
    expect(on.box(1)).to_have_attribute("aria-pressed", "true")
    expect(on.inspector.get_by_role("heading")).to_have_text("Object 2")


def test_a_text_box_shows_its_words(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.tool("Text")
    on.drag(on.at(700, 900), on.at(500, 100))
    on.inspector.get_by_label("Words in the picture").fill("Open\nlate")
    expect(on.box(0)).to_contain_text("Open\nlate", use_inner_text=True)
    (element,) = on.elements(lambda found: bool(found) and found[0]["text"] == "Open\nlate")
    assert element["bbox"] == pytest.approx([500, 100, 700, 900], abs=2)


def test_a_drag_that_leaves_the_page_goes_on_and_stops_at_its_edge(
    bench: Callable[..., Bench],
) -> None:
    on = bench(caption(BACK))
    on.drag(on.at(300, 300), on.at(300, -400))
    (element,) = on.elements(lambda found: found[0]["bbox"][1] == 0)
    assert element["bbox"] == [100, 0, 600, 500]


def test_each_of_the_eight_handles_moves_its_own_edges(bench: Callable[..., Bench]) -> None:
    start = [300, 300, 700, 700]
    on = bench(caption({"type": "obj", "bbox": start, "desc": "x"}))
    on.box(0).click()
    corner, inner = on.at(0, 0), on.at(100, 100)
    for handle in ("n", "ne", "e", "se", "s", "sw", "w", "nw"):
        grip = on.page.locator(f"#layout-canvas [data-handle={handle}]").bounding_box()
        assert grip is not None
        x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
        on.drag((x, y), (x + inner[0] - corner[0], y + inner[1] - corner[1]))
        moved = [100 if side in handle else 0 for side in "nwse"]
        wanted = [edge + by for edge, by in zip(start, moved, strict=True)]
        assert on.numbers() == pytest.approx(wanted, abs=2), handle
        on.page.keyboard.press("ControlOrMeta+z")
        assert on.numbers() == start


def test_another_ratio_changes_the_page_and_re_flows_the_boxes(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK, FRONT, LOOSE))
    on.page.get_by_role("button", name="Wide", exact=True).click()
    expect(on.sheet).to_have_attribute("aria-label", "Page, 1920 × 1080 pixels")
    size = on.sheet.bounding_box()
    assert size is not None
    assert size["width"] / size["height"] == pytest.approx(1920 / 1080, rel=0.01)
    expect(on.page.locator("#layout-canvas [data-element]")).to_have_count(2)
    on.box(1).focus()
    top, left, bottom, right = on.numbers()
    assert (right - left) * 1920 == pytest.approx((bottom - top) * 1080, rel=0.01)
    on.sheet.focus()
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.sheet).to_have_attribute("aria-label", "Page, 1024 × 1024 pixels")
    on.box(1).focus()
    assert on.numbers() == [400, 400, 900, 900]


def test_the_keyboard_does_everything(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK, FRONT))
    press = on.page.keyboard.press
    on.sheet.focus()
    press("Tab")
    expect(on.box(0)).to_be_focused()
    expect(on.box(0)).to_have_attribute("aria-pressed", "true")
    press("Tab")
    press("ArrowRight")
    press("Shift+ArrowDown")
    press("Alt+ArrowLeft")
    on.elements(lambda found: found[1]["bbox"] == [410, 401, 910, 900])
    press("ControlOrMeta+d")
    expect(on.box(2)).to_be_focused()
    press("[")
    press("[")
    on.elements(lambda found: [e["desc"] for e in found] == ["front", "back", "front"])
    expect(on.box(0)).to_be_focused()
    press("Delete")
    on.elements(lambda found: [e["desc"] for e in found] == ["back", "front"])
    press("Enter")
    expect(on.inspector.get_by_label("Description")).to_be_focused()
    on.box(0).focus()
    press("Escape")
    expect(on.inspector.get_by_role("heading")).to_have_text("Picture")
    press("t")
    press("Enter")
    on.elements(lambda found: len(found) == 3 and found[2]["type"] == "text")


def test_escape_during_a_drag_puts_the_box_back(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.page.mouse.move(*on.at(300, 300))
    on.page.mouse.down()
    on.page.mouse.move(*on.at(500, 500))
    expect(on.editor).to_contain_text("800")
    on.page.keyboard.press("Escape")
    on.page.mouse.up()
    assert json.loads(on.editor.inner_text()) == json.loads(caption(BACK))


def test_layers_are_in_painters_order_front_first(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK, FRONT, LOOSE))
    expect(on.layers).to_have_text(["nowhere", "front", "back"])
    row = on.page.locator("#layers li", has_text="back")
    row.get_by_role("button", name="Bring forward").click()
    on.elements(lambda found: [e["desc"] for e in found] == ["front", "back", "nowhere"])
    expect(on.layers).to_have_text(["nowhere", "back", "front"])
    on.page.mouse.click(*on.at(500, 500))
    expect(on.inspector.get_by_label("Description")).to_have_value("back")
    on.page.keyboard.down("Alt")
    on.page.mouse.click(*on.at(500, 500))
    on.page.keyboard.up("Alt")
    expect(on.inspector.get_by_label("Description")).to_have_value("front")
    on.page.locator("#layers li", has_text="nowhere").get_by_text("Add box").click()
    expect(on.box(2)).to_be_visible()


def test_a_finger_draws_and_moves_a_box(bench: Callable[..., Bench]) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    on = bench("", **phone)
    touch = on.page.context.new_cdp_session(on.page)

    def swipe(*stops: tuple[float, float]) -> None:
        for kind, stop in zip(["touchStart", *["touchMove"] * 9], stops, strict=False):
            points = [{"x": stop[0], "y": stop[1]}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    on.tool("Object")
    swipe(on.at(200, 200), on.at(300, 300), on.at(500, 600))
    on.elements(lambda found: found[0]["bbox"] == pytest.approx([200, 200, 500, 600], abs=4))
    start = on.numbers()
    swipe(on.at(350, 400), on.at(450, 450), on.at(550, 500))
    wanted = [start[0] + 200, start[1] + 100, start[2] + 200, start[3] + 100]
    on.elements(lambda found: found[0]["bbox"] == pytest.approx(wanted, abs=4))
