"""Pictures from anywhere: what is none, or too much, is refused before it is decoded."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from ideogram4.errors import RequestError
from ideogram4.pictures import MOST_BYTES, decoded, opaque, read_picture_file

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'


def encoded(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (image or Image.new("RGB", (40, 30), "#336699")).save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_read(kind: str) -> None:
    assert decoded(encoded(kind)).size == (40, 30)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no picture"),
        (SVG, "no picture"),
        (b"GIF89a" + b"\0" * 50, "no picture"),
        (encoded("GIF"), "no picture"),
        (encoded("TIFF"), "no picture"),
        (encoded("EPS", Image.new("RGB", (4, 4))), "no picture"),
        (b"\x89PNG\r\n\x1a\n", "no picture"),
        (encoded("PNG", Image.effect_noise((200, 200), 90))[:-9000], "cut off"),
        (encoded("JPEG", Image.effect_noise((200, 200), 90))[:-3000], "cut off"),
        (encoded("WEBP", Image.effect_noise((200, 200), 90))[:-3000], "cut off|no picture"),
        (claiming(50_000, 50_000), "pixels"),
        (claiming(60_000, 2), "60000 x 2 pixels"),
        (claiming(13_000, 5_000), "13000 x 5000 pixels"),
        (claiming(0, 5), "no picture"),
        (b"\0" * (MOST_BYTES + 1), "32 MB is the most"),
    ],
)
def test_what_is_none_or_too_much_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        decoded(data)


def test_the_name_of_a_file_makes_no_picture(tmp_path: Path) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(SVG)
    with pytest.raises(RequestError, match=r"cat\.png is no picture"):
        read_picture_file(file)
    with pytest.raises(RequestError, match="cannot be read"):
        read_picture_file(tmp_path / "absent.png")


def test_a_photograph_is_turned_upright() -> None:
    image = Image.new("RGB", (40, 30))
    exif = image.getexif()
    exif[0x0112] = 6
    assert decoded(encoded("JPEG", image, exif=exif)).size == (30, 40)


def test_what_shines_through_is_white() -> None:
    half = Image.new("RGBA", (2, 2), (0, 0, 0, 128))
    assert opaque(half).getpixel((0, 0)) == (127, 127, 127)
    assert opaque(Image.new("LA", (2, 2), (0, 0))).getpixel((0, 0)) == (255, 255, 255)
    assert opaque(Image.new("L", (2, 2), 7)).getpixel((0, 0)) == (7, 7, 7)
