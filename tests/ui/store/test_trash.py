"""The trash: a week to think again, and nothing leaves it that was not put in."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.ui.store.parts import keep, names, picture
from ui.store import PictureStore
from ui.store.ids import new_id
from ui.store.trash import KEPT_SECONDS


def age(mark: Path, seconds: float) -> None:
    os.utime(mark, (time.time() - seconds,) * 2)


def test_a_start_empties_what_is_older_than_a_week(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    old, young = keep(store), keep(store)
    store.delete([old, young])
    trash = tmp_path / ".trash"
    age(trash / f"{old}.png.deleted", KEPT_SECONDS + 60)
    age(trash / f"{young}.png.deleted", KEPT_SECONDS - 60)
    # When it was made says nothing about when it was deleted.
    age(trash / f"{young}.png", 100 * KEPT_SECONDS)
    again = PictureStore(tmp_path)
    assert again.restore([old, young]) == [young]
    assert names(trash) == []


def test_one_that_was_killed_before_it_was_dated_goes_a_week_later(tmp_path: Path) -> None:
    """Reliability 11: the move happened, the note did not."""
    store = PictureStore(tmp_path)
    made = keep(store)
    store.delete([made])
    mark = tmp_path / ".trash" / f"{made}.png.deleted"
    mark.unlink()
    PictureStore(tmp_path)
    assert mark.exists()
    age(mark, KEPT_SECONDS + 60)
    PictureStore(tmp_path)
    assert names(tmp_path) == []


def test_files_of_others_in_the_trash_stay(tmp_path: Path) -> None:
    trash = tmp_path / ".trash"
    trash.mkdir()
    for name in ("photo.png", "photo.png.deleted", "notes.txt"):
        (trash / name).write_bytes(b"mine")
        age(trash / name, 100 * KEPT_SECONDS)
    PictureStore(tmp_path)
    assert len(names(trash)) == 3


def test_a_picture_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    store = PictureStore(tmp_path)
    made = keep(store)
    store.delete([made])
    picture((0, 0, 0)).save(tmp_path / f"{made}.png")
    here = (tmp_path / f"{made}.png").read_bytes()
    assert store.restore([made]) == []
    assert (tmp_path / f"{made}.png").read_bytes() == here


def test_a_link_in_the_trash_is_not_brought_back(tmp_path: Path) -> None:
    """Reliability 13."""
    secret = tmp_path / "secret.png"
    picture().save(secret)
    store = PictureStore(tmp_path / "pictures")
    keep(store)
    trash = store.folder / ".trash"
    trash.mkdir()
    planted = new_id()
    (trash / f"{planted}.png").symlink_to(secret)
    before = store.ids()
    assert store.restore([planted]) == [] and store.ids() == before
