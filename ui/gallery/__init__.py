"""Every picture that was made, and what can be done with it."""

from __future__ import annotations

from ui.gallery.component import Gallery, Standing, news
from ui.gallery.first import FirstCaptions

__all__ = ["FirstCaptions", "Gallery", "Standing", "news"]
