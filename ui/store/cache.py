"""What the index had read, kept on disk so that a restart need not open every picture again.

A checksum closes the file: one that was cut off, damaged or edited counts as none, and so does one
that was written for other fields. What it is not: the place of anything that cannot be lost.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from ideogram4.errors import Ideogram4Error
from ideogram4.files import write_whole
from ui.store.entry import Entry, Stamp
from ui.store.record import PictureRecord

log = logging.getLogger(__name__)

FILE = ".index.json"
# A program that keeps other things in it must not read it, so the version names the fields.
FACTS = [field.name for field in fields(PictureRecord)][2:]  # all but caption and prompt
VERSION = ["3", *FACTS]


class IndexCache:
    """The cache of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.Lock()

    def read(self) -> dict[str, Entry]:
        """The entries whose files have not changed since; anything odd is as good as no cache."""
        try:
            body, _, checksum = (self._folder / FILE).read_bytes().rpartition(b"\n")
            if zlib.crc32(body) != int(checksum):
                raise ValueError("it is damaged")
            facts, _, texts = body.partition(b"\n")
            with _without_collecting():
                version, *rows = json.loads(facts)
                known = self._unchanged(rows, texts) if version == VERSION else ()
                return {entry.id: entry for entry in known}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, RecursionError) as problem:
            log.info("the gallery's cache is not used: %s", problem)
            return {}

    def write(self, entries: Sequence[Entry]) -> None:
        """Best effort: a folder that cannot be written to is read anew at the next start."""
        # Piece by piece, because whoever asks for a page meanwhile must not wait for all of it.
        facts = b",".join([_json(VERSION), *(_json(_row(entry)) for entry in entries)])
        texts = [text for entry in entries for text in _texts(entry)]
        body = b"".join([b"[", facts, b"]\n", *texts])
        data = body + b"\n" + str(zlib.crc32(body)).encode()
        with self._writing, suppress(Ideogram4Error):
            write_whole(self._folder / FILE, lambda file: file.write(data))

    def _unchanged(self, rows: Iterable[list[Any]], texts: bytes) -> Iterator[Entry]:
        folder, end = str(self._folder), 0
        for picture_id, size, when, colours, caption_length, words_length, *facts in rows:
            start, middle = end, end + caption_length
            end = middle + words_length
            with suppress(OSError):
                stamp = stamp_of(f"{folder}/{picture_id}.png")
                if stamp == (size, when):
                    caption = texts[start:middle].decode(errors="surrogatepass")
                    words = texts[middle:end].decode(errors="surrogatepass")
                    record = PictureRecord(caption, "", *facts)
                    yield Entry(picture_id, stamp, record, words, tuple(colours))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Tens of thousands of objects that all stay: looking for garbage takes as long as the rest."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def stamp_of(path: str | Path) -> Stamp:
    """What changes when a file does: its size and the moment of its last change."""
    found = os.lstat(path)
    return found.st_size, found.st_mtime_ns


def _row(entry: Entry) -> list[Any]:
    facts = [getattr(entry.record, name) for name in FACTS]
    return [entry.id, *entry.stamp, entry.colours, *map(len, _texts(entry)), *facts]


def _texts(entry: Entry) -> tuple[bytes, bytes]:
    """The long ones, which are kept beside the JSON: taking out its escapes would take longest."""
    caption, words = entry.record.caption, entry.words
    return caption.encode(errors="surrogatepass"), words.encode(errors="surrogatepass")


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
