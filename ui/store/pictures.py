"""Pictures on disk: one PNG each, found again by an id and never by a path.

An id is a date, a time and 64 random bits; nothing else is ever joined to the folder's name, so no
text from a page or a request can point outside it, and nobody guesses another person's pictures.
Writing is whole or not at all (`ideogram4.png`). It is not a database: the folder is the list, and
it may be copied, emptied or shared while the studio runs.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.png import read_png_metadata, save_png
from ui.store.archive import write_archive
from ui.store.colours import main_colours
from ui.store.favourites import Favourites
from ui.store.index import PictureIndex
from ui.store.record import PictureRecord
from ui.store.thumbnails import Thumbnails
from ui.store.trash import Trash

if TYPE_CHECKING:
    from PIL.Image import Image

ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{16}")
DEBRIS = re.compile(rf"\.{ID.pattern}\.png\..*\.tmp")
WRITING_SECONDS = 60.0  # a younger temporary file may belong to another studio on this folder


@dataclass(frozen=True)
class Picture:
    """One stored picture: its id, where it lies, what it knows."""

    id: str
    path: Path
    record: PictureRecord


class PictureStore:
    """The pictures of one folder. The folder is made when the first picture is saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = PictureIndex(folder, self.ids)
        self.favourites = Favourites(folder)
        self._thumbnails = Thumbnails(folder)
        self._trash = Trash(folder)
        self._sweep()
        self._trash.empty()

    def save(self, image: Image, record: PictureRecord) -> Picture:
        """Store one picture; Ideogram4Error when the disk refuses, and the others stay whole."""
        picture_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(8)}"
        path = self.folder / f"{picture_id}.png"
        record = replace(record, colours=" ".join(main_colours(image)))
        save_png(image, path, record.to_metadata(), overwrite=False)
        return Picture(picture_id, path, record)

    def path(self, picture_id: object) -> Path:
        """Where the picture lies; raises RequestError for anything that is not one of ours."""
        if not isinstance(picture_id, str) or not ID.fullmatch(picture_id):
            raise RequestError("that is not the id of a picture")
        path = self.folder / f"{picture_id}.png"
        if path.is_symlink() or not path.is_file():
            raise RequestError("that picture is no longer there")
        return path

    def get(self, picture_id: object) -> Picture:
        """The picture and its record, read from the file; raises RequestError."""
        path = self.path(picture_id)
        record = PictureRecord.from_metadata(read_png_metadata(path))
        return Picture(path.stem, path, record)

    def ids(self) -> list[str]:
        """The ids of every picture there is, newest first."""
        with suppress(FileNotFoundError, NotADirectoryError):
            found = [p.stem for p in self.folder.glob("*.png") if ID.fullmatch(p.stem)]
            return sorted(found, reverse=True)
        return []

    def existing(self, picture_ids: object) -> list[Picture]:
        """Those of the given ids that can still be read, in the given order. Never raises.

        The ids may come from a browser, so they may be anything at all.
        """
        found: list[Picture] = []
        for picture_id in picture_ids if isinstance(picture_ids, list) else []:
            with suppress(Ideogram4Error):
                found.append(self.get(picture_id))
        return found

    def thumbnail(self, picture_id: object) -> Path | None:
        """A small file to show for a picture; raises RequestError, None if it does not decode."""
        return self._thumbnails.of(self.path(picture_id))

    def delete(self, picture_ids: object) -> list[str]:
        """Move pictures to the trash; the ids of those that were there.

        Ideogram4Error when the disk refuses; what was moved by then is in the trash.
        """
        gone: list[str] = []
        for picture_id in picture_ids if isinstance(picture_ids, list) else []:
            with suppress(RequestError):
                path = self.path(picture_id)
                self._trash.take(path)
                self._thumbnails.drop(path.stem)
                gone.append(path.stem)
        return gone

    def restore(self, picture_ids: object) -> list[str]:
        """Bring deleted pictures back; the ids of those that could be."""
        asked = picture_ids if isinstance(picture_ids, list) else []
        ids = [i for i in asked if isinstance(i, str) and ID.fullmatch(i)]
        return [picture_id for picture_id in ids if self._trash.give_back(picture_id)]

    def archive(self, picture_ids: object, target: Path) -> Path:
        """A zip of the pictures, oldest first, at `target`; raises as `write_archive` does."""
        known = [picture.path for picture in self.existing(picture_ids)]
        return write_archive(sorted(set(known)), target)

    def _sweep(self) -> None:
        """Remove what a killed process left half written."""
        oldest = time.time() - WRITING_SECONDS
        with suppress(OSError):
            for path in self.folder.iterdir():
                if DEBRIS.fullmatch(path.name) and path.lstat().st_mtime < oldest:
                    path.unlink(missing_ok=True)
