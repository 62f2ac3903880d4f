"""Thumbnails, stars, the trash and zips: made again, lost, brought back, whole."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from ideogram4.errors import RequestError
from tests.ui.store.test_pictures import RECORD
from ui.store import PictureStore
from ui.store.colours import hex_colours, main_colours
from ui.store.favourites import FILE
from ui.store.thumbnails import FOLDER, SIDE
from ui.store.trash import KEPT_SECONDS

LARGE = Image.effect_noise((1200, 800), 90).convert("RGB")


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


def test_a_small_picture_is_its_own_thumbnail_with_its_text(store: PictureStore) -> None:
    made = store.save(Image.new("RGB", (256, 256)), RECORD)
    assert store.thumbnail(made.id) == made.path


def test_a_large_picture_gets_a_small_one_once(store: PictureStore) -> None:
    made = store.save(LARGE, RECORD)
    small = store.thumbnail(made.id)
    assert small is not None and small.stat().st_size < made.path.stat().st_size / 10
    with Image.open(small) as image:
        assert max(image.size) == SIDE and image.width / image.height == pytest.approx(1.5, 0.01)
    before = small.stat().st_mtime_ns
    assert store.thumbnail(made.id) == small and small.stat().st_mtime_ns == before


@pytest.mark.parametrize("broken", [b"", b"half", b"RIFF\xff\xff\xff\x7fWEBP"])
def test_a_broken_thumbnail_is_made_again(store: PictureStore, broken: bytes) -> None:
    made = store.save(LARGE, RECORD)
    small = store.folder / FOLDER / f"{made.id}.webp"
    small.parent.mkdir()
    small.write_bytes(broken)
    assert store.thumbnail(made.id) == small
    with Image.open(small) as image:
        image.load()


def test_a_deleted_picture_leaves_no_thumbnail(store: PictureStore) -> None:
    made = store.save(LARGE, RECORD)
    small = store.thumbnail(made.id)
    store.delete([made.id])
    assert small is not None and not small.exists()


def test_stars_are_kept_and_a_broken_file_means_none(store: PictureStore) -> None:
    store.favourites.set(["a", "b"], True)
    store.favourites.set(["a"], False)
    assert PictureStore(store.folder).favourites.ids() == {"b"}
    for broken in (b"", b"{}", b"[1, null]", b"[" * 100_000):
        (store.folder / FILE).write_bytes(broken)
        assert store.favourites.ids() == frozenset()


def test_the_trash_is_emptied_after_a_week_and_not_before(store: PictureStore) -> None:
    old, young = (store.save(Image.new("RGB", (8, 8)), RECORD).id for _ in range(2))
    store.delete([old, young])
    assert store.ids() == []
    mark = store.folder / ".trash" / f"{old}.png.deleted"
    past = mark.stat().st_mtime - KEPT_SECONDS - 60
    os.utime(mark, (past, past))
    again = PictureStore(store.folder)
    assert again.restore([old, young]) == [young]
    assert again.get(young).record == store.get(young).record


def test_nothing_is_written_over_when_a_picture_comes_back(store: PictureStore) -> None:
    made = store.save(Image.new("RGB", (8, 8)), RECORD)
    store.delete([made.id])
    made.path.write_bytes(b"somebody else's")
    assert store.restore([made.id]) == []
    assert made.path.read_bytes() == b"somebody else's"


def test_a_zip_holds_whole_pictures_oldest_first_and_each_once(
    store: PictureStore, tmp_path: Path
) -> None:
    ids = [store.save(Image.new("RGB", (8, 8)), RECORD).id for _ in range(3)]
    gone = "20200101-000000-" + "0" * 16
    target = store.archive([ids[2], gone, ids[0], ids[2]], tmp_path / "out" / "a.zip")
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"{ids[0]}.png", f"{ids[2]}.png"]
        assert archive.read(f"{ids[2]}.png") == store.path(ids[2]).read_bytes()
    with pytest.raises(RequestError, match="no picture"):
        store.archive([gone], tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_main_colours_are_those_of_the_picture() -> None:
    image = Image.new("RGB", (100, 100), "#2850DC")
    image.paste("#DC2828", (0, 0, 30, 100))
    image.paste("#FFFFFF", (0, 0, 5, 5))  # too little to count
    assert main_colours(image) == ("#2850DC", "#DC2828")
    assert main_colours(image.convert("L"))


def test_colours_are_found_in_any_text() -> None:
    assert hex_colours("plain #abcdef, #ABCDEF and #12345 #1234567") == ("#ABCDEF", "#123456")
