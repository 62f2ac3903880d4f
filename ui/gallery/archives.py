"""`Archives`: the zips that pages download, and which of them are kept on the disk.

A zip of a whole gallery is as large as the gallery, and nobody says when it has been fetched; so
only the newest few stay. One that is just being sent is sent to its end all the same.
What it is not: how a zip is written (`ui.store.archive`).
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from pathlib import Path

from gradio.utils import get_upload_folder

from ui.serving import COPIES
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
        folder = Path(get_upload_folder()) / secrets.token_hex(16)
        try:
            made = self._store.archive(ids, folder / name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
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
