"""Small versions of pictures, made once and kept beside them; whatever is lost is made again.

A picture that is small already stands for itself, with its text inside. What it is not: a way to
look at a file that is not one of ours; the store hands out paths.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.errors import Ideogram4Error
from ideogram4.files import write_whole
from ideogram4.png import png_size

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

FOLDER = ".thumbnails"
SIDE = 320
QUALITY = 82
SMALL_BYTES = 300_000
MOST_PIXELS = 1 << 24  # four times what is drawn here; more is not decoded to have a look


class Thumbnails:
    """The small versions of one folder's pictures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def of(self, path: Path) -> Path | None:
        """The file to show for a picture; None when it cannot be decoded."""
        from PIL import Image

        kept = self._folder / f"{path.stem}.webp"
        try:
            size = png_size(path)
            if size[0] * size[1] > MOST_PIXELS:
                return None
            if _stands_for_itself(path, size):
                return path
            if _is_whole(kept):
                return kept
            # The formats are named, because of some others Pillow makes programs of their own run.
            with Image.open(path, formats=("PNG",)) as image:
                if image.width * image.height > MOST_PIXELS:  # a header may come twice
                    return None
                return _make(image, kept)
        except Exception as problem:  # a broken picture breaks a decoder in any way there is
            log.info("no thumbnail of %s: %s", path.name, problem)
            return None

    def keep(self, image: Image, path: Path) -> None:
        """The picture at `path` was just made: its small version, as long as it is at hand."""
        try:
            if not _stands_for_itself(path, image.size):
                _make(image, self._folder / f"{path.stem}.webp")
        except (OSError, ValueError, Ideogram4Error) as problem:  # the picture itself is safe
            log.info("no thumbnail of %s: %s", path.name, problem)

    def drop(self, picture_id: str) -> None:
        """The picture is gone."""
        with suppress(OSError):
            (self._folder / f"{picture_id}.webp").unlink(missing_ok=True)


def _make(image: Image, target: Path) -> Path:
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    return write_whole(target, lambda file: small.save(file, "WEBP", quality=QUALITY))


def _stands_for_itself(path: Path, size: tuple[int, int]) -> bool:
    return max(size) <= 2 * SIDE and path.stat().st_size <= SMALL_BYTES


def _is_whole(path: Path) -> bool:
    """Ours are written whole; what somebody else broke, or put there, is made again."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
        length = int.from_bytes(head[4:8], "little") + 8
        whole = head[:4] == b"RIFF" and head[8:] == b"WEBP" and length <= path.stat().st_size
        return whole and not path.is_symlink()
    except OSError:
        return False
