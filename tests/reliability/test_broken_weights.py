"""Reliability 15: a dozen broken safetensors files, each told by one error naming file and cause.

A person's folder with one bad file, asked for as a person asks: through the pipeline and on the
command line.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from ideogram4 import Ideogram4Pipeline
from ideogram4.cli import main
from ideogram4.errors import CorruptFileError
from ideogram4.weights import resolve_model

FILE = "transformer/diffusion_pytorch_model.safetensors"


def header_of(raw: bytes) -> tuple[dict[str, dict[str, object]], bytes]:
    (length,) = struct.unpack("<Q", raw[:8])
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def packed(header: object, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def changed(change: Callable[[dict[str, dict[str, object]]], object]) -> Callable[[bytes], bytes]:
    def apply(raw: bytes) -> bytes:
        header, data = header_of(raw)
        change(header)
        return packed(header, data)

    return apply


def overlap(header: dict[str, dict[str, object]]) -> None:
    first, second = [name for name in header if name != "__metadata__"][:2]
    header[second]["data_offsets"] = header[first]["data_offsets"]
    header[second]["shape"], header[second]["dtype"] = (
        header[first]["shape"],
        header[first]["dtype"],
    )


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "truncated data": (lambda raw: raw[:-1000], "truncated"),
    "truncated header": (lambda raw: raw[:100], "truncated"),
    "a few bytes": (lambda raw: raw[:5], "too few"),
    "nothing": (lambda raw: b"", "empty"),
    "bytes after the end": (lambda raw: raw + b"\0" * 8, "unaccounted for"),
    "overlapping": (changed(overlap), "overlaps|unused"),
    "an LFS pointer": (
        lambda raw: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "Git-LFS pointer",
    ),
    "a web page": (lambda raw: b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
    "an error": (lambda raw: b'{"error":"Repository not found"}', "error message"),
    "a pickle": (lambda raw: b"PK\x03\x04archive/data.pkl", "pickle"),
    "a header that is no JSON": (lambda raw: packed(b"{" + b"x" * 64, b""), "not JSON"),
    "a header of one list": (lambda raw: packed([1, 2], b""), "not a table"),
    "a huge header": (lambda raw: struct.pack("<Q", 2**60) + b"{}", "announce a header"),
    "an unknown dtype": (
        changed(lambda h: h["input_proj.weight"].update(dtype="F128")),
        "unknown dtype",
    ),
    "a negative size": (
        changed(lambda h: h["input_proj.weight"].update(shape=[-1, 4])),
        "not a list of sizes",
    ),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broken") / "model"
    shutil.copytree(resolve_model("demo"), folder)
    return folder


@pytest.mark.parametrize("name", BROKEN)
def test_each_is_one_error_that_names_the_file_and_the_cause(
    demo: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    breaks, cause = BROKEN[name]
    good = (demo / FILE).read_bytes()
    (demo / FILE).write_bytes(breaks(good))
    try:
        with pytest.raises(CorruptFileError, match=cause) as told:
            Ideogram4Pipeline.from_pretrained(demo, device="cpu")
        assert FILE in told.value.message
        caption = "presets/captions/sunset.json"
        assert main(["generate", "--model", str(demo), "--caption", caption]) == 3
        said = capsys.readouterr().err
        assert FILE in said and "Traceback" not in said
    finally:
        (demo / FILE).write_bytes(good)
    assert not list(Path("outputs").glob("*.tmp"))
