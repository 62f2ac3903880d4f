"""Pictures on disk: one PNG each, found again by an id and never by a path.

Nothing but an id (`ui.store.ids`) is ever joined to the folder's name, and no link is followed.
Writing is whole or not at all (`ideogram4.png`). It is not a database: the folder is the list, and
it may be copied, emptied or shared while the studio runs.
"""

from __future__ import annotations

import logging
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.disclosure import disclosure
from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.png import read_png_metadata, save_png
from ui.store import thumbnails
from ui.store.archive import write_archive
from ui.store.colours import main_colours
from ui.store.disk import writing
from ui.store.favourites import Favourites
from ui.store.ids import ID, is_id, new_id
from ui.store.index import PictureIndex
from ui.store.record import PictureRecord
from ui.store.thumbnails import Thumbnails
from ui.store.trash import Trash

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

# What `write_whole` calls a file that it has not finished, for each kind of file that lies here.
DEBRIS = re.compile(rf"\.(?:{ID.pattern}\.(?:png|webp)|\.index\.json|\.favourites\.json)\..*\.tmp")
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
        picture_id = new_id()
        path = self.folder / f"{picture_id}.png"
        record = replace(record, colours=" ".join(main_colours(image)))
        made = disclosure(weights=record.weights, licence=record.licence, version=record.version)
        with writing("the picture"):
            save_png(image, path, record.to_metadata() | made, overwrite=False)
        self._thumbnails.keep(image, path)
        return Picture(picture_id, path, record)

    def path(self, picture_id: object) -> Path:
        """Where the picture lies; raises RequestError for anything that is not one of ours."""
        if not is_id(picture_id):
            raise RequestError("that is not the id of a picture")
        path = self.folder / f"{picture_id}.png"
        if path.is_symlink() or not path.is_file():
            raise RequestError("that picture is no longer there")
        return path

    def get(self, picture_id: object) -> Picture:
        """The picture and its record, read from the file; raises RequestError."""
        path = self.path(picture_id)
        try:
            texts = read_png_metadata(path)
        except RequestError as problem:
            # Pages show this, and where the folder lies is nobody's business.
            log.warning("%s", problem)
            raise RequestError("that picture's file is damaged") from problem
        return Picture(path.stem, path, PictureRecord.from_metadata(texts))

    def ids(self) -> list[str]:
        """The ids of every picture there is, newest first."""
        found: list[str] = []
        with suppress(OSError), os.scandir(self.folder) as files:
            for file in files:
                stem, _, suffix = file.name.rpartition(".")
                # A link may point anywhere, and a pipe would be waited for without end.
                if suffix == "png" and is_id(stem) and file.is_file(follow_symlinks=False):
                    found.append(stem)
        return sorted(found, reverse=True)

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

        Ideogram4Error when the disk refuses the first; refuses it a later one, it ends with that.
        """
        gone: list[str] = []
        for picture_id in picture_ids if isinstance(picture_ids, list) else []:
            try:
                path = self.path(picture_id)
            except RequestError:
                continue
            try:
                self._trash.take(path)
            except Ideogram4Error as problem:
                if not gone:
                    raise
                log.warning("only %d pictures were deleted: %s", len(gone), problem)
                break
            self._thumbnails.drop(path.stem)
            gone.append(path.stem)
        return gone

    def restore(self, picture_ids: object) -> list[str]:
        """Bring deleted pictures back; the ids of those that could be."""
        ids = filter(is_id, picture_ids if isinstance(picture_ids, list) else [])
        return [picture_id for picture_id in ids if self._trash.give_back(picture_id)]

    def favour(self, picture_ids: object, on: bool) -> list[str]:
        """Give pictures a star or take it; the ids of those that are there."""
        known: list[str] = []
        for picture_id in picture_ids if isinstance(picture_ids, list) else []:
            with suppress(RequestError):
                known.append(self.path(picture_id).stem)
        self.favourites.set(known, on)
        return known

    def archive(self, picture_ids: object, target: Path) -> Path:
        """A zip of the pictures, oldest first, at `target`; raises as `write_archive` does."""
        known = [picture.path for picture in self.existing(picture_ids)]
        return write_archive(sorted(set(known)), target)

    def _sweep(self) -> None:
        """Remove what a killed process left half written."""
        oldest = time.time() - WRITING_SECONDS
        for folder in (self.folder, self.folder / thumbnails.FOLDER):
            with suppress(OSError):
                for path in folder.iterdir():
                    if DEBRIS.fullmatch(path.name) and path.lstat().st_mtime < oldest:
                        path.unlink(missing_ok=True)
