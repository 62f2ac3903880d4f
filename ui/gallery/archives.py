"""`Archives`: the zips that pages download, and which of them are kept on the disk.

A zip of a whole gallery is as large as the gallery, and nobody says when it has been fetched; so
only the newest few stay. One that is just being sent is sent to its end all the same.
What it is not: how a zip is written (`ui.store.archive`).
"""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from ui.serving import COPIES, room
from ui.store import PictureStore

MOST = 8
MOST_BYTES = 4 << 30  # of all but the newest


class Archives:
    """The zips of one store's pictures."""

    def __init__(self, store: PictureStore) -> None:
        self._store = store
        self._made: list[Path] = []
        self._lock = threading.Lock()

    def make(self, ids: list[str]) -> Path:
        """A zip of the pictures, where Gradio serves files from; raises as the store does."""
        name = f"ideogram4-{time.strftime('%Y%m%d-%H%M%S')}.zip"
        target = room(name)
        try:
            made = self._store.archive(ids, target)
        except BaseException:
            shutil.rmtree(target.parent, ignore_errors=True)
            raise
        COPIES.add(str(made))
        with self._lock:
            self._made.append(made)
            while len(self._made) > MOST or self._older() > MOST_BYTES:
                old = self._made.pop(0)
                COPIES.discard(str(old))
                shutil.rmtree(old.parent, ignore_errors=True)
        return made

    def _older(self) -> int:
        """Bytes of all but the newest; Gradio may have taken some away."""
        return sum(path.stat().st_size for path in self._made[:-1] if path.exists())
