"""`LivePreview`: one picture, how far it is, and what is to be said about it.

What it is not: a control. The buttons beside it are Gradio's, and it sends nothing to the server.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent
from ui.preview.state import PreviewState


class LivePreview(StudioComponent):
    """Shows a `PreviewState`; as an input it is of no use."""

    module = "preview/preview.js"
    styles = ("preview/preview.css",)

    def __init__(
        self,
        value: PreviewState | None = None,
        *,
        elem_id: str | None = "preview",
        **settings: Any,
    ) -> None:
        super().__init__(value, elem_id=elem_id, **settings)

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: PreviewState | None) -> dict[str, Any]:  # type: ignore[override]
        """What the page reads."""
        return (value or PreviewState()).to_dict()

    def preprocess(self, payload: object) -> None:
        """Nothing: the page's copy is not to be trusted and not needed."""

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}
