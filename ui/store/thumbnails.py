"""Small versions of pictures, made once and kept beside them; whatever is lost is made again.

A picture that is small already stands for itself, with its text inside. What it is not: a way to
look at a file that is not one of ours; the store hands out paths.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.errors import Ideogram4Error
from ideogram4.files import write_whole

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

FOLDER = ".thumbnails"
SIDE = 320
QUALITY = 82
SMALL_BYTES = 300_000
MOST_PIXELS = 64_000_000  # more was never drawn here, and is not decoded to have a look


class Thumbnails:
    """The small versions of one folder's pictures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def of(self, path: Path) -> Path | None:
        """The file to show for a picture; None when it cannot be decoded."""
        from PIL import Image

        if _is_small(path):
            return path
        kept = self._folder / f"{path.stem}.webp"
        if _is_whole(kept):
            return kept
        try:
            with Image.open(path) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                return self._make(image, kept)
        except (OSError, ValueError, SyntaxError, Ideogram4Error) as problem:
            log.info("no thumbnail of %s: %s", path.name, problem)
            return None

    def drop(self, picture_id: str) -> None:
        """The picture is gone."""
        (self._folder / f"{picture_id}.webp").unlink(missing_ok=True)

    def _make(self, image: Image, target: Path) -> Path:
        small = image.convert("RGB")
        small.thumbnail((SIDE, SIDE))
        return write_whole(target, lambda file: small.save(file, "WEBP", quality=QUALITY))


def _is_small(path: Path) -> bool:
    from PIL import Image

    try:
        if path.stat().st_size > SMALL_BYTES:
            return False
        with Image.open(path) as image:  # the header only
            return max(image.size) <= 2 * SIDE
    except (OSError, ValueError, SyntaxError):
        return False


def _is_whole(path: Path) -> bool:
    """Ours are written whole; what somebody else broke is made again."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
        return head[:4] == b"RIFF" and int.from_bytes(head[4:8], "little") + 8 <= (
            path.stat().st_size
        )
    except OSError:
        return False
