"""`FirstCaptions`: what an empty gallery shows: what the model can do, and captions to try.

The small pictures are drawn in the page from each caption's boxes and colours (`wireframe.js`); no
model is asked. It goes away when there is a picture. What it is not: the list of all ready-made
captions, which is above the canvas.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent


class FirstCaptions(StudioComponent):
    """`captions`: `{title, text}` each. The value is whether the gallery is empty."""

    module = "gallery/first.js"
    styles = ("gallery/first.css",)

    def __init__(
        self,
        captions: list[dict[str, str]] | None = None,
        *,
        value: bool = False,
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

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: bool | None) -> bool:  # type: ignore[override]
        """What the page reads."""
        return bool(value)

    def preprocess(self, payload: object) -> None:
        """Nothing: the gallery is what the server says it is."""

    def api_info(self) -> dict[str, Any]:
        return {"type": "boolean"}
