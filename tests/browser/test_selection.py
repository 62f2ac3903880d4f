"""Many boxes in hand at once: picked, swept, moved, resized, copied, each as one edit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, application, box, caption

pytestmark = pytest.mark.browser

A = box("a", 100, 100, 200, 300)
B = box("b", 300, 100, 400, 200)
C = box("c", 600, 600, 800, 800)
LOOSE = {"type": "obj", "desc": "l"}
COPY_FROM_ELSEWHERE = """(text) => {
  const field = document.body.appendChild(document.createElement("textarea"));
  field.value = text;
  field.select();
  document.execCommand("copy");
  field.remove();
}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_shift_or_control_click_adds_a_box_and_takes_it_out(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, C)
    on.click(150, 200)
    on.click(350, 150, "Shift")
    on.click(700, 700, "Control")
    on.selected(0, 1, 2)
    expect(on.said).to_have_text("3 selected")
    on.click(350, 150, "Control")
    on.selected(0, 2)
    on.click(150, 200)
    on.selected(0)
    on.click(950, 950)
    on.selected()


def test_select_all_and_escape(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, LOOSE)
    on.sheet.focus()
    on.press("ControlOrMeta+a")
    on.selected(0, 1)
    expect(on.row(2).locator(".ig-layer-pick")).to_have_attribute("aria-pressed", "true")
    on.press("Escape")
    on.selected()
    expect(on.frame).to_be_hidden()


def test_a_marquee_catches_what_it_touches_and_with_alt_what_it_holds(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C)
    on.drag(on.at(50, 50), on.at(350, 250), drop=False)
    expect(on.marquee).to_be_visible()
    on.selected(0, 1)
    on.page.mouse.up()
    expect(on.marquee).to_be_hidden()
    expect(on.said).to_have_text("2 selected")
    on.drag(on.at(50, 50), on.at(450, 250), "Alt")
    on.selected(1)
    on.drag(on.at(900, 900), on.at(700, 700), "Shift")
    on.selected(1, 2)


def test_escape_during_a_marquee_leaves_the_selection_as_it_was(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C)
    on.click(700, 700)
    on.drag(on.at(50, 50), on.at(450, 350), drop=False)
    on.selected(0, 1)
    on.press("Escape")
    on.page.mouse.up()
    on.selected(2)
    expect(on.marquee).to_be_hidden()


def test_a_marquee_may_begin_beside_the_page(desk: Callable[..., Desk]) -> None:
    on = desk(box("page", 0, 0, 1000, 1000), A)
    on.drag(on.at(150, -12), on.at(180, 320))
    on.selected(0, 1)


def test_alt_click_or_a_second_click_reaches_the_box_underneath(
    desk: Callable[..., Desk],
) -> None:
    on = desk(box("low", 0, 0, 900, 900), box("mid", 100, 100, 800, 800), A)
    on.click(150, 200)
    on.selected(2)
    on.click(150, 200, "Alt")
    on.selected(1)
    on.click(150, 200, "Alt")
    on.selected(0)
    on.click(150, 200, "Alt")
    on.selected(2)
    on.click(600, 600)
    on.selected(1)
    on.click(600, 600)
    on.selected(0)
    on.click(600, 600)
    on.selected(1)


def test_a_double_click_means_the_box_that_was_in_hand(desk: Callable[..., Desk]) -> None:
    on = desk(box("low", 0, 0, 900, 900), A)
    on.click(150, 200)
    on.page.mouse.dblclick(*on.at(150, 200))
    on.selected(1)


def test_a_drag_of_one_moves_all_and_is_one_step(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, C)
    on.click(150, 200)
    on.click(350, 150, "Shift")
    on.drag(on.at(350, 150), on.at(410, 270))
    on.boxes([160, 220, 260, 420], [360, 220, 460, 320], C["bbox"])
    on.selected(0, 1)
    expect(on.said).to_have_text("2 boxes: left 220, top 160, 200 wide, 300 high")
    on.press("ControlOrMeta+z")
    on.boxes(A["bbox"], B["bbox"], C["bbox"])
    on.selected(0, 1)
    on.press("ControlOrMeta+Shift+z")
    on.boxes([160, 220, 260, 420], [360, 220, 460, 320], C["bbox"])


