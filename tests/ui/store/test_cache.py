"""The index's cache: a restart need not open the pictures, and never believes a wrong one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.store.parts import caption, keep, picture
from ui.store import Entry, PictureStore, Query, index
from ui.store.cache import FILE, IndexCache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three pictures, and a cache that knows them."""
    monkeypatch.setattr(index, "WRITE_AFTER", 3)
    store = PictureStore(tmp_path)
    for words in ("a red fox", "half \\ud800 a pair", "zażółć 👩‍👩‍👧"):
        keep(store, picture(), caption=caption(words).replace("\\\\", "\\"))
    listed(store)
    store.index.settle()
    return tmp_path


def listed(store: PictureStore) -> tuple[Entry, ...]:
    return store.index.page(Query()).entries


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    read: list[object] = []
    original = index.read_png_metadata

    def counted(path: Path) -> dict[str, str]:
        read.append(path)
        return original(path)

    monkeypatch.setattr(index, "read_png_metadata", counted)
    return read


def test_a_restart_opens_no_picture_that_is_known(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / FILE).rename(folder / "aside")
    without = listed(PictureStore(folder))
    (folder / "aside").rename(folder / FILE)
    read = count_reads(monkeypatch)
    assert listed(PictureStore(folder)) == without and len(without) == 3
    assert read == []
    added = keep(PictureStore(folder), run="")
    assert listed(PictureStore(folder))[0].id == added and len(read) == 1


def test_after_a_first_look_a_page_reads_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / FILE).unlink()
    read = count_reads(monkeypatch)
    store = PictureStore(folder)
    store.index.warm().join()
    store.index.settle()
    assert len(read) == 3
    assert len(listed(store)) == 3 == len(read)


def test_a_picture_that_has_changed_since_is_read_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(folder)
    changed, other = store.ids()[:2]
    store.path(changed).write_bytes(store.path(other).read_bytes() + b"more")
    read = count_reads(monkeypatch)
    found = {e.id: e.record.caption for e in listed(PictureStore(folder))}
    assert found[changed] == found[other] and len(read) == 1


def closed(body: bytes) -> bytes:
    """A cache that says itself that it is whole."""
    return body + b"\n" + str(zlib.crc32(body)).encode()


def rows(data: bytes, change: Callable[[list[object]], object]) -> bytes:
    facts, _, texts = data.rpartition(b"\n")[0].partition(b"\n")
    found = json.loads(facts)
    return closed(json.dumps(change(found) or found).encode() + b"\n" + texts)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "one byte": lambda data: data.replace(b"fox", b"box"),
    "no JSON": lambda data: closed(b"["),
    "no list": lambda data: closed(b'{"version": 2}'),
    "an empty list": lambda data: closed(b"[]"),
    "too deep": lambda data: closed(b"[" * 100_000),
    "another version": lambda data: rows(data, lambda found: found[0].append("field")),  # type: ignore[attr-defined]
    "a short row": lambda data: rows(data, lambda found: found[1].__delitem__(slice(5, None))),  # type: ignore[attr-defined]
    "a row of its own": lambda data: rows(data, lambda found: [found[0], None]),
    "a missing field": lambda data: rows(data, lambda found: found[1].__delitem__(slice(6, None))),  # type: ignore[attr-defined]
    "a number for a length": lambda data: rows(data, lambda found: found[1].__setitem__(4, "x")),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_cache_is_as_good_as_none(folder: Path, name: str) -> None:
    without = listed(PictureStore(folder))
    path = folder / FILE
    path.write_bytes(BROKEN[name](path.read_bytes()))
    assert IndexCache(folder).read() == {}
    assert listed(PictureStore(folder)) == without


def test_a_folder_in_the_caches_place_breaks_nothing(folder: Path) -> None:
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    store = PictureStore(folder)
    assert len(listed(store)) == 3
    store.index.settle()
    assert sorted(p.name for p in folder.glob(".*")) == [FILE]


def test_it_is_not_written_again_for_each_picture_of_many(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(folder)
    before = (folder / FILE).read_bytes()
    for _ in range(2):
        keep(store)
        listed(store)
    store.index.settle()
    assert (folder / FILE).read_bytes() == before
    keep(store)
    listed(store)
    store.index.settle()
    assert len(IndexCache(folder).read()) == 6
