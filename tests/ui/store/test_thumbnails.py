"""Small pictures: there when the picture is, made again when lost, never made of a monster."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.ui.store.parts import chunk, keep, large, names, picture, png
from ui.store import PictureStore
from ui.store.ids import new_id
from ui.store.thumbnails import SIDE


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


def put(store: PictureStore, data: bytes) -> str:
    """A file that somebody laid into the folder."""
    picture_id = new_id()
    (store.folder / f"{picture_id}.png").write_bytes(data)
    return picture_id


def test_it_is_made_with_the_picture(store: PictureStore) -> None:
    made = keep(store, large())
    kept = store.folder / ".thumbnails" / f"{made}.webp"
    before = kept.stat().st_mtime_ns
    assert store.thumbnail(made) == kept and kept.stat().st_mtime_ns == before
    with Image.open(kept) as small:
        small.load()
        assert max(small.size) == SIDE and small.format == "WEBP"
    assert kept.stat().st_size < store.path(made).stat().st_size / 4


def test_a_small_picture_stands_for_itself(store: PictureStore) -> None:
    made = keep(store, picture())
    assert store.thumbnail(made) == store.path(made)
    assert names(store.folder) == [f"{made}.png"]


@pytest.mark.parametrize("broken", [None, b"", b"RIFF", b"RIFF\xff\xff\xff\x00WEBP", b"<html>" * 9])
def test_a_lost_or_broken_one_is_made_again(store: PictureStore, broken: bytes | None) -> None:
    made = keep(store, large())
    kept = store.folder / ".thumbnails" / f"{made}.webp"
    whole = kept.read_bytes()
    if broken is None:
        kept.unlink()
        kept.parent.rmdir()
    else:
        kept.write_bytes(broken)
    assert store.thumbnail(made) == kept and kept.read_bytes() == whole


def test_a_link_in_its_place_is_not_followed(store: PictureStore, tmp_path: Path) -> None:
    """Reliability 13."""
    made, other = keep(store, large()), keep(store, large())
    kept = store.folder / ".thumbnails" / f"{made}.webp"
    outside = tmp_path / "outside.webp"
    outside.write_bytes((store.folder / ".thumbnails" / f"{other}.webp").read_bytes() + b"secret")
    kept.unlink()
    kept.symlink_to(outside)
    shown = store.thumbnail(made)
    assert shown is not None and not shown.is_symlink() and b"secret" not in shown.read_bytes()
    assert outside.read_bytes().endswith(b"secret")


HEADER = chunk(b"IHDR", (20000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0")
HOSTILE = {
    "20000 x 20000": png(size=(20000, 20000)),
    "no pixels": b"".join([png()[:-12], b" " * 400_000]),
    "a second header": png(HEADER, chunk(b"IDAT", b"x" * 400_000)),
    "broken pixels": png(chunk(b"IDAT", b"x" * 400_000), size=(900, 900)),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 10_000,
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n" * 10_000,
    "nothing": b"",
    "0 x 0": png(size=(0, 0)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_has_none_and_breaks_nothing(
    store: PictureStore, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 14: refused before decoding."""
    kept = keep(store, large())
    hostile = put(store, HOSTILE[name])
    if "20000" in name:
        monkeypatch.setattr(Image, "open", None)
    shown = store.thumbnail(hostile)
    assert shown is None or shown == store.path(hostile)
    assert names(store.folder / ".thumbnails") == [f"{kept}.webp"]


def test_every_mode_of_a_png_gets_one(store: PictureStore) -> None:
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        picture_id = new_id()
        store.folder.mkdir(exist_ok=True)
        Image.new(mode, (700, 500)).save(store.folder / f"{picture_id}.png")
        shown = store.thumbnail(picture_id)
        assert shown is not None and shown.suffix == ".webp", mode
