"""The pictures this browser has made, and what can be done with one of them."""

from __future__ import annotations

from ui.gallery.first import FirstCaptions
from ui.gallery.panel import GalleryPanel, thumbnails

__all__ = ["FirstCaptions", "GalleryPanel", "thumbnails"]
