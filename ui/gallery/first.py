"""`FirstCaptions`: what an empty gallery shows: what the model can do, and captions to try.

The small pictures are drawn in the page from each caption's boxes and colours (`wireframe.js`); no
model is asked. The gallery says in the page whether it is empty. What it is not: the list of all
ready-made captions, which is above the canvas.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent


class FirstCaptions(StudioComponent):
    """`captions`: `{title, text}` each; `words` say what the model can do."""

    module = "gallery/first.js"
    styles = ("gallery/first.css",)

    def __init__(
        self,
        captions: list[dict[str, str]] | None = None,
        *,
        value: None = None,
        words: str = "",
        elem_id: str | None = "first-captions",
        **settings: Any,
    ) -> None:
        super().__init__(
            value,
            elem_id=elem_id,
            captions=captions or [],
            words=words,
            **settings,
        )