def test_a_group_stops_at_the_edge_as_one(desk: Callable[..., Desk]) -> None:
    on = desk(A, B)
    on.sheet.focus()
    on.press("ControlOrMeta+a")
    on.drag(on.at(150, 200), on.at(150, -600))
    on.boxes([100, 0, 200, 200], [300, 0, 400, 100])


@pytest.mark.parametrize(
    ("handle", "by", "wanted"),
    [
        ("se", (300, 200), ([100, 100, 300, 500], [500, 100, 700, 300])),
        ("nw", (75, 20), ([175, 120, 250, 300], [325, 120, 400, 210])),
        ("e", (40, 200), ([100, 100, 200, 500], [300, 100, 400, 300])),
        ("n", (-60, 90), ([40, 100, 160, 300], [280, 100, 400, 200])),
    ],
)
def test_a_group_is_resized_by_its_common_frame(
    desk: Callable[..., Desk],
    handle: str,
    by: tuple[int, int],
    wanted: tuple[list[int], list[int]],
) -> None:
    on = desk(A, B)
    on.sheet.focus()
    on.press("ControlOrMeta+a")
    corner, away = on.at(0, 0), on.at(*by)
    x, y = on.handle(handle)
    on.drag((x, y), (x + away[0] - corner[0], y + away[1] - corner[1]), "Control")
    found = on.elements(lambda found: found[0]["bbox"] != A["bbox"])
    for element, box_ in zip(found, wanted, strict=True):
        assert element["bbox"] == pytest.approx(box_, abs=2)
    on.page.keyboard.press("ControlOrMeta+z")
    on.boxes(A["bbox"], B["bbox"])


def test_keys_move_copy_and_delete_the_whole_selection_each_in_one_step(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C)
    on.click(150, 200)
    on.click(350, 150, "Shift")
    on.press("ArrowRight", "Shift+ArrowDown")
    on.boxes([110, 101, 210, 301], [310, 101, 410, 201], C["bbox"])
    on.press("ControlOrMeta+d")
    expect(on.said).to_have_text("2 elements duplicated")
    on.descs("ababc")
    on.selected(2, 3)
    on.press("ControlOrMeta+z")
    on.descs("abc")
    on.press("Delete")
    on.descs("c")
    on.press("ControlOrMeta+z")
    on.descs("abc")
    on.selected(0, 1)
    on.press("]")
    on.descs("cab")
    on.selected(1, 2)


def test_copy_and_paste_lays_copies_beside_the_originals(desk: Callable[..., Desk]) -> None:
    on = desk(A, C)
    on.click(150, 200)
    on.press("ControlOrMeta+c")
    expect(on.said).to_have_text("a copied")
    on.press("ControlOrMeta+v", "ControlOrMeta+v")
    found = on.descs("acaa")
    assert [e["bbox"] for e in found[2:]] == [[120, 120, 220, 320], [140, 140, 240, 340]]
    on.selected(3)
    on.press("ControlOrMeta+z", "ControlOrMeta+z")
    on.descs("ac")


def test_cut_goes_to_another_caption_in_another_tab(
    new_page: Callable[..., Page], serve: Callable[..., str]
) -> None:
    one = Desk(new_page(), serve(application(caption(A, B, C))))
    one.sheet.focus()
    one.press("ControlOrMeta+a", "ControlOrMeta+x")
    one.descs("")
    other = Desk(one.page.context.new_page(), serve(application(caption(LOOSE))))
    other.sheet.focus()
    other.press("ControlOrMeta+v")
    found = other.descs("labc")
    assert found[1:] == [A, B, C]
    one.page.bring_to_front()
    one.press("ControlOrMeta+z")
    one.descs("abc")


def test_the_menu_copies_and_pastes_without_leave_to_read_the_clipboard(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A)
    on.click(150, 200)
    on.choose("Arrange", "Copy")
    expect(on.said).to_have_text("a copied")
    on.choose("Arrange", "Paste")
    on.descs("aa")
    on.selected(1)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        '<img src=x onerror="window.hit=1">',
        '{"type": "obj", "desc": {"toString": 1}}',
        "[" * 50_000,
        '[{"type": "obj", "desc": "x"}, {"type": "script"}]',
    ],
    ids=["words", "markup", "object", "deep", "strange"],
)
def test_a_hostile_clipboard_changes_nothing(desk: Callable[..., Desk], text: str) -> None:
    on = desk(A)
    before = on.editor.inner_text()
    on.page.evaluate(COPY_FROM_ELSEWHERE, text)
    on.sheet.focus()
    on.press("ControlOrMeta+v")
    expect(on.said).to_have_text("There is nothing on the clipboard that fits the page")
    assert on.editor.inner_text() == before
    expect(on.layers).to_have_text(["a"])
    assert on.page.evaluate("window.hit") is None


