"""The form beside the canvas: the selected element, or the picture as a whole."""

from __future__ import annotations

from ui.inspector.component import Inspector

__all__ = ["Inspector"]
