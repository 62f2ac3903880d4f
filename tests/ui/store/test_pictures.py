"""Pictures on disk: whole or not at all, found by id only, and knowing how they were made."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from PIL import Image

from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.png import read_png_metadata
from ui.store import PictureRecord, PictureStore

CAPTION = '{"high_level_description": "zażółć 👩‍👩‍👧 עברית \\u0000"}'
RECORD = PictureRecord(
    caption=CAPTION,
    prompt='{"high_level_description":"x"}',
    seed=2**63 - 1,
    width=320,
    height=208,
    preset="V4_TURBO_12",
    steps=12,
    weights="demo",
    licence="Apache-2.0",
    version="0.1.0",
    image=2,
    images=3,
    run="0123456789abcdef",
    colours="#C81E1E",
)


def picture() -> Image.Image:
    return Image.new("RGB", (32, 24), (200, 30, 30))


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


@pytest.mark.parametrize(
    "bad",
    [
        "../secret",
        "..%2Fsecret",
        "/etc/passwd",
        "20260101-000000-0000000000000000\0",
        "20260101-000000-0000000000000000.png",
        "20260101-000000-0000000000000000\n",
        "２０２６0101-000000-0000000000000000",
        "",
        None,
        7,
        ["20260101-000000-0000000000000000"],
    ],
)
def test_nothing_but_an_id_reaches_the_folder(tmp_path: Path, bad: object) -> None:
    picture().save(tmp_path / "secret.png")
    store = PictureStore(tmp_path / "pictures")
    with pytest.raises(RequestError, match="not the id"):
        store.get(bad)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = PictureStore(tmp_path / "outside").save(picture(), RECORD)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / f"{outside.id}.png").symlink_to(outside.path)
    with pytest.raises(RequestError, match="no longer there"):
        PictureStore(inside).get(outside.id)


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


def test_a_record_with_a_word_for_a_number_is_refused(tmp_path: Path) -> None:
    entries = read_png_metadata(PictureStore(tmp_path).save(picture(), RECORD).path)
    with pytest.raises(RequestError, match=r"seed is '9{40}'"):
        PictureRecord.from_metadata({**entries, "seed": "9" * 5000})


def test_a_full_disk_is_told_and_older_pictures_stay_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(tmp_path)
    before = store.save(picture(), RECORD)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Ideogram4Error, match="No space left on device"):
        store.save(picture(), RECORD)
    monkeypatch.undo()
    assert store.ids() == [before.id]
    assert sorted(os.listdir(tmp_path)) == [f"{before.id}.png"]
    assert store.get(before.id).record == RECORD


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    name = "20260101-000000-" + "b" * 16 + ".png"
    old, young = tmp_path / f".{name}.1a2b.tmp", tmp_path / f".{name}.3c4d.tmp"
    other = tmp_path / ".somebody.tmp"
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (1, 1))
    PictureStore(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([young.name, other.name])
