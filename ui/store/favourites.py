"""Which pictures somebody starred. A lost or broken file means that none is, and nothing else.

What it is not: part of a picture, which never changes once it is written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from ideogram4.errors import Ideogram4Error
from ideogram4.files import write_whole
from ui.store.disk import writing
from ui.store.ids import is_id

FILE = ".favourites.json"


class Favourites:
    """The stars of one folder. Every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()

    def ids(self) -> frozenset[str]:
        """The ids with a star, whether or not their pictures are still there."""
        with suppress(OSError):
            return self._read()
        return frozenset()

    def set(self, ids: Collection[str], on: bool) -> None:
        """Give the pictures a star or take it; Ideogram4Error when the disk refuses."""
        with self._lock:
            try:
                kept = self._read()
            except OSError as problem:  # not for good, perhaps: nobody's stars are written over
                raise Ideogram4Error(
                    f"the favourites cannot be read: {problem.strerror or problem}",
                    hint="They are as they were; please try again.",
                ) from problem
            wished = kept | set(ids) if on else kept - set(ids)
            if wished != kept:
                data = json.dumps(sorted(wished)).encode()
                with writing("the favourites"):
                    write_whole(self._path, lambda file: file.write(data))

    def _read(self) -> frozenset[str]:
        """The ids; a file that is no such list holds none. OSError when it cannot be looked at."""
        try:
            found = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError, RecursionError):
            return frozenset()
        return frozenset(filter(is_id, found if isinstance(found, list) else []))
