"""Stars: kept over a restart; a lost or broken file loses only them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import Ideogram4Error
from tests.ui.store.parts import keep, names
from ui.store import PictureStore
from ui.store.favourites import FILE, Favourites
from ui.store.ids import new_id


def test_a_star_is_there_after_a_restart(tmp_path: Path) -> None:
    one, two = new_id(), new_id()
    Favourites(tmp_path).set([one, two], True)
    Favourites(tmp_path).set([one], False)
    assert Favourites(tmp_path).ids() == {two}
    assert names(tmp_path) == [FILE]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"7", b'{"a": 1}', b'[1, null, "x", "../y"]', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_broken_file_means_none_and_is_written_anew(tmp_path: Path, data: bytes) -> None:
    store = PictureStore(tmp_path)
    kept = keep(store)
    (tmp_path / FILE).write_bytes(data)
    assert store.favourites.ids() == frozenset()
    assert store.favour([kept], True) == [kept]
    assert PictureStore(tmp_path).favourites.ids() == {kept}


def test_a_disk_that_fails_for_a_moment_loses_no_star(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 12: what cannot be read now is not written over."""
    stars = Favourites(tmp_path)
    one, two = new_id(), new_id()
    stars.set([one], True)

    def fails(_: Path) -> bytes:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fails)
        assert stars.ids() == frozenset()
        with pytest.raises(Ideogram4Error, match="cannot be read: Input/output error"):
            stars.set([two], True)
    assert stars.ids() == {one}


def test_nothing_is_written_when_nothing_changes(tmp_path: Path) -> None:
    Favourites(tmp_path).set([new_id()], False)
    assert names(tmp_path) == []
