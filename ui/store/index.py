"""What is in the folder, kept in memory: found by words and colours, a page at a time.

The folder is the truth: it is listed for every question, new pictures are read (their text, never
their pixels), and what is gone is forgotten. A cache on disk spares a restart the reading; without
it, or with a broken one, the same index is made again from the pictures alone.
What it is not: the place of anything that cannot be lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ideogram4.colour.cielab import ciede2000, to_lab
from ideogram4.errors import Ideogram4Error
from ideogram4.png import read_png_metadata
from ui.store.cache import IndexCache, stamp_of
from ui.store.colours import HEX
from ui.store.entry import Entry, Stamp, entry_of, folded
from ui.store.record import PictureRecord

log = logging.getLogger(__name__)

NEAR = 14.0  # CIEDE2000: a colour that somebody would call the same one
# New pictures that are worth writing the cache for: some, and not one in fifty of what it holds.
WRITE_AFTER = 20
WRITE_SHARE = 50
MOST_A_PAGE = 500


@dataclass(frozen=True)
class Query:
    """What is looked for: all of the words, a colour like this one, some of the ids; "" for any."""

    words: str = ""
    colour: str = ""
    among: frozenset[str] | None = None
    favourites: frozenset[str] | None = None


@dataclass(frozen=True)
class Page:
    """Some of the entries that fit, newest run first; how many fit, and how many there are."""

    entries: tuple[Entry, ...]
    total: int
    all: int


class PictureIndex:
    """The entries of one folder. Every method may be called from any thread."""

    def __init__(self, folder: Path, ids: Callable[[], list[str]]) -> None:
        self._folder = folder
        self._ids = ids
        self._cache = IndexCache(folder)
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._bad: dict[str, Stamp] = {}  # what is no picture of ours, looked at once
        self._unwritten = 0
        self._loaded = False
        self._table: tuple[list[str], Any] | None = None

    def page(self, query: Query, offset: int = 0, limit: int = 60) -> Page:
        """The entries that fit `query`, from `offset` on, at most `limit` of them."""
        seen, fit = self._found(query)
        start = max(0, offset)
        some = fit[start : start + max(0, min(limit, MOST_A_PAGE))]
        return Page(tuple(some), len(fit), len(seen))

    def find(self, query: Query) -> list[Entry]:
        """Every entry that fits, newest run first."""
        return self._found(query)[1]

    def _found(self, query: Query) -> tuple[list[Entry], list[Entry]]:
        """Every entry that the query is about, and those of them that fit."""
        with self._lock:
            entries = self._fresh()
            near = self._near(query.colour) if HEX.fullmatch(query.colour) else None
        seen = [e for e in entries if query.among is None or e.id in query.among]
        words = folded(query.words).split()
        fit = [
            entry
            for entry in seen
            if (query.favourites is None or entry.id in query.favourites)
            and (near is None or entry.id in near)
            and all(word in entry.words for word in words)
        ]
        return seen, fit

    def entries(self, among: Collection[str] | None = None) -> list[Entry]:
        """Every entry, or those among the ids; newest run first."""
        with self._lock:
            return [e for e in self._fresh() if among is None or e.id in among]

    def warm(self) -> threading.Thread:
        """Have a first look at the folder before anybody asks, without waiting for it."""
        reader = threading.Thread(target=self.entries, name="gallery-reader", daemon=True)
        reader.start()
        return reader

    def settle(self) -> None:
        """Wait until the cache is on disk, if it is just being written."""
        with self._lock:
            writer = self._writer
        if writer:
            writer.join()

    def _fresh(self) -> list[Entry]:
        """The entries after a look at the folder, in the gallery's order."""
        if not self._loaded:
            self._loaded = True
            self._entries = self._cache.read()
        ids = self._ids()
        wanted = set(ids)
        for gone in self._entries.keys() - wanted:
            del self._entries[gone]
            self._table = None
        for picture_id in ids:
            self._look_at(picture_id)
        if self._unwritten >= max(WRITE_AFTER, len(ids) // WRITE_SHARE):
            self._write_cache()
        return in_order([self._entries[i] for i in reversed(ids) if i in self._entries])

    def _look_at(self, picture_id: str) -> None:
        """Read a picture's text, unless it is known as it is. One of ours never changes."""
        if picture_id in self._entries:
            return
        path = self._folder / f"{picture_id}.png"
        try:
            stamp = stamp_of(path)
            if self._bad.get(picture_id) == stamp:
                return
            record = PictureRecord.from_metadata(read_png_metadata(path))
        except OSError:
            return  # gone while it was looked at
        except Ideogram4Error as problem:
            log.info("not in the gallery: %s", problem)
            self._bad[picture_id] = stamp
            return
        self._add(entry_of(picture_id, stamp, record))
        self._unwritten += 1

    def _add(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self._table = None

    def _near(self, colour: str) -> set[str]:
        """The ids of pictures with a colour like this one."""
        if self._table is None:
            pairs = [(e.id, c) for e in self._entries.values() for c in e.colours]
            self._table = ([picture_id for picture_id, _ in pairs], _lab([c for _, c in pairs]))
        ids, lab = self._table
        close = ciede2000(lab, _lab([colour])[0]) <= NEAR
        return {ids[i] for i in np.flatnonzero(close)}

    def _write_cache(self) -> None:
        """In a thread: whoever asked for a page does not wait for it."""
        self._unwritten = 0
        entries = list(self._entries.values())
        writer = threading.Thread(target=self._cache.write, args=(entries,), name="gallery-cache")
        with suppress(RuntimeError):  # there are no more threads; another time
            writer.start()
            self._writer = writer


def _lab(colours: list[str]) -> Any:
    """(n, 3) of texts like "#2850DC"; all at once, because a gallery has tens of thousands."""
    flat = bytes.fromhex("".join(colour[1:] for colour in colours))
    return to_lab(np.frombuffer(flat, dtype=np.uint8).reshape(-1, 3).astype(np.float64))


def in_order(entries: list[Entry]) -> list[Entry]:
    """The newest run first, and the pictures of a run as they were made; given oldest first."""
    began: dict[str, str] = {}
    for entry in entries:
        began.setdefault(entry.record.run or entry.id, entry.id)
    return sorted(entries, key=lambda entry: began[entry.record.run or entry.id], reverse=True)
