"""Deleted pictures, which can be brought back for a week.

What it is not: a second gallery; nothing in it is shown.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from ideogram4.errors import Ideogram4Error
from ui.store.ids import is_id

FOLDER = ".trash"
KEPT_SECONDS = 7 * 86400.0


class Trash:
    """The trash of one folder. Moving a file within a disk is whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._pictures = folder
        self._folder = folder / FOLDER

    def take(self, path: Path) -> None:
        """Move a picture in; Ideogram4Error when the disk refuses."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            target = self._folder / path.name
            path.replace(target)
        except OSError as problem:
            raise Ideogram4Error(
                f"the picture could not be deleted: {problem.strerror or problem}",
                hint="It is where it was.",
            ) from problem
        # The time of deletion decides when it goes for good; the file itself is not changed.
        with suppress(OSError):
            (self._folder / f"{path.name}.deleted").touch()

    def give_back(self, picture_id: str) -> bool:
        """Move a picture out again; whether it was there. Never writes over one."""
        kept = self._folder / f"{picture_id}.png"
        target = self._pictures / kept.name
        if kept.is_symlink() or not kept.is_file() or target.exists():
            return False
        try:
            kept.replace(target)
        except OSError as problem:
            raise Ideogram4Error(
                f"the picture could not be brought back: {problem.strerror or problem}",
                hint="It stays in the trash; please try again.",
            ) from problem
        with suppress(OSError):
            (self._folder / f"{kept.name}.deleted").unlink(missing_ok=True)
        return True

    def empty(self) -> None:
        """Delete for good what was deleted more than a week ago. Best effort."""
        oldest = time.time() - KEPT_SECONDS
        with suppress(OSError):
            for path in list(self._folder.iterdir()):
                if path.suffix == ".png" and is_id(path.stem):
                    with suppress(OSError):
                        self._look_at(path, oldest)

    def _look_at(self, path: Path, oldest: float) -> None:
        mark = self._folder / f"{path.name}.deleted"
        try:
            old = mark.lstat().st_mtime < oldest
        except FileNotFoundError:
            mark.touch()  # it was killed before it said when; the week begins now
            return
        if old:
            path.unlink(missing_ok=True)
            mark.unlink(missing_ok=True)
