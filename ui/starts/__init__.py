"""The captions to start from, with their thumbnails."""

from __future__ import annotations

from ui.starts.component import StartPicker

__all__ = ["StartPicker"]
