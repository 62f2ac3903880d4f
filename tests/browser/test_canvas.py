"""The canvas and its neighbours as a person uses them: one caption, six views of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Locator, Page, expect

from ui.canvas import LayerList, LayoutCanvas
from ui.editor import CaptionEditor, IssueList
from ui.inspector import Inspector
from ui.palette import PaletteRow

pytestmark = pytest.mark.browser

PANELS = ("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues")
HOSTILE = '<img src=x onerror="window.hit=1"> ${window.hit=2} {{x}} `y` ${5 off </script><b>"\\'
BACK = {"type": "obj", "bbox": [100, 100, 600, 600], "desc": "back"}
FRONT = {"type": "obj", "bbox": [400, 400, 900, 900], "desc": "front"}
WORDS = {"type": "text", "bbox": [50, 100, 90, 900], "text": "SLOW\nDAYS", "desc": "big"}
LOOSE = {"type": "obj", "desc": "nowhere"}


def caption(*elements: dict[str, Any], **root: Any) -> str:
    body = {"background": "A wall.", "elements": list(elements)}
    return json.dumps({**root, "compositional_deconstruction": body}, indent=2)


def parsed(text: str) -> dict[str, Any] | None:
    """Python is told of broken text as well; that is not what a test waits for."""
    try:
        return dict(json.loads(text))
    except ValueError:
        return None


class Bench:
    """The six panels on one page, and what Python hears from them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        for panel in PANELS:
            expect(page.locator(f"#{panel}[data-ready='1']")).to_be_attached()
        self.sheet = page.locator("#layout-canvas [data-part=page]")
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.lock = page.locator("#layout-canvas [data-part=lock]")
        self.layers = page.locator("#layers .ig-layer-name")
        self.inspector = page.locator("#inspector")

    def heard(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What Python was last told, as soon as the condition holds for it."""
        last = None
        while True:
            answer = self.page.wait_for_function(
                "(last) => { const { value } = document.querySelector('#heard textarea');"
                " return value !== '' && value !== last ? { value } : null; }",
                arg=last,
            )
            last = answer.json_value()["value"]
            told = parsed(last)
            if told is not None and condition(told):
                return told

    def elements(self, condition: Callable[[list[Any]], bool]) -> list[Any]:
        told = self.heard(lambda c: condition(c["compositional_deconstruction"]["elements"]))
        return list(told["compositional_deconstruction"]["elements"])

    def box(self, index: int) -> Locator:
        return self.page.locator(f"#layout-canvas [data-element='{index}']")

    def at(self, y: float, x: float) -> tuple[float, float]:
        """Grid to screen."""
        self.sheet.scroll_into_view_if_needed()
        page = self.sheet.bounding_box()
        assert page is not None
        return page["x"] + x / 1000 * page["width"], page["y"] + y / 1000 * page["height"]

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*end)
        mouse.up()

    def tool(self, name: str) -> None:
        tools = self.page.get_by_role("toolbar", name="Canvas", exact=True)
        tools.get_by_role("button", name=name, exact=True).click()

    def write(self, text: str) -> None:
        """Replace the editor's text, as a paste does."""
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def numbers(self) -> list[int]:
        """The selected element's box as the inspector shows it."""
        return [int(edge.input_value()) for edge in self.inspector.get_by_role("spinbutton").all()]


@pytest.fixture
def bench(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., Bench]:
    """A page with all panels and some buttons that stand for what Python does to them."""

    def opened(text: str, **settings: Any) -> Bench:
        with gr.Blocks() as demo:
            canvas = LayoutCanvas(width=1024, height=1024)
            LayerList()
            Inspector()
            PaletteRow()
            editor = CaptionEditor(value=text)
            IssueList()
            heard = gr.Textbox(label="Heard", elem_id="heard", lines=2)
            wide = gr.Button("Wide")
            load = gr.Button("Load")
            quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
            # The last of several quick edits must arrive; Gradio's default drops it.
            last = {"trigger_mode": "always_last", **quiet}
            editor.input(lambda value: value, editor, heard, **last)
            wide.click(lambda: gr.update(width=1920, height=1080), None, canvas, **quiet)
            load.click(lambda: caption(WORDS), None, editor, **quiet)
        return Bench(new_page(**settings), serve(demo))

    return opened


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


def test_json_typed_in_the_editor_is_drawn_at_once(bench: Callable[..., Bench]) -> None:
    on = bench("")
    expect(on.sheet).to_contain_text("drag on the page")
    on.write(caption(BACK, WORDS))
    expect(on.box(0)).to_be_visible()
    expect(on.box(1)).to_contain_text("SLOW\nDAYS", use_inner_text=True)
    expect(on.layers).to_have_text(["“SLOW DAYS”", "back"])


def test_broken_json_locks_the_page_says_why_and_loses_nothing(
    bench: Callable[..., Bench],
) -> None:
    on = bench(caption(BACK))
    on.editor.click()
    on.page.keyboard.press("ControlOrMeta+End")
    on.page.keyboard.insert_text(" oops")
    expect(on.lock).to_contain_text("more text after the end")
    expect(on.lock).to_contain_text("Line 17, column 3")
    expect(on.editor).to_contain_text("} oops")
    on.drag(on.at(300, 300), on.at(500, 500))
    on.tool("Select")
    expect(on.page.locator("#issues [data-severity=error]")).to_be_visible()
    expect(on.page.get_by_role("button", name="Object", exact=True).first).to_be_disabled()
    on.lock.get_by_role("button", name="Show me").click()
    on.page.keyboard.press("Shift+End")
    on.page.keyboard.press("Delete")
    expect(on.lock).to_be_hidden()
    assert json.loads(on.editor.inner_text()) == json.loads(caption(BACK))
    on.drag(on.at(300, 300), on.at(400, 400))
    on.elements(lambda found: found[0]["bbox"] == [200, 200, 700, 700])


def test_one_history_covers_every_panel(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.drag(on.at(300, 300), on.at(400, 400))
    on.inspector.get_by_label("Description").fill("a red cup")
    hex_field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    hex_field.fill("#0f0")
    hex_field.press("Enter")
    on.heard(lambda told: told.get("style_description", {}).get("colour_palette") == ["#00FF00"])
    on.sheet.focus()
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.page.locator("#palette [data-colour]")).to_have_count(0)
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.inspector.get_by_label("Description")).to_have_value("back")
    on.page.keyboard.press("ControlOrMeta+z")
    on.elements(lambda found: found == [BACK])
    for _ in range(3):
        on.page.keyboard.press("ControlOrMeta+Shift+z")
    told = on.heard(lambda told: "style_description" in told)
    (element,) = told["compositional_deconstruction"]["elements"]
    assert element == {"type": "obj", "bbox": [200, 200, 700, 700], "desc": "a red cup"}


