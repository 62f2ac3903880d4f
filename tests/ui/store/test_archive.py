"""All pictures as one zip: whole files in order, and nothing left where it failed."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from tests.ui.store.parts import keep, large, names
from ui.store import PictureStore
from ui.store.ids import new_id


def test_the_pictures_are_in_it_as_they_are_oldest_first(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures")
    made = [keep(store) for _ in range(3)]
    asked = [made[2], made[0], new_id(), "../x", None, made[2], made[1]]
    target = store.archive(asked, tmp_path / "zips" / "all.zip")
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == [f"{i}.png" for i in made]
        assert archive.testzip() is None
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read(f"{made[0]}.png") == store.path(made[0]).read_bytes()


def test_a_picture_from_before_there_were_zips_is_in_it(tmp_path: Path) -> None:
    """A folder that was copied without its times says 1970."""
    store = PictureStore(tmp_path)
    made = keep(store)
    os.utime(store.path(made), (0, 0))
    with zipfile.ZipFile(store.archive([made], tmp_path / "all.zip")) as archive:
        assert archive.namelist() == [f"{made}.png"]


@pytest.mark.parametrize("ids", [[], ["../x"], [new_id()], None, "x"])
def test_nothing_to_download_leaves_nothing(tmp_path: Path, ids: object) -> None:
    store = PictureStore(tmp_path)
    with pytest.raises(RequestError, match="no picture to download"):
        store.archive(ids, tmp_path / "all.zip")
    assert names(tmp_path) == []


def test_it_is_never_whole_in_memory(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    image = large()
    made = [keep(store, image) for _ in range(20)]
    tracemalloc.start()
    try:
        target = store.archive(made, tmp_path / "all.zip")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert target.stat().st_size > 8e6 and most < 4e6
