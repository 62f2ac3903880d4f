"""What people find in place of weights, and what they should be told: one kind of file a line."""

from __future__ import annotations

import json
import struct

from tests.weights.raw_safetensors import entry, pack, zeros

GOOD = zeros({"a.weight": (4, 2), "b": (3,)})
LONG_SHAPE = {"dtype": "U8", "shape": [2] * 200_000, "data_offsets": [0, 8]}

BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "a few bytes": (b"\x10\0\0", "truncated: 3 bytes"),
    "cut in the header": (GOOD[:40], "truncated: its header should be"),
    "cut in the data": (GOOD[:-1], "truncated: tensor 'b' ends"),
    "git-lfs pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
        "Git-LFS pointer",
    ),
    "web page": (b"\n<!DOCTYPE html><html><title>Sign in</title></html>", "a web page"),
    "web page without doctype": (b"<html><body>502 Bad Gateway</body></html>", "a web page"),
    "server error": (b'{"error":"Access to model x is restricted"}', "an error message"),
    "zip pickle": (b"PK\x03\x04" + bytes(100), "a PyTorch pickle"),
    "old pickle": (b"\x80\x02}q\x00X\x01\x00\x00" + bytes(50), "a PyTorch pickle"),
    "oversize header": (struct.pack("<Q", 2**40) + bytes(64), "announce a header"),
    "header is not JSON": (pack(b"{not json}", b""), "is not JSON"),
    "header is not UTF-8": (pack(b'{"\xff": 1}', b""), "not UTF-8"),
    "header is a list": (pack([1, 2], b""), "not a table of tensors"),
    "nested header": (pack(b'{"a":' + b"[" * 100_000, b""), "nested too deeply"),
    "huge number": (pack(b'{"a":' + b"9" * 5000 + b"}", b""), "is not JSON"),
    "metadata is text": (pack({"__metadata__": "x"}, b""), "__metadata__"),
    "entry is a number": (pack({"a": 3}, b""), "no dtype, shape or data_offsets"),
    "entry without offsets": (
        pack({"a": {"dtype": "U8", "shape": [1]}}, b"\0"),
        "no dtype, shape or data_offsets",
    ),
    "tensor named twice": (
        pack(b'{"a":%b,"a":%b}' % ((json.dumps(entry("U8", (1,), 0, 1)).encode(),) * 2), b"\0"),
        "lists 'a' twice",
    ),
    "unknown dtype": (pack({"a": entry("Q7", (1,), 0, 1)}, b"\0"), "unknown dtype 'Q7'"),
    "shape of text": (pack({"a": entry("U8", (), 0, 1) | {"shape": "1"}}, b"\0"), "list of sizes"),
    "negative size": (pack({"a": entry("U8", (-1,), 0, 1)}, b"\0"), "list of sizes"),
    "size true": (pack({"a": entry("U8", (True,), 0, 1)}, b"\0"), "list of sizes"),
    "size not matching shape": (
        pack({"a": entry("BF16", (2, 2), 0, 4)}, bytes(4)),
        "takes 4 bytes, which does not match shape '[2, 2]' of BF16",
    ),
    "endless shape": (pack({"a": LONG_SHAPE}, bytes(8)), "does not match shape"),
    "offsets backwards": (pack({"a": entry("U8", (1,), 1, 0)}, b"\0"), "not [start, end]"),
    "offsets of three": (
        pack({"a": entry("U8", (1,), 0, 1) | {"data_offsets": [0, 1, 2]}}, b"\0"),
        "not [start, end]",
    ),
    "overlapping": (
        pack({"a": entry("U8", (4,), 0, 4), "b": entry("U8", (4,), 2, 6)}, bytes(6)),
        "tensor 'b' overlaps",
    ),
    "hole": (
        pack({"a": entry("U8", (2,), 0, 2), "b": entry("U8", (2,), 4, 6)}, bytes(6)),
        "2 bytes before tensor 'b' are unused",
    ),
    "data after the end": (GOOD + b"\0\0\0", "3 bytes after the last tensor"),
}