def test_what_is_marked_in_the_editor_does_not_catch_a_paste_on_the_page(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A)
    on.page.evaluate(COPY_FROM_ELSEWHERE, json.dumps([B, C]))
    on.editor.click()
    on.press("ControlOrMeta+a")
    on.click(950, 950)
    on.press("ControlOrMeta+v")
    assert on.descs("abc") == [A, B, C]
    on.click(350, 150)
    on.press("ControlOrMeta+x")
    on.descs("ac")


def test_layers_pick_one_more_with_control_and_a_run_with_shift(
    desk: Callable[..., Desk],
) -> None:
    on = desk(A, B, C)
    on.pick(0)
    on.pick(2, "Control")
    on.selected(0, 2)
    on.pick(0)
    on.pick(2, "Shift")
    on.selected(0, 1, 2)
    on.pick(0)
    on.press("Shift+ArrowUp")
    on.selected(0, 1)


def test_a_locked_box_lets_the_pointer_through_and_stays(desk: Callable[..., Desk]) -> None:
    on = desk(box("wall", 0, 0, 1000, 1000), A, B)
    lock = on.row(0).get_by_role("button", name="Lock", exact=True)
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "true")
    on.click(900, 900)
    on.selected()
    on.drag(on.at(50, 50), on.at(450, 350))
    on.selected(1, 2)
    on.press("ControlOrMeta+a")
    on.selected(1, 2)
    on.pick(0)
    on.selected(0)
    on.box(0).focus()
    on.press("ArrowRight")
    expect(on.said).to_contain_text("Locked")
    on.press("Delete")
    expect(on.layers).to_have_text(["b", "a", "wall"])
    expect(on.row(0).get_by_role("button", name="Delete", exact=True)).to_be_disabled()
    on.press("l")
    expect(lock).to_have_attribute("aria-pressed", "false")
    on.press("Delete")
    on.descs("ab")


def test_a_lock_follows_its_element(desk: Callable[..., Desk]) -> None:
    on = desk(A, B, C)
    on.row(0).get_by_role("button", name="Lock", exact=True).click()
    on.row(2).get_by_role("button", name="Send back", exact=True).click()
    on.descs("acb")
    on.row(2).get_by_role("button", name="Delete", exact=True).click()
    on.row(0).get_by_role("button", name="Bring forward", exact=True).click()
    on.descs("ca")
    expect(on.box(1)).to_have_attribute("aria-label", re.compile("^Object 2: a, .*, locked$"))
    on.sheet.focus()
    on.press("ControlOrMeta+z", "ControlOrMeta+z")
    on.descs("acb")
    on.click(150, 200)
    on.selected()
    on.click(350, 150)
    on.selected(2)


def test_a_finger_sweeps_taps_and_drags_a_group(desk: Callable[..., Desk]) -> None:
    a, b = box("a", 100, 100, 300, 500), box("b", 400, 100, 600, 500)
    on = desk(a, b, C, **PHONE)
    touch = on.page.context.new_cdp_session(on.page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    def swipe(*stops: tuple[float, float]) -> None:
        send("touchStart", stops[0])
        for stop in stops[1:]:
            send("touchMove", stop)
        send("touchEnd")

    swipe(on.at(200, 800), on.at(210, 680), on.at(480, 300))
    on.selected(0, 1)
    swipe(on.at(230, 250), on.at(280, 300), on.at(330, 450))
    found = on.elements(lambda found: found[0]["bbox"] != a["bbox"])
    down, right = (found[0]["bbox"][i] - a["bbox"][i] for i in (0, 1))
    assert (down, right) == pytest.approx((100, 200), abs=20)
    assert found[1]["bbox"] == [400 + down, 100 + right, 600 + down, 500 + right]
    assert found[2] == C
    on.page.touchscreen.tap(*on.at(950, 950))
    on.selected()
