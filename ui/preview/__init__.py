"""The picture while it is made, and the picture when it is done."""

from __future__ import annotations

from ui.preview.component import LivePreview
from ui.preview.state import PreviewState

__all__ = ["LivePreview", "PreviewState"]
