"""The six panels that edit a caption, on one page, and what a hand does there.

What it is not: a test, nor the whole studio (`whole.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr
from playwright.sync_api import Locator, Page, expect

from ui.canvas import LayerList, LayoutCanvas
from ui.editor import CaptionEditor, IssueList
from ui.inspector import Inspector
from ui.palette import PaletteRow

PANELS = ("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues")
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


def application(text: str) -> gr.Blocks:
    """All panels, and some buttons that stand for what Python does to them."""
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
    return demo
