"""A picture from anywhere is opened: no pixel is decoded, and it is quick and takes little room."""

from __future__ import annotations

import base64
import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ideogram4.errors import Ideogram4Error
from ui.gallery.answers import GalleryAnswers
from ui.store import PictureStore, read_dropped

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CAPTION = '{"compositional_deconstruction": {"background": "a", "elements": []}}'


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(side: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))


def png(*chunks: bytes, side: int = 8) -> bytes:
    return b"".join([SIGNATURE, header(side), *chunks, chunk(b"IEND", b"")])


def bomb() -> bytes:
    return chunk(b"zTXt", b"caption\0\0" + zlib.compress(b"a" * (200 << 20), 9))


def animated() -> bytes:
    frames = chunk(b"acTL", struct.pack(">II", 1 << 30, 0))
    return png(frames, *[chunk(b"fcTL", b"\0" * 26)] * 100)


REFUSED: dict[str, Callable[[], bytes]] = {
    "20000 by 20000 without a caption": lambda: png(
        chunk(b"IDAT", zlib.compress(b"\0" * (20 << 20))), side=20_000
    ),
    "cut off": lambda: png(chunk(b"tEXt", b"caption\0{}"))[:-20],
    "cut off in the signature": lambda: SIGNATURE[:5],
    "empty": bytes,
    "a text bomb": lambda: png(bomb()),
    "ten text bombs": lambda: png(*[bomb()] * 10),
    "a long text": lambda: png(chunk(b"tEXt", b"caption\0" + b"a" * (2 << 20))),
    "a hundred thousand parts": lambda: png(*[chunk(b"tEXt", b"a\0b")] * 100_000),
    "a text with a wrong sum": lambda: png(chunk(b"tEXt", b"a\0b")[:-1] + b"\0"),
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "GIF": lambda: b"GIF89a" + b"\0" * 100,
    "an animation without a caption": animated,
    "a length of four gigabytes": lambda: SIGNATURE + struct.pack(">I4s", 2**32 - 1, b"tEXt"),
    "a caption of nonsense": lambda: png(chunk(b"tEXt", b"Title\0compositional_deconstruction")),
    "nested arrays": lambda: png(chunk(b"tEXt", b"workflow\0" + b"[" * 200_000)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_words_quickly_and_in_little_room(what: str) -> None:
    """Reliability 14: < 50 MB and < 1 s of this process, before decoding."""
    data = REFUSED[what]()
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(Ideogram4Error):
            read_dropped(data)
        assert time.process_time() - began < 1
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("what", REFUSED)
def test_the_page_gets_a_sentence(what: str, tmp_path: object) -> None:
    """Reliability 14, as it comes over the wire."""
    answers = GalleryAnswers(PictureStore(tmp_path))  # type: ignore[arg-type]
    data = base64.b64encode(REFUSED[what]()).decode()
    assert answers.dropped({"data": data})["error"].endswith(".")


@pytest.mark.parametrize("data", [None, 7, "%%%", "a", ["x"], "A" * (5 << 20)])
def test_what_is_no_file_gets_a_sentence(data: object, tmp_path: object) -> None:
    answers = GalleryAnswers(PictureStore(tmp_path))  # type: ignore[arg-type]
    assert answers.dropped({"data": data})["error"].endswith(".")


def test_a_huge_picture_that_has_a_caption_is_not_decoded_for_it() -> None:
    """Reliability 14: the caption of a 20000 x 20000 picture costs nothing."""
    data = png(chunk(b"tEXt", b"caption\0" + CAPTION.encode()), side=20_000)
    assert '"background": "a"' in read_dropped(data).caption


def test_an_ordinary_picture_beside_them_is_read() -> None:
    info = PngInfo()
    info.add_text(
        "parameters", f"{CAPTION}\nNegative prompt: x\nSteps: 20, Seed: 41, Size: 640x480"
    )
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG", pnginfo=info)
    found = read_dropped(buffer.getvalue())
    assert (found.seed, found.width, found.height) == (41, 640, 480)
