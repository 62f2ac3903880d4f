"""`Inspector`: what the selected element says; with nothing selected, what the picture says.

What it is not: a value. The caption's text is the value of `CaptionEditor`.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent


class Inspector(StudioComponent):
    """Type, words, box and colours of the selected element, or description, background, style."""

    module = "inspector/inspector.js"
    styles = ("inspector/inspector.css", "palette/palette.css", "palette/menu.css")

    def __init__(
        self, value: None = None, *, elem_id: str | None = "inspector", **settings: Any
    ) -> None:
        super().__init__(value, elem_id=elem_id, **settings)
