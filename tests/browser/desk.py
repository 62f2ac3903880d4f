"""A page with the canvas, its layers and the caption's text, and what a hand does on it.

For tests of the canvas alone; `test_canvas.py` has all six panels. What it is not: a test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import gradio as gr
from playwright.sync_api import Locator, Page, expect

from ui.canvas import LayerList, LayoutCanvas
from ui.editor import CaptionEditor
from ui.inspector import Inspector

PANELS = ("layout-canvas", "layers", "caption-editor")
Point = tuple[float, float]


def box(desc: str, *bbox: int) -> dict[str, Any]:
    return {"type": "obj", "bbox": list(bbox), "desc": desc}


def caption(*elements: dict[str, Any]) -> str:
    body = {"background": "A wall.", "elements": list(elements)}
    return json.dumps({"compositional_deconstruction": body}, indent=2)


def application(text: str, *, inspector: bool = False, **settings: Any) -> gr.Blocks:
    """The three panels, on request the inspector; the caption as Python hears it is in `#heard`."""
    with gr.Blocks() as demo:
        LayoutCanvas(**{"width": 1024, "height": 1024, **settings})
        LayerList()
        if inspector:
            Inspector()
        editor = CaptionEditor(value=text)
        heard = gr.Textbox(label="Heard", elem_id="heard", lines=2)
        editor.input(
            lambda value: value,
            editor,
            heard,
            trigger_mode="always_last",
            show_progress="hidden",
            api_visibility="private",
        )
    return demo


class Desk:
    """The page and the gestures; points are on the caption's grid, y before x."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.sheet = page.locator("#layout-canvas [data-part=page]")
        self.frame = page.locator("#layout-canvas [data-part=frame]")
        self.marquee = page.locator("#layout-canvas [data-part=marquee]")
        self.guides = page.locator("#layout-canvas [data-line=guide]")
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.said = page.locator("#layout-canvas .ig-sr[role=status]")
        self.layers = page.locator("#layers .ig-layer-name")
        self.open()

    def open(self) -> None:
        """Every component that the page has must work before a hand acts."""
        self.page.goto(self.url)
        for panel in PANELS:
            expect(self.page.locator(f"#{panel}[data-ready='1']")).to_be_attached()
        expect(self.page.locator(".ig-panel:not([data-ready='1'])")).to_have_count(0)

    def box(self, index: int) -> Locator:
        return self.page.locator(f"#layout-canvas [data-element='{index}']")

    def row(self, index: int) -> Locator:
        """An element's row in the list of layers."""
        return self.page.locator(f"#layers [data-layer='{index}']")

    def pick(self, index: int, *held: Literal["Control", "Shift"]) -> None:
        self.row(index).locator(".ig-layer-pick").click(modifiers=list(held))

    def at(self, y: float, x: float) -> Point:
        """Grid to screen."""
        self.sheet.scroll_into_view_if_needed()
        page = self.sheet.bounding_box()
        assert page is not None
        return page["x"] + x / 1000 * page["width"], page["y"] + y / 1000 * page["height"]

    def handle(self, name: str) -> Point:
        grip = self.page.locator(f"#layout-canvas [data-handle={name}]").bounding_box()
        assert grip is not None
        return grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2

    def click(self, y: float, x: float, *held: str) -> None:
        for key in held:
            self.page.keyboard.down(key)
        self.page.mouse.click(*self.at(y, x))
        for key in held:
            self.page.keyboard.up(key)

    def drag(self, start: Point, end: Point, *held: str, drop: bool = True) -> None:
        """`drop` false: the pointer stays down."""
        mouse, keyboard = self.page.mouse, self.page.keyboard
        mouse.move(*start)
        for key in held:
            keyboard.down(key)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*end)
        if drop:
            mouse.up()
        for key in held:
            keyboard.up(key)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def choose(self, menu: str, entry: str) -> None:
        """An entry of one of the toolbar's menus."""
        self.page.get_by_role("button", name=menu, exact=True).click()
        opened = self.page.get_by_role("menu", name=menu, exact=True)
        opened.locator("button", has_text=entry).or_(opened.get_by_label(entry, exact=True)).click()

    def selected(self, *indices: int) -> None:
        """Exactly these boxes are selected."""
        chosen = self.page.locator("#layout-canvas [data-element][aria-pressed=true]")
        expect(chosen).to_have_count(len(indices))
        for index in indices:
            expect(self.box(index)).to_have_attribute("aria-pressed", "true")

    def elements(self, condition: Callable[[list[Any]], bool]) -> list[Any]:
        """The elements as Python was last told, as soon as the condition holds for them."""
        last = None
        while True:
            answer = self.page.wait_for_function(
                "(last) => { const { value } = document.querySelector('#heard textarea');"
                " return value !== '' && value !== last ? { value } : null; }",
                arg=last,
            )
            last = answer.json_value()["value"]
            found = list(json.loads(last)["compositional_deconstruction"]["elements"])
            if condition(found):
                return found

    def boxes(self, *wanted: list[int]) -> None:
        """The elements' boxes become these, in painter's order."""
        self.elements(lambda found: [element.get("bbox") for element in found] == list(wanted))

    def descs(self, wanted: str) -> list[Any]:
        """The elements become those described by these letters, in painter's order."""
        return self.elements(lambda found: [e["desc"] for e in found] == list(wanted))
