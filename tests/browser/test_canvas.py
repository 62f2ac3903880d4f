"""The canvas, the inspector, the palette and the JSON editor as a person uses them: one caption."""

from __future__ import annotations

import json
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
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E"
    "%3Crect width='1' height='1' fill='teal'/%3E%3C/svg%3E"
)


def caption(*elements: dict[str, Any], **root: Any) -> str:
    return json.dumps(
        {
            **root,
            "compositional_deconstruction": {"background": "A wall.", "elements": list(elements)},
        },
        indent=2,
    )


BACK = {"type": "obj", "bbox": [100, 100, 600, 600], "desc": "back"}
FRONT = {"type": "obj", "bbox": [400, 400, 900, 900], "desc": "front"}
WORDS = {"type": "text", "bbox": [50, 100, 150, 900], "text": "SLOW\nDAYS", "desc": "big"}
LOOSE = {"type": "obj", "desc": "nowhere"}


class Bench:
    """The six panels on one page, and what Python hears from them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        for panel in PANELS:
            expect(page.locator(f"#{panel}[data-ready='1']")).to_be_attached()
        self.sheet = page.locator("#layout-canvas [data-part=page]")
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.lock = page.locator("[data-part=lock]")

    def python(self) -> dict[str, Any]:
        """The caption that Python would be given now."""
        self.page.get_by_role("button", name="Ask Python", exact=True).click()
        answer = self.page.locator("#answer textarea")
        expect(answer).to_have_value(json_text)
        return json.loads(answer.input_value())  # type: ignore[no-any-return]
