"""A person is told what is wrong with a weight file, by name and cause, before it is loaded.

Reliability test 15: a dozen kinds of broken safetensors, one error type. The causes are what people
report: interrupted downloads, LFS pointers in a clone, login pages saved as weights.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as load_with_library

from ideogram4.errors import CorruptFileError, MissingFileError
from ideogram4.weights.header import read_header
from tests.weights.broken_files import BROKEN, GOOD
from tests.weights.raw_safetensors import entry, pack, zeros


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_naming_file_and_cause(name: str, tmp_path: Path) -> None:
    content, cause = BROKEN[name]
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(CorruptFileError) as refusal:
        read_header(path)
    assert str(path) in refusal.value.message
    assert cause in refusal.value.message


def test_a_good_file_is_listed_in_the_order_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(GOOD)
    tensors = read_header(path)
    assert list(tensors) == ["a.weight", "b"]
    first = tensors["a.weight"]
    assert (first.dtype, first.shape, first.nbytes, first.elements) == ("BF16", (4, 2), 16, 8)
    assert tensors["b"].start == first.end
    assert tensors["b"].end == len(GOOD)


def test_scalars_empty_tensors_and_metadata_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    header = {
        "__metadata__": {"format": "pt"},
        "scalar": entry("F32", (), 0, 4),
        "nothing": entry("F32", (0, 7), 4, 4),
    }
    path.write_bytes(pack(header, bytes(4)))
    assert {name: t.elements for name, t in read_header(path).items()} == {
        "scalar": 1,
        "nothing": 0,
    }


def test_a_header_as_long_as_a_pickle_mark_is_not_taken_for_a_pickle(tmp_path: Path) -> None:
    """A length of 640 is written as the bytes 80 02, which also open a protocol 2 pickle."""
    raw = json.dumps({"a": entry("U8", (1,), 0, 1)}).encode()
    path = tmp_path / "model.safetensors"
    path.write_bytes(pack(raw.ljust(640), b"\0"))
    assert list(read_header(path)) == ["a"]


def test_a_missing_file_is_missing_not_corrupt(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="there is no such file"):
        read_header(tmp_path / "model.safetensors")


def test_a_folder_or_a_pipe_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(CorruptFileError, match="not a file"):
            read_header(path)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda raw: pack(raw, b"\0\0")))
def test_no_bytes_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(content)
    try:
        read_header(path)
    except CorruptFileError as refusal:
        assert str(path) in refusal.message


@settings(deadline=None)
@given(cut=st.integers(min_value=0, max_value=len(GOOD) - 1))
def test_every_truncation_is_refused(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.safetensors"
    path.write_bytes(GOOD[:cut])
    with pytest.raises(CorruptFileError):
        read_header(path)


def test_what_is_accepted_here_the_library_reads_too(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    good = zeros({"a.weight": (4, 2), "b": (3,)}, dtype="F32", bits=32)
    path.write_bytes(good)
    arrays = load_with_library(good)
    assert {name: t.shape for name, t in read_header(path).items()} == {
        name: array.shape for name, array in arrays.items()
    }


def test_reading_headers_needs_no_torch() -> None:
    code = (
        "import sys, ideogram4.weights, ideogram4.quant, ideogram4.weights.checkpoint;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
