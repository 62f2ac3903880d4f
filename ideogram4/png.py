"""Pictures on disk with their story inside: one PNG written whole or not at all, and its text read.

Each metadata entry is an uncompressed UTF-8 iTXt chunk, written together with the pixels.
`read_png_metadata` walks the chunks itself and decodes no pixels: a PNG may come from anybody.

It is not a gallery: which pictures there are and what they are called is the caller's business.
"""

from __future__ import annotations

import io
import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ideogram4.errors import RequestError
from ideogram4.files import write_whole

if TYPE_CHECKING:
    from PIL.Image import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
MAX_TEXT_BYTES = 1 << 20  # of one entry and of all together: a caption is 256 KB at most
MAX_CHUNKS = 10_000


def save_png(
    image: Image, path: str | Path, metadata: Mapping[str, object], *, overwrite: bool = True
) -> Path:
    """Write `image` with `metadata` to `path` and return the path. Missing folders are made.

    Strings are stored as they are, anything else as JSON. Raises as `files.write_whole` does, and
    RequestError for a key or text that a PNG cannot hold.
    """
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key, value in metadata.items():
        info.add_itxt(_keyword(key), _text(key, value))
    return write_whole(
        path, lambda file: image.save(file, format="PNG", pnginfo=info), overwrite=overwrite
    )


def read_png_metadata(path: str | Path) -> dict[str, str]:
    """Return the text entries of a PNG, keyword to text, without decoding the picture.

    Raises RequestError when the file cannot be opened, is not a PNG, is cut off or damaged, or
    holds more text than MAX_TEXT_BYTES. Of two entries with one keyword the first counts.
    """
    source = Path(path)
    try:
        with source.open("rb") as file:
            return _entries(file, os.fstat(file.fileno()).st_size, str(source))
    except OSError as problem:
        raise RequestError(f"{source} cannot be read: {problem.strerror or problem}") from problem


def png_texts(data: bytes) -> dict[str, str]:
    """`read_png_metadata` of the bytes of a file."""
    return _entries(io.BytesIO(data), len(data), "the picture")


def png_size(path: str | Path) -> tuple[int, int]:
    """Width and height as the header says them; RequestError for what does not begin like a PNG."""
    source = Path(path)
    try:
        with source.open("rb") as file:
            head = file.read(24)
    except OSError as problem:
        raise RequestError(f"{source} cannot be read: {problem.strerror or problem}") from problem
    if len(head) < 24 or head[:8] != SIGNATURE or head[12:16] != b"IHDR":
        raise RequestError(f"{source} is not a whole PNG: it does not begin like one")
    width, height = struct.unpack(">II", head[16:])
    return width, height


def _entries(file: BinaryIO, size: int, name: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    room = MAX_TEXT_BYTES
    try:
        for kind, body in _text_chunks(file, size):
            keyword, text = _decode(kind, body, room)
            room -= len(body) + len(text)
            if room < 0:
                raise ValueError(f"it holds more than {MAX_TEXT_BYTES} bytes of text")
            entries.setdefault(keyword, text)
    except (ValueError, zlib.error, struct.error) as problem:
        raise RequestError(f"{name} is not a whole PNG: {problem}") from problem
    return entries


def _keyword(key: str) -> str:
    if not 1 <= len(key) <= 79 or not key.isascii() or not key.isprintable():
        raise RequestError(f"metadata key {key[:80]!r} must be 1 to 79 printable ASCII characters")
    return key


def _text(key: str, value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as problem:
        raise RequestError(
            f"metadata {key!r} holds half of a surrogate pair at character {problem.start}, "
            "which is not text"
        ) from problem
    if size > MAX_TEXT_BYTES // 2:
        raise RequestError(f"metadata {key!r} is {size} bytes; the limit is {MAX_TEXT_BYTES // 2}")
    return text


def _text_chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, body) of each text chunk; every other chunk is stepped over, not read."""
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise ValueError("it does not begin like one")
    for _ in range(MAX_CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            raise ValueError("it is cut off")
        length, kind = struct.unpack(">I4s", header)
        if file.tell() + length + 4 > size:
            raise ValueError("it is cut off")
        if kind == b"IEND":
            return
        if kind not in TEXT_CHUNKS:
            file.seek(length + 4, os.SEEK_CUR)
            continue
        if length > MAX_TEXT_BYTES:
            raise ValueError(f"it holds more than {MAX_TEXT_BYTES} bytes of text")
        body = file.read(length)
        if zlib.crc32(kind + body) != struct.unpack(">I", file.read(4))[0]:
            raise ValueError(f"a {kind.decode()} entry is damaged")
        yield kind, body
    raise ValueError(f"it has more than {MAX_CHUNKS} parts")


def _decode(kind: bytes, body: bytes, room: int) -> tuple[str, str]:
    """Return (keyword, text) of one chunk; unpacks at most `room` bytes."""
    raw_keyword, rest = _split(body)
    keyword = raw_keyword.decode("latin-1")
    if kind == b"tEXt":
        return keyword, rest.decode("latin-1")
    if kind == b"zTXt":
        return keyword, _inflate(rest[1:], room).decode("latin-1")
    compressed = rest[:1] == b"\x01"
    _, rest = _split(rest[2:])  # language
    _, rest = _split(rest)  # translated keyword
    return keyword, (_inflate(rest, room) if compressed else rest).decode("utf-8")


def _split(data: bytes) -> tuple[bytes, bytes]:
    head, zero, tail = data.partition(b"\0")
    if not zero:
        raise ValueError("a text entry is damaged")
    return head, tail


def _inflate(data: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, max(room, 0) + 1)
    if len(text) > room:
        raise ValueError(f"it holds more than {MAX_TEXT_BYTES} bytes of text")
    return text
