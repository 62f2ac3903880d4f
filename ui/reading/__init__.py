"""Pictures read: a picture of one's own into a caption, and a picture made here against its own."""

from __future__ import annotations

from ui.reading.component import ReadingPanel

__all__ = ["ReadingPanel"]
