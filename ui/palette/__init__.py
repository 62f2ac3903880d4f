"""The picture's colours."""

from __future__ import annotations

from ui.palette.component import PaletteRow

__all__ = ["PaletteRow"]
