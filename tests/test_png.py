"""A picture and its story in one file: byte-exact text, whole or absent, safe to read."""

from __future__ import annotations

import errno
import os
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ideogram4 import files
from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.png import MAX_TEXT_BYTES, SIGNATURE, read_png_metadata, save_png

PICTURE = Image.new("RGB", (16, 16), "#336699")
HARD_TEXTS = [
    "👩‍👩‍👧 שלום e\u0301",
    "nul \0 in it",
    "line\r\nbreaks\ttabs",
    "",
    "<img onerror=x>",
    "a" * 9999,
]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_text_comes_back_byte_exact(tmp_path: Path, text: str) -> None:
    path = save_png(PICTURE, tmp_path / "a.png", {"caption": text})
    assert read_png_metadata(path)["caption"] == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_byte_exact(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = save_png(PICTURE, tmp_path_factory.mktemp("png") / "a.png", {"caption": text})
    assert read_png_metadata(path) == {"caption": text}


def test_other_programs_read_the_same(tmp_path: Path) -> None:
    path = save_png(PICTURE, tmp_path / "a.png", {"caption": "é", "seed": 7, "runs": [[1, 2.5]]})
    with Image.open(path) as opened:
        assert opened.text == {"caption": "é", "seed": "7", "runs": "[[1, 2.5]]"}
        assert opened.tobytes() == PICTURE.tobytes()


@pytest.mark.parametrize(
    "metadata",
    [{"caption": "\ud800"}, {"": "x"}, {"k" * 80: "x"}, {"k\n": "x"}, {"a": "x" * 2**20}],
)
def test_what_a_png_cannot_hold_is_refused(tmp_path: Path, metadata: dict[str, object]) -> None:
    with pytest.raises(RequestError, match="metadata"):
        save_png(PICTURE, tmp_path / "a.png", metadata)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_older_picture_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_png(PICTURE, tmp_path / "a.png", {"caption": "old"})
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Ideogram4Error, match=r"a\.png could not be written: No space left"):
        save_png(PICTURE, path, {"caption": "new"})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_picture_is_kept_when_asked(tmp_path: Path) -> None:
    path = save_png(PICTURE, tmp_path / "a.png", {"caption": "old"})
    with pytest.raises(RequestError, match="exists already and is kept"):
        save_png(PICTURE, path, {"caption": "new"}, overwrite=False)
    assert read_png_metadata(path) == {"caption": "old"}
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_picture_is_kept_on_a_disk_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(files.os, "link", no_links)
    path = save_png(PICTURE, tmp_path / "a.png", {"caption": "old"}, overwrite=False)
    with pytest.raises(RequestError, match="exists already"):
        save_png(PICTURE, path, {"caption": "new"}, overwrite=False)
    assert read_png_metadata(path) == {"caption": "old"}


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


END = chunk(b"IEND", b"")
BOMB = zlib.compress(b"x" * 8_000_000)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "does not begin like one"),
        (b"<svg onload=x>", "does not begin like one"),
        (SIGNATURE, "cut off"),
        (SIGNATURE + chunk(b"tEXt", b"a\0b"), "cut off"),
        (SIGNATURE + struct.pack(">I", 2**31) + b"tEXt", "cut off"),
        (SIGNATURE + chunk(b"tEXt", b"a\0b")[:-1] + b"!" + END, "damaged"),
        (SIGNATURE + chunk(b"tEXt", b"no zero") + END, "damaged"),
        (SIGNATURE + chunk(b"iTXt", b"a\0\0\0\0\0\xff") + END, "utf-8"),
        (SIGNATURE + chunk(b"zTXt", b"a\0\0" + BOMB) + END, "more than"),
        (SIGNATURE + chunk(b"iTXt", b"a\0\1\0\0\0" + BOMB) + END, "more than"),
        (SIGNATURE + chunk(b"tEXt", b"a\0" + b"x" * MAX_TEXT_BYTES) + END, "more than"),
        (SIGNATURE + chunk(b"tEXt", b"a\0" + b"x" * 1000) * 2000 + END, "more than"),
        (SIGNATURE + chunk(b"abCd", b"") * 20_000 + END, "more than 10000 parts"),
    ],
)
def test_a_hostile_file_is_refused_in_plain_words(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "evil.png"
    path.write_bytes(data)
    with pytest.raises(RequestError, match=words):
        read_png_metadata(path)


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("png") / "a.png"
    path.write_bytes(SIGNATURE + data)
    with suppress(RequestError):
        assert read_png_metadata(path) == {}


def test_pixels_are_never_decoded(tmp_path: Path) -> None:
    """A header that claims 20,000 × 20,000 costs nothing to read."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    path = tmp_path / "huge.png"
    path.write_bytes(SIGNATURE + header + chunk(b"tEXt", b"caption\0here") + END)
    assert read_png_metadata(path) == {"caption": "here"}


def test_compressed_text_of_other_programs_is_read(tmp_path: Path) -> None:
    body = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"caf\xe9"))
    body += chunk(b"iTXt", b"b\0\1\0\0\0" + zlib.compress("é".encode()))
    path = tmp_path / "a.png"
    path.write_bytes(SIGNATURE + body + END)
    assert read_png_metadata(path) == {"a": "café", "b": "é"}