def test_hostile_words_stay_words_in_every_field(bench: Callable[..., Bench]) -> None:
    hostile = {"type": "text", "bbox": [1, 1, 500, 999], "text": HOSTILE, "desc": HOSTILE}
    palette = {"type": "obj", "desc": HOSTILE, "colour_palette": [HOSTILE], HOSTILE: HOSTILE}
    style = dict.fromkeys(("aesthetics", "lighting", "medium", "art_style"), HOSTILE)
    text = caption(hostile, palette, high_level_description=HOSTILE, style_description=style)
    on = bench(text)
    expect(on.box(0).locator(".ig-box-text")).to_have_text(HOSTILE)
    expect(on.inspector.get_by_label("The picture in a sentence")).to_have_value(HOSTILE)
    expect(on.inspector.get_by_label("Art style")).to_have_value(HOSTILE)
    expect(on.page.locator("#issues li").first).to_be_visible()
    on.inspector.get_by_label("Background").fill(HOSTILE)
    on.box(0).click()
    on.inspector.get_by_label("Description").fill(HOSTILE * 2)
    hex_field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    hex_field.fill(HOSTILE)
    hex_field.press("Enter")
    expect(on.page.locator("#palette")).to_contain_text("is not a hex colour")
    told = on.elements(lambda found: found[0]["desc"] == HOSTILE * 2)
    assert told[1] == palette
    assert on.page.evaluate("window.hit") is None
    assert on.page.locator("[onerror]").count() == 0


def test_python_loads_a_caption_that_can_be_undone(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.page.get_by_role("button", name="Load", exact=True).click()
    expect(on.box(0)).to_contain_text("SLOW")
    on.sheet.focus()
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.layers).to_have_text(["back"])


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


