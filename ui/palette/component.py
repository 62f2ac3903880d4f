"""`PaletteRow`: the up to sixteen colours of the whole picture, as swatches.

What it is not: a value. It writes `colour_palette` of the caption's `style_description`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ui.components import StudioComponent


class PaletteRow(StudioComponent):
    """Swatches to add, change, remove and reorder, and a menu of palettes to take.

    `presets`: palettes that the menus of the page offer, each `{"name": str, "colours": [str]}`.
    """

    module = "palette/palette.js"
    styles = ("palette/palette.css", "palette/menu.css")

    def __init__(
        self,
        value: None = None,
        *,
        presets: Sequence[dict[str, Any]] = (),
        elem_id: str | None = "palette",
        **settings: Any,
    ) -> None:
        super().__init__(value, elem_id=elem_id, presets=list(presets), **settings)
