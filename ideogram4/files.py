"""Files written whole or not at all, and read only up to a limit.

`write_whole` writes beside the target, syncs, then renames: a name that exists is a finished file,
whatever was killed in between. It knows nothing about what is in the files.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ideogram4.errors import Ideogram4Error, RequestError


def write_whole(
    path: str | Path, write: Callable[[BinaryIO], object], *, overwrite: bool = True
) -> Path:
    """Call `write` with an open file and put the result at `path`; missing folders are made.

    With `overwrite=False` an existing file is left alone and RequestError raised, even when two
    processes finish at the same moment. Ideogram4Error says why when the disk refuses; what was
    there before is then untouched.
    """
    target = Path(path)
    # The name keeps the target's, so that whoever owns the folder can recognise a killed write.
    temporary = target.with_name(f".{target.name[:200]}.{secrets.token_hex(8)}.tmp")
    try:
        _make_folder(target.parent)
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        _publish(temporary, target, overwrite)
        _sync_folder(target.parent)
    except FileExistsError as problem:
        raise RequestError(
            f"{target} exists already and is kept", hint="Choose another name, or move it away."
        ) from problem
    except OSError as problem:
        raise Ideogram4Error(
            f"{target} could not be written: {problem.strerror or problem}",
            hint="Nothing that was there before has changed.",
        ) from problem
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return target


def read_limited(path: str | Path, limit: int) -> bytes:
    """Return the bytes of a file, or of standard input for "-".

    Raises RequestError when it cannot be read or is longer than `limit` bytes.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except OSError as problem:
        raise RequestError(f"{name} cannot be read: {problem.strerror or problem}") from problem
    if len(data) > limit:
        raise RequestError(f"{name} is longer than {limit} bytes, the most that is read")
    return data


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:  # which would otherwise read as if the target were there
        raise NotADirectoryError(errno.ENOTDIR, f"{folder} is not a folder") from None


def _publish(temporary: Path, target: Path, overwrite: bool) -> None:
    if overwrite:
        temporary.replace(target)
        return
    try:
        # A link refuses an existing name in one step; a look and then a rename would not.
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():  # a file system without links, such as FAT
            raise FileExistsError(str(target)) from None
        temporary.replace(target)


def _sync_folder(folder: Path) -> None:
    # Not every system lets a folder be opened or synced; the rename itself has happened by now.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