def test_palette_takes_lists_reorders_and_stops_at_sixteen(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    swatches = on.page.locator("#palette [data-colour]")
    hex_field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    hex_field.fill("#f00, 00ff00\n#0000FF")
    hex_field.press("Enter")
    expect(swatches).to_have_count(3)
    told = on.heard(lambda told: "style_description" in told)
    style = told["style_description"]
    assert list(style) == ["aesthetics", "lighting", "photo", "medium", "colour_palette"]
    assert all(style.values())
    swatches.nth(2).focus()
    on.page.keyboard.press("Alt+ArrowLeft")
    expect(swatches.nth(1)).to_be_focused()
    palette = lambda told: told["style_description"].get("colour_palette")  # noqa: E731
    on.heard(lambda told: palette(told) == ["#FF0000", "#0000FF", "#00FF00"])
    first, last = swatches.nth(0).bounding_box(), swatches.nth(2).bounding_box()
    assert first is not None and last is not None
    on.drag((first["x"] + 9, first["y"] + 9), (last["x"] + 20, last["y"] + 9))
    on.heard(lambda told: palette(told) == ["#0000FF", "#00FF00", "#FF0000"])
    swatches.nth(0).focus()
    on.page.keyboard.press("Delete")
    expect(swatches).to_have_count(2)
    hex_field.fill(" ".join(f"#0000{i:02x}" for i in range(1, 20)))
    hex_field.press("Enter")
    expect(swatches).to_have_count(16)
    expect(on.page.locator("#palette")).to_contain_text("5 left out: 16 colours is the most")


def test_style_is_open_a_photo_or_art_and_never_two(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.inspector.get_by_role("radio", name="Photo", exact=True).click()
    on.inspector.get_by_label("Photo", exact=True).fill("35mm")
    on.inspector.get_by_role("radio", name="Art", exact=True).click()
    style = on.heard(lambda told: "art_style" in told.get("style_description", {}))
    assert "photo" not in style["style_description"]
    on.inspector.get_by_role("radio", name="Photo", exact=True).click()
    expect(on.inspector.get_by_label("Photo", exact=True)).to_have_value("35mm")
    on.inspector.get_by_role("radio", name="Open", exact=True).click()
    on.heard(lambda told: "style_description" not in told)


def test_caret_and_scroll_survive_edits_on_the_canvas(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK, *[FRONT] * 12))
    on.editor.click()
    on.page.keyboard.press("ControlOrMeta+End")
    scroller = on.page.locator("#caption-editor .cm-scroller")
    before = scroller.evaluate("node => node.scrollTop")
    assert before > 0
    on.page.locator("#layers li", has_text="back").get_by_role("button").first.click()
    on.box(0).focus()
    on.page.keyboard.press("ArrowLeft")
    on.elements(lambda found: found[0]["bbox"] == [100, 99, 600, 599])
    assert scroller.evaluate("node => node.scrollTop") == before
    on.editor.focus()
    on.page.keyboard.insert_text("\n\n")
    on.page.wait_for_function(
        "() => document.querySelector('#heard textarea').value.endsWith('}\\n\\n')"
    )


def test_issues_lead_to_their_place_and_can_be_fixed(bench: Callable[..., Bench]) -> None:
    wrong = {"type": "obj", "desc": "😀😀 front", "colour_palette": ["#abc"], "bbox": FRONT["bbox"]}
    on = bench(caption(BACK, wrong).replace('front",\n', 'front",').replace("[\n          ", "["))
    issue = on.page.locator("#issues [data-code=colour-format]")
    issue.get_by_role("button").first.click()
    expect(on.inspector.get_by_role("heading")).to_have_text("Object 2")
    expect(on.editor).to_be_focused()
    assert on.page.evaluate("getSelection().toString()") == '"#abc"'
    expect(on.page.locator("#caption-editor .cm-lintRange-error")).to_have_text('"#abc"')
    issue.get_by_role("button").last.click()
    on.elements(lambda found: found[1] == {**wrong, "colour_palette": ["#AABBCC"]})
    expect(issue).to_have_count(0)


def test_what_a_language_model_wrote_is_repaired_on_request(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.write("Sure! Here is it:\n```json\n" + caption(BACK)[:-1] + "}\n```")
    expect(on.lock).to_be_visible()
    on.page.get_by_role("button", name="Repair the text", exact=True).click()
    on.page.get_by_role("button", name=re.compile("^Apply")).click()
    expect(on.lock).to_be_hidden()
    expect(on.layers).to_have_text(["back"])
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.editor).to_contain_text("Sure! Here is it:")


def test_a_phone_shows_everything_without_scrolling_sideways(bench: Callable[..., Bench]) -> None:
    on = bench(
        caption(BACK, WORDS, LOOSE),
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    assert on.page.evaluate("document.documentElement.scrollWidth") <= 390
    on.box(0).tap()
    expect(on.inspector.get_by_role("heading")).to_have_text("Object 1")
    grip = on.page.locator("#layout-canvas [data-handle=se]").bounding_box()
    assert grip is not None
    assert min(grip["width"], grip["height"]) >= 44


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
