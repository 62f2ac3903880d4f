"""Records, pictures and PNGs of any kind: what the tests of the store begin with."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

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


def picture(colour: tuple[int, int, int] = (200, 30, 30)) -> Image.Image:
    return Image.new("RGB", (32, 24), colour)


def large() -> Image.Image:
    """Noise, which no PNG makes small: half a megabyte, so it gets a thumbnail."""
    noise = np.random.default_rng(7).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    return Image.fromarray(noise)


def caption(*texts: str, **style: Any) -> str:
    """A caption with an element of each text."""
    elements = [{"type": "obj", "bbox": [0, 0, 500, 500], "desc": text} for text in texts]
    parts = {"background": "plain", "elements": elements}
    return json.dumps({"compositional_deconstruction": parts, **style})


def keep(store: PictureStore, image: Image.Image | None = None, **changes: Any) -> str:
    """Save a picture whose record differs so, and return its id."""
    return store.save(image or picture(), replace(RECORD, **changes)).id


def names(folder: Path) -> list[str]:
    """Every file in a folder and below."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


def chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def png(*chunks: bytes, size: tuple[int, int] = (16, 16)) -> bytes:
    """A PNG of nothing but its header and the given chunks."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def text(key: str, words: str) -> bytes:
    """An iTXt entry."""
    return chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + words.encode())
