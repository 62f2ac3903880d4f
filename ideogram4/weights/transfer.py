"""Fetch one large file so that nothing that has arrived is fetched twice.

The hub library starts a file over when a download stops (its part has a new name each time), which
with files of five gigabytes is an evening lost. So a file is streamed into `CONTENT.incomplete`
beside where it will lie, taken up where it stopped, held to the hub's checksum and only then given
its name. It is not the cache's bookkeeping: links and references are the library's.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ideogram4.errors import HubUnavailableError, WeightsError
from ideogram4.weights.cache import begun
from ideogram4.weights.hub_errors import is_transport
from ideogram4.weights.progress import Meter

ATTEMPTS = 5  # in a row without a single new byte
PAUSE = 1.0  # seconds between two of them
BLOCK = 1 << 20


@dataclass(frozen=True)
class Content:
    """A file as the hub describes it. `name` is SHA-256 in hexadecimal for large files."""

    url: str
    name: str
    size: int
    what: str  # for messages


def fetch(
    content: Content,
    blob: Path,
    lock: Path,
    *,
    headers: Mapping[str, str],
    timeout: float,
    meter: Meter,
) -> None:
    """Put the file at `blob`, going on from what is there of it.

    Raises `WeightsError` when another program is at it or the content is not what the hub says,
    `OSError`, what the transport raises after ATTEMPTS, and what the meter's listener raises; all
    of them leave what has arrived, except a content that is wrong.
    """
    import filelock
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

    lock.parent.mkdir(parents=True, exist_ok=True)
    blob.parent.mkdir(parents=True, exist_ok=True)
    try:
        with WeakFileLock(lock, timeout=0.1):
            if blob.exists():
                return
            part = begun(blob)
            with part.open("ab+") as file:
                arriving = _Arriving(content, file, meter)
                arriving.fetch(headers, timeout)
            if not arriving.is_right():
                part.unlink()
                raise HubUnavailableError(
                    f"{content.what} did not arrive as the hub has it: its checksum differs",
                    hint="Run it again; the damaged file was deleted and the others are kept.",
                )
            part.replace(blob)
            return
    except filelock.Timeout:
        pass
    raise WeightsError(
        f"{content.what} is being downloaded by another program at this moment",
        hint="Wait for it, then run this again.",
    )


class _Arriving:
    """The part of a file that is here, and its checksum so far."""

    def __init__(self, content: Content, file: BinaryIO, meter: Meter) -> None:
        self._content = content
        self._file = file
        self._meter = meter
        self._hash = hashlib.sha256()
        self._length = 0
        file.seek(0)
        while block := file.read(BLOCK):
            self._count(block)
        if self._length > content.size:
            self._start_over()

    def fetch(self, headers: Mapping[str, str], timeout: float) -> None:
        """Stream what is missing, trying again as long as something comes."""
        fruitless = 0
        while self._length < self._content.size:
            before = self._length
            try:
                self._stream(headers, timeout)
                problem: Exception = _ended_early(self._content)
            except Exception as error:
                if not is_transport(error):
                    raise
                problem = error
            if self._length == self._content.size:
                return
            fruitless = 0 if self._length > before else fruitless + 1
            if fruitless >= ATTEMPTS:
                raise problem
            time.sleep(PAUSE)

    def is_right(self) -> bool:
        """Whether the content is what its name says, where the name is SHA-256."""
        name = self._content.name
        return len(name) != 64 or self._hash.hexdigest() == name

    def _stream(self, headers: Mapping[str, str], timeout: float) -> None:
        from huggingface_hub.utils import (  # type: ignore[attr-defined]
            get_session,
            hf_raise_for_status,
        )

        # Compressed, a range would not be a range of the file.
        asked = {**headers, "Accept-Encoding": "identity"}
        if self._length:
            asked["Range"] = f"bytes={self._length}-"
        url = self._content.url
        with get_session().stream("GET", url, headers=asked, timeout=timeout) as reply:
            hf_raise_for_status(reply)
            if reply.status_code != 206 and self._length:
                self._start_over()  # the server sends the whole file all the same
            for block in reply.iter_bytes():
                if self._length + len(block) > self._content.size:
                    self._start_over()
                    raise _ended_early(self._content)
                self._file.write(block)
                self._count(block)

    def _count(self, block: bytes) -> None:
        self._hash.update(block)
        self._length += len(block)
        self._meter.add(len(block))

    def _start_over(self) -> None:
        self._file.truncate(0)
        self._meter.add(-self._length)
        self._hash = hashlib.sha256()
        self._length = 0


def _ended_early(content: Content) -> HubUnavailableError:
    return HubUnavailableError(
        f"the download of {content.what} broke off",
        hint="Run it again; it goes on from what has arrived.",
    )
