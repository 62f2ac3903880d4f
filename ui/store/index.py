"""What is in the folder, kept in memory: found by words and colours, a page at a time.

The folder is the truth: it is listed for every question, new pictures are read (their text, never
their pixels), and what is gone is forgotten. A cache on disk spares a restart the reading; without
it, or with a broken one, the same index is made again from the pictures alone.
What it is not: the place of anything that cannot be lost.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ideogram4.colour.cielab import ciede2000, to_lab
from ideogram4.errors import Ideogram4Error
from ideogram4.files import write_whole
from ideogram4.png import read_png_metadata
from ui.store.colours import HEX, hex_colours
from ui.store.record import PictureRecord

log = logging.getLogger(__name__)

CACHE = ".index.json"
VERSION = 1
NEAR = 14.0  # CIEDE2000: a colour that somebody would call the same one
WRITE_AFTER = 20  # new pictures that are worth writing the cache for
MOST_A_PAGE = 500


@dataclass(frozen=True)
class Entry:
    """One picture as the index knows it. `stamp` changes when its file does.

    What it is found by is worked out when somebody looks for it: a restart should not wait for it.
    """

    id: str
    stamp: tuple[int, int]
    record: PictureRecord

    @cached_property
    def words(self) -> str:
        """All of its words, in small letters."""
        record = self.record
        facts = (record.label, record.preset, record.size, str(record.seed), record.weights)
        plain = f"{record.width}x{record.height}"
        return "\n".join((*texts_of(record.caption), *facts, plain)).casefold()

    @cached_property
    def colours(self) -> tuple[str, ...]:
        """Those that it shows, and those that it was asked for."""
        shown = (*hex_colours(self.record.colours), *hex_colours(self.record.caption))
        return tuple(dict.fromkeys(shown))


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
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._bad: dict[str, tuple[int, int]] = {}  # what is no picture of ours, looked at once
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
        words = query.words.casefold().split()
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

    def _fresh(self) -> list[Entry]:
        """The entries after a look at the folder, in the gallery's order."""
        if not self._loaded:
            self._loaded = True
            self._read_cache()
        ids = self._ids()
        wanted = set(ids)
        for gone in self._entries.keys() - wanted:
            del self._entries[gone]
            self._table = None
        for picture_id in ids:
            self._look_at(picture_id)
        if self._unwritten >= WRITE_AFTER:
            self._write_cache()
        return in_order([self._entries[i] for i in reversed(ids) if i in self._entries])

    def _look_at(self, picture_id: str) -> None:
        """Read a picture's text, unless it is known as it is. One of ours never changes."""
        if picture_id in self._entries:
            return
        path = self._folder / f"{picture_id}.png"
        try:
            stamp = _stamp(path)
            if self._bad.get(picture_id) == stamp:
                return
            record = PictureRecord.from_metadata(read_png_metadata(path))
        except OSError:
            return  # gone while it was looked at
        except Ideogram4Error as problem:
            log.info("not in the gallery: %s", problem)
            self._bad[picture_id] = stamp
            return
        self._add(Entry(picture_id, stamp, record))
        self._unwritten += 1

    def _add(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        self._table = None

    def _near(self, colour: str) -> set[str]:
        """The ids of pictures with a colour like this one."""
        if self._table is None:
            pairs = [(e.id, c) for e in self._entries.values() for c in e.colours]
            rgb = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for _, c in pairs]
            lab = to_lab(np.array(rgb, dtype=np.float64).reshape(-1, 3))
            self._table = ([picture_id for picture_id, _ in pairs], lab)
        ids, lab = self._table
        wished = to_lab([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        close = ciede2000(lab, wished) <= NEAR
        return {ids[i] for i in np.flatnonzero(close)}

    def _read_cache(self) -> None:
        """Entries whose files have not changed since; anything odd is as good as no cache."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            kept = json.loads((self._folder / CACHE).read_bytes())
            if kept["version"] != VERSION:
                return
            for picture_id, (size, when, entries) in kept["pictures"].items():
                stamp = (int(size), int(when))
                if stamp == _stamp_or_none(self._folder / f"{picture_id}.png"):
                    record = PictureRecord.from_metadata(_texts(entries))
                    self._entries[picture_id] = Entry(picture_id, stamp, record)

    def _write_cache(self) -> None:
        """Best effort: a folder that cannot be written to is read anew at the next start."""
        self._unwritten = 0
        pictures = {e.id: [*e.stamp, e.record.to_metadata()] for e in self._entries.values()}
        data = json.dumps({"version": VERSION, "pictures": pictures}).encode()
        with suppress(Ideogram4Error):
            write_whole(self._folder / CACHE, lambda file: file.write(data))


def in_order(entries: list[Entry]) -> list[Entry]:
    """The newest run first, and the pictures of a run as they were made; given oldest first."""
    began: dict[str, str] = {}
    for entry in entries:
        began.setdefault(entry.record.run or entry.id, entry.id)
    return sorted(entries, key=lambda entry: began[entry.record.run or entry.id], reverse=True)


def texts_of(caption: str) -> Iterable[str]:
    """The texts inside a caption, without its keys; the caption itself when it is no JSON."""
    try:
        todo: list[Any] = [json.loads(caption)]
    except (ValueError, RecursionError):
        return [caption]
    found: list[str] = []
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (dict, list)):
            todo.extend(reversed(list(value.values()) if isinstance(value, dict) else value))
    return found


def _texts(entries: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else str(value) for key, value in entries.items()}


def _stamp(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


def _stamp_or_none(path: Path) -> tuple[int, int] | None:
    try:
        return _stamp(path)
    except OSError:
        return None
