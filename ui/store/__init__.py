"""Pictures on disk and what each knows about itself."""

from __future__ import annotations

from ui.store.dropped import Dropped, read_dropped
from ui.store.entry import Entry
from ui.store.index import PictureIndex, Query
from ui.store.pictures import Picture, PictureStore
from ui.store.record import PictureRecord

__all__ = [
    "Dropped",
    "Entry",
    "Picture",
    "PictureIndex",
    "PictureRecord",
    "PictureStore",
    "Query",
    "read_dropped",
]
