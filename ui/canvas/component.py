"""`LayoutCanvas`: boxes on a page of the picture's ratio. `LayerList`: the same boxes as a list.

Both are views of the document in the page (`ui/document/store.js`). What they are not: a value.
The caption's text is the value of `CaptionEditor`.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent


class LayoutCanvas(StudioComponent):
    """A page of `width` by `height` pixels with the caption's boxes, over an optional picture.

    `width`, `height`: the size of the picture to be made; only their ratio shows, boxes are on the
    0..1000 grid and stay when it changes. `backdrop`: an address on this server or a `data:image/`
    URL; `""` for none. All three can be changed from an event with `gr.update`.
    """

    module = "canvas/canvas.js"
    styles = ("canvas/canvas.css", "canvas/guides.css", "canvas/menu.css")

    def __init__(
        self,
        value: None = None,
        *,
        width: int = 1024,
        height: int = 1024,
        backdrop: str = "",
        elem_id: str | None = "layout-canvas",
        **settings: Any,
    ) -> None:
        super().__init__(
            value, elem_id=elem_id, width=width, height=height, backdrop=backdrop, **settings
        )


class LayerList(StudioComponent):
    """Every element in painter's order, the front one first, with or without a box."""

    module = "canvas/layers.js"
    styles = ("canvas/layers.css",)

    def __init__(
        self, value: None = None, *, elem_id: str | None = "layers", **settings: Any
    ) -> None:
        super().__init__(value, elem_id=elem_id, **settings)
