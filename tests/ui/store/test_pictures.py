"""Pictures on disk: whole or not at all, found by id only, and knowing how they were made."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PIL import Image

from ideogram4.errors import Ideogram4Error, RequestError
from tests.ui.store.parts import CAPTION, RECORD, keep, large, names, picture
from ui.store import PictureStore
from ui.store.ids import ID, new_id


def test_a_saved_picture_comes_back_with_everything_it_was_made_from(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "made" / "later")
    saved = store.save(picture(), RECORD)
    again = PictureStore(store.folder).get(saved.id)
    assert again.record == RECORD
    with Image.open(again.path) as image:
        assert image.size == (32, 24)
        assert image.text["caption"] == CAPTION
        assert image.text["seed"] == str(2**63 - 1)
        assert image.text["Software"] == "ideogram4 0.1.0"


def test_pictures_are_listed_newest_first(tmp_path: Path) -> None:
    for name in ("20260101-000000-" + "0" * 16, "20270101-000000-" + "0" * 16):
        picture().save(tmp_path / f"{name}.png")
    picture().save(tmp_path / "somebody-elses.png")
    assert [i[:4] for i in PictureStore(tmp_path).ids()] == ["2027", "2026"]


def test_a_folder_that_is_not_there_yet_is_an_empty_one(tmp_path: Path) -> None:
    assert PictureStore(tmp_path / "none").ids() == []
    assert not (tmp_path / "none").exists()


def test_ids_from_a_browser_may_be_anything(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    saved = store.save(picture(), RECORD)
    assert store.existing({"not": "a list"}) == []
    gone = "20200101-000000-" + "0" * 16
    assert [p.id for p in store.existing([None, "../x", gone, saved.id])] == [saved.id]


def test_a_picture_made_elsewhere_says_what_it_lacks(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    stranger = "20260101-000000-" + "a" * 16
    picture().save(tmp_path / f"{stranger}.png")
    with pytest.raises(RequestError, match="does not say its caption"):
        store.get(stranger)


def test_what_is_not_a_file_of_its_own_is_not_listed(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    kept = keep(store)
    for make in (lambda p: p.symlink_to(store.path(kept)), Path.mkdir, os.mkfifo):
        make(tmp_path / f"{new_id()}.png")
    assert store.ids() == [kept]


def test_a_folder_that_is_a_file_is_an_empty_one_and_says_why_it_keeps_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "pictures").write_bytes(b"")
    store = PictureStore(tmp_path / "pictures")
    assert store.ids() == [] and store.restore([new_id()]) == []
    with pytest.raises(Ideogram4Error, match="could not be written"):
        keep(store)


def test_ids_sort_as_the_pictures_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [1_700_000_000_999_999_000, 1_700_000_001_000_000_000, 1_700_000_001_000_001_000]
    monkeypatch.setattr(time, "time_ns", iter(moments).__next__)
    ids = [new_id() for _ in moments]
    assert ids == sorted(ids) and all(map(ID.fullmatch, ids))


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    """Reliability 11: only temporary debris, which a later start removes."""
    name = "20260101-000000-" + "b" * 16
    small = tmp_path / ".thumbnails"
    small.mkdir()
    old = [
        tmp_path / f".{name}.png.1a2b.tmp",
        tmp_path / "..index.json.1a2b.tmp",
        tmp_path / "..favourites.json.1a2b.tmp",
        small / f".{name}.webp.1a2b.tmp",
    ]
    young, other = tmp_path / f".{name}.png.3c4d.tmp", tmp_path / ".somebody.tmp"
    for path in (*old, young, other):
        path.write_bytes(b"half")
    for path in (*old, other):
        os.utime(path, (1, 1))
    PictureStore(tmp_path)
    assert names(tmp_path) == sorted([young.name, other.name])


def test_deleted_pictures_come_back_as_they_were(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    one, two, three = (keep(store, large()) for _ in range(3))
    store.favour([one], True)
    whole = store.path(one).read_bytes()
    assert store.delete([one, "../x", None, one, two]) == [one, two]
    assert store.ids() == [three]
    assert sorted(p.stem for p in (tmp_path / ".thumbnails").iterdir()) == [three]
    with pytest.raises(RequestError, match="no longer there"):
        store.get(one)
    assert store.restore([one, one, "..", 7]) == [one]
    assert store.path(one).read_bytes() == whole and one in store.favourites.ids()
    assert store.restore({"not": "a list"}) == [] == store.delete("neither")


def test_a_deletion_that_breaks_off_says_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(tmp_path)
    kept = [keep(store) for _ in range(3)]
    replace, moved = Path.replace, []

    def breaks(path: Path, target: Path) -> Path:
        if moved:
            raise OSError("the disk is gone")
        moved.append(path)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", breaks)
    assert store.delete(kept) == kept[:1]
    with pytest.raises(Ideogram4Error, match="could not be deleted: the disk is gone"):
        store.delete(kept)
    monkeypatch.undo()
    assert store.restore(kept) == kept[:1] and len(store.ids()) == 3


def test_only_pictures_that_are_there_get_a_star(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    kept = keep(store)
    assert store.favour([kept, new_id(), "x" * 1000, None], True) == [kept]
    assert store.favourites.ids() == {kept}
    assert store.favour("all of them", True) == []
    assert store.favour([kept], False) == [kept] and store.favourites.ids() == frozenset()


def test_a_damaged_picture_is_told_without_saying_where_it_lies(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    saved = store.save(picture(), RECORD)
    saved.path.write_bytes(saved.path.read_bytes()[:60])
    with pytest.raises(RequestError, match="damaged") as told:
        store.get(saved.id)
    assert str(tmp_path) not in str(told.value)
