"""`LayoutCanvas`: boxes on a page of the picture's ratio. `LayerList`: the same boxes as a list.

Both are views of the document in the page (`ui/document/store.js`). What they are not: keepers of
the caption; its text is the value of `CaptionEditor`.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent


class LayoutCanvas(StudioComponent):
    """A page of `width` by `height` pixels with the caption's boxes, over an optional picture.

    `width`, `height`: the size of the picture to be made. `fit`: what a new size does to the boxes:
    "reflow" keeps their shapes and places, as one step of history; "keep" leaves them, for a size
    that comes with a document of its own. `backdrop`: the picture that "The last picture" puts
    behind the boxes, an address on this server or a `data:image/` URL; `""` for none. All can be
    changed from an event with `gr.update`.

    The value is the page's size as text ("1024 × 768") when the page itself changed it, by undo or
    redo; `input` tells so.
    """

    module = "canvas/canvas.js"
    styles = (
        "canvas/canvas.css",
        "canvas/boxes.css",
        "canvas/handles.css",
        "canvas/ghosts.css",
        "canvas/guides.css",
        "canvas/menu.css",
        "canvas/words.css",
        "canvas/zoom.css",
    )

    def __init__(
        self,
        value: str | None = None,
        *,
        width: int = 1024,
        height: int = 1024,
        fit: str = "reflow",
        backdrop: str = "",
        elem_id: str | None = "layout-canvas",
        **settings: Any,
    ) -> None:
        super().__init__(
            value,
            elem_id=elem_id,
            width=width,
            height=height,
            fit=fit,
            backdrop=backdrop,
            **settings,
        )

    def preprocess(self, payload: object) -> str:
        """The page's size as text."""
        return payload if isinstance(payload, str) else ""


class LayerList(StudioComponent):
    """Every element in painter's order, the front one first, with or without a box."""

    module = "canvas/layers.js"
    styles = ("canvas/layers.css",)

    def __init__(
        self, value: None = None, *, elem_id: str | None = "layers", **settings: Any
    ) -> None:
        super().__init__(value, elem_id=elem_id, **settings)
