"""Pictures on disk and what each knows about itself."""

from __future__ import annotations

from ui.store.pictures import Picture, PictureStore
from ui.store.record import PictureRecord

__all__ = ["Picture", "PictureRecord", "PictureStore"]
