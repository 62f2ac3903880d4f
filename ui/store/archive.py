"""Many pictures as one zip, written piece by piece.

What it is not: compression; a PNG does not get smaller.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.files import write_whole
from ui.store.disk import writing


def write_archive(paths: Iterable[Path], target: Path) -> Path:
    """Put files into a zip at `target`, under their own names; those that are gone are left out.

    Raises RequestError when none is left, Ideogram4Error when the disk refuses.
    """
    count = 0

    def write(file: BinaryIO) -> None:
        nonlocal count
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for path in paths:
                try:
                    # A zip knows no year before 1980; not strict takes the nearest there is.
                    about = zipfile.ZipInfo.from_file(path, path.name, strict_timestamps=False)
                    source = path.open("rb")
                except OSError:
                    continue
                with source, archive.open(about, "w") as out:
                    shutil.copyfileobj(source, out, 1 << 20)
                count += 1
        if not count:
            raise RequestError("there is no picture to download")

    try:
        with writing("the zip"):
            return write_whole(target, write)
    except zipfile.LargeZipFile as problem:
        raise Ideogram4Error("that is more than one zip can hold") from problem
