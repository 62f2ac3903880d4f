"""`CaptionEditor`: the caption as JSON text, the page's one value. `IssueList`: what is wrong.

The rules are Python's alone: the page asks `ui.editor.checks` after each edit. What it is not: a
second parser of captions.
"""

from __future__ import annotations

from typing import Any

from ideogram4.caption import load_schema
from ui.components import StudioComponent
from ui.editor.checks import apply_fix, apply_fixes, check
from ui.editor.reading import Meter, make_reading
from ui.editor.review import apply_review, review


class CaptionEditor(StudioComponent):
    """A JSON editor whose value is the caption's text, exactly as it stands, broken or not.

    `meter` counts tokens for the head of the editor; without one no count is shown.
    """

    module = "editor/editor.js"
    styles = ("editor/editor.css", "review/sheet.css", "editor/reading.css", "canvas/menu.css")

    def __init__(
        self,
        value: str | None = "",
        *,
        meter: Meter | None = None,
        elem_id: str | None = "caption-editor",
        **settings: Any,
    ) -> None:
        super().__init__(
            value,
            elem_id=elem_id,
            server_functions=[
                check,
                apply_fix,
                apply_fixes,
                review,
                apply_review,
                make_reading(meter),
            ],
            caption_schema=load_schema(),
            **settings,
        )

    def preprocess(self, payload: str | None) -> str:
        """The text in the editor; an empty string when there is none."""
        return payload if isinstance(payload, str) else ""

    def postprocess(self, value: str | None) -> str:
        """The text to load; it replaces the document and can be undone in the page."""
        return value if isinstance(value, str) else ""

    def example_payload(self) -> str:
        """A small text for Gradio's own documentation of an application."""
        return "{}"

    def example_value(self) -> str:
        """The same, from Python's side."""
        return "{}"


class IssueList(StudioComponent):
    """Errors, warnings and hints; each leads to its element and its place in the text."""

    module = "editor/issues.js"
    styles = ("editor/issues.css",)

    def __init__(
        self, value: None = None, *, elem_id: str | None = "issues", **settings: Any
    ) -> None:
        super().__init__(value, elem_id=elem_id, **settings)
