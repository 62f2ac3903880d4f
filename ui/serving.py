"""How a stored picture reaches the browser: a copy in Gradio's own cache, never the folder itself.

The folder of pictures may lie anywhere and may hold other people's pictures; Gradio would have to
be allowed the whole of it. A copy of one file under a name that contains its hash gives away
nothing else. It decides nothing about who may see what: callers hold a picture already.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from gradio.processing_utils import save_file_to_cache
from gradio.utils import get_upload_folder

from ideogram4.errors import Ideogram4Error

# Every copy there is. The application hands this set to Gradio, which deletes what is in it: after
# a day, and all of it when the server stops.
COPIES: set[str] = set()
DELETE = (3600, 86400)  # look every hour for copies older than a day, in seconds
MOST_COPIES = (
    500  # or a busy day fills the disk twice; a page that is opened again has them made anew
)

ROOM = re.compile(r"[0-9a-f]{32}")
DEBRIS = re.compile(r"\..+\.[0-9a-f]{16}\.tmp")  # what `write_whole` calls an unfinished file
MAKING_SECONDS = 60.0  # one that was written to since may belong to another studio

_used: dict[str, None] = {}  # the copies, the one asked for last at the end
_lock = threading.Lock()


def cached(path: Path) -> str:
    """Copy a picture where Gradio serves files from, and return the path of the copy.

    Ideogram4Error when it is gone or the disk has no room for the copy.
    """
    try:
        copy: str = save_file_to_cache(path, cache_dir=get_upload_folder())
    except OSError as problem:
        raise Ideogram4Error(
            f"the picture cannot be shown: {problem.strerror or problem}",
            hint="It may be gone, or the disk may be full.",
        ) from problem
    with _lock:
        COPIES.add(copy)
        _used.pop(copy, None)
        _used[copy] = None
        oldest = list(_used)[:-MOST_COPIES]
        for old in oldest:
            del _used[old]
            COPIES.discard(old)
    for old in oldest:
        with suppress(OSError):
            Path(old).unlink()
            Path(old).parent.rmdir()
    return copy


def address(path: Path) -> str:
    """The picture's address, below the application's root."""
    return served(Path(cached(path)))


def room(name: str) -> Path:
    """Where a file may be made that a page will fetch: a folder of its own, which nobody guesses.

    Whoever makes it puts it among the copies. A process that is killed meanwhile leaves a part of
    it behind; see `sweep`.
    """
    return Path(get_upload_folder()) / secrets.token_hex(16) / name


def sweep() -> None:
    """Remove what killed processes left half made. Best effort, when a studio starts."""
    oldest = time.time() - MAKING_SECONDS
    with suppress(OSError):
        for folder in Path(get_upload_folder()).iterdir():
            if not ROOM.fullmatch(folder.name) or folder.is_symlink():
                continue
            with suppress(OSError):
                for path in folder.iterdir():
                    if DEBRIS.fullmatch(path.name) and path.lstat().st_mtime < oldest:
                        path.unlink(missing_ok=True)
                        folder.rmdir()


def served(copy: Path) -> str:
    """The address of a file that lies where Gradio serves files from."""
    return "/gradio_api/file=" + quote(str(copy))
