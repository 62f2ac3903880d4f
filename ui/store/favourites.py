"""Which pictures somebody starred. A lost or broken file means that none is, and nothing else.

What it is not: part of a picture, which never changes once it is written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from ideogram4.files import write_whole

FILE = ".favourites.json"


class Favourites:
    """The stars of one folder. Every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()

    def ids(self) -> frozenset[str]:
        """The ids with a star, whether or not their pictures are still there."""
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(self._path.read_bytes())
            if isinstance(found, list):
                return frozenset(item for item in found if isinstance(item, str))
        return frozenset()

    def set(self, ids: Collection[str], on: bool) -> None:
        """Give the pictures a star or take it; Ideogram4Error when the disk refuses."""
        with self._lock:
            kept = self.ids()
            wished = kept | set(ids) if on else kept - set(ids)
            if wished != kept:
                data = json.dumps(sorted(wished)).encode()
                write_whole(self._path, lambda file: file.write(data))
