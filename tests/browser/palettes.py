"""The palette with its menu, beside the panels it works with, and what a hand does there.

What it is not: a test.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
from playwright.sync_api import FilePayload, Locator, Page, expect

from ui.canvas import LayoutCanvas
from ui.editor import CaptionEditor
from ui.inspector import Inspector
from ui.palette import PaletteRow

PANELS = ("layout-canvas", "inspector", "palette", "caption-editor")
PRESETS = [
    {"name": "Sea", "colours": ["#006994", "#9FE2BF", "#FFFFFF"]},
    {"name": "Long", "colours": [f"#0000{i:02X}" for i in range(16, 28)]},
]


def caption(*elements: dict[str, Any], palette: list[str] | None = None) -> str:
    style = {"aesthetics": "a", "lighting": "b", "photo": "c", "medium": "photograph"}
    body = {"background": "A wall.", "elements": list(elements)}
    root: dict[str, Any] = {"compositional_deconstruction": body}
    if palette:
        root = {"style_description": {**style, "colour_palette": palette}, **root}
    return json.dumps(root, indent=2)


class Bench:
    """The panels on one page; `menu` is the open window of palettes."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.reopen()
        self.swatches = page.locator("#palette [data-colour]")
        self.menu = page.get_by_role("dialog")
        self.note = self.menu.get_by_role("status")
        self.inspector = page.locator("#inspector")
        self.contrast = self.inspector.get_by_role("group", name="Contrast", exact=True)

    def reopen(self) -> None:
        self.page.goto(self.url)
        for panel in PANELS:
            expect(self.page.locator(f"#{panel}[data-ready='1']")).to_be_attached()

    def palettes(self, tab: str, owner: str = "the picture") -> None:
        self.page.get_by_role("button", name=f"Palettes for {owner}", exact=True).click()
        self.menu.get_by_role("tab", name=tab, exact=True).click()

    def choose(self, label: str, name: str, content: bytes) -> None:
        payload: FilePayload = {
            "name": name,
            "mimeType": "application/octet-stream",
            "buffer": content,
        }
        with self.page.expect_file_chooser() as chooser:
            self.menu.get_by_role("button", name=label, exact=True).click()
        chooser.value.set_files(payload)

    def press(self, name: str) -> None:
        self.menu.get_by_role("button", name=name, exact=True).click()

    def card(self, name: str) -> Locator:
        return self.menu.locator(f"[data-palette='{name}']")

    def has(self, *colours: str) -> None:
        """The picture's palette is these colours."""
        expect(self.swatches).to_have_count(len(colours))
        for index, colour in enumerate(colours):
            expect(self.swatches.nth(index)).to_have_attribute("data-colour", colour)

    def undo(self) -> None:
        self.page.keyboard.press("ControlOrMeta+z")


def application(text: str, presets: Any = PRESETS) -> gr.Blocks:
    with gr.Blocks() as demo:
        LayoutCanvas(width=1024, height=1024)
        Inspector()
        PaletteRow(presets=presets)
        CaptionEditor(value=text)
    return demo
