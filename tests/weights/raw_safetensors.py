"""Write safetensors files byte by byte, so that they can be wrong in a chosen way."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Shape = tuple[int, ...]


def entry(dtype: str, shape: Shape, start: int, end: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def pack(header: object, data: bytes) -> bytes:
    """A file with this header, whatever it says, and this data."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def zeros(shapes: Mapping[str, Shape], dtype: str = "BF16", bits: int = 16) -> bytes:
    """A good file: these tensors, one after the other, filled with zeros."""
    header = {}
    end = 0
    for name, shape in shapes.items():
        start, count = end, 1
        for size in shape:
            count *= size
        end = start + count * bits // 8
        header[name] = entry(dtype, shape, start, end)
    return pack(header, bytes(end))


def write_indexed(folder: Path, shards: Mapping[str, Mapping[str, Shape]], name: str) -> Path:
    """Write shards and the index over them, as transformers and diffusers do; returns the index."""
    folder.mkdir(parents=True, exist_ok=True)
    weight_map = {}
    for shard, shapes in shards.items():
        (folder / shard).write_bytes(zeros(shapes))
        weight_map.update(dict.fromkeys(shapes, shard))
    index = folder / f"{name}.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 0}, "weight_map": weight_map}))
    return index
