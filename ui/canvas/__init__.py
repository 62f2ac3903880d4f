"""The page to draw on, and the list of its layers."""

from __future__ import annotations

from ui.canvas.component import LayerList, LayoutCanvas

__all__ = ["LayerList", "LayoutCanvas"]
