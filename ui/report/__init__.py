"""What became of the colours that a picture was asked for."""

from __future__ import annotations

from ui.report.component import PictureReport

__all__ = ["PictureReport"]
