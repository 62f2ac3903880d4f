"""Read and check the header of one safetensors file: eight bytes of length, then JSON.

Every way a file can be broken is told from here, before a byte of tensor data is read or a byte of
memory is allocated for it: a truncated download, overlapping tensors, a Git-LFS pointer, an HTML
page saved under the right name. Format: https://huggingface.co/docs/safetensors.

It is not a tensor reader (see `assemble`) and it never imports torch.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ideogram4.errors import CorruptFileError, MissingFileError

# The format itself caps the header here; real ones are a few hundred kilobytes.
MAX_HEADER_BYTES = 100_000_000

DTYPE_BITS: Mapping[str, int] = {
    "BOOL": 8,
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "C64": 64,
    "F64": 64,
    "I64": 64,
    "U64": 64,
}

_DOWNLOAD_AGAIN = "Delete the file and download it again."


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor as its file's header describes it; `start` and `end` are bytes in the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    file: Path
    start: int
    end: int

    @property
    def nbytes(self) -> int:
        return self.end - self.start

    @property
    def elements(self) -> int:
        count = 1
        for size in self.shape:
            count *= size
        return count


def corrupt(path: Path, cause: str, *, hint: str = _DOWNLOAD_AGAIN) -> CorruptFileError:
    """The one error for a file that is not what its name says: file first, then the cause."""
    return CorruptFileError(f"{path}: {cause}", hint=hint)


def read_header(path: Path) -> dict[str, TensorInfo]:
    """Return every tensor that `path` holds, by name, in the order of their bytes.

    Raises `MissingFileError` when there is no such file and `CorruptFileError` for anything in it
    that breaks the format. Reads the header only.
    """
    raw, file_size = _header_bytes(path)
    entries = parse_json(raw, path, "its header")
    if not isinstance(entries, dict):
        raise corrupt(path, "its header is JSON but not a table of tensors")
    metadata = entries.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise corrupt(path, "its __metadata__ is not a table of text")
    data_start = 8 + len(raw)
    tensors = [_tensor(path, name, entry, data_start) for name, entry in entries.items()]
    tensors.sort(key=lambda tensor: (tensor.start, tensor.end))
    _check_coverage(path, tensors, data_start, file_size)
    return {tensor.name: tensor for tensor in tensors}


def read_metadata(path: Path) -> dict[str, str]:
    """Return the text that a writer left in the header; errors as of `read_header`."""
    raw, _ = _header_bytes(path)
    entries = parse_json(raw, path, "its header")
    metadata = entries.get("__metadata__", {}) if isinstance(entries, dict) else {}
    if not isinstance(metadata, dict):
        raise corrupt(path, "its __metadata__ is not a table of text")
    return {key: value for key, value in metadata.items() if isinstance(value, str)}


def _header_bytes(path: Path) -> tuple[bytes, int]:
    if path.exists() and not path.is_file():
        # A folder, or a pipe that would be waited on for ever.
        raise corrupt(path, "not a file", hint="")
    try:
        with path.open("rb") as file:
            file_size = file.seek(0, 2)
            file.seek(0)
            start = file.read(512)
            cause = _wrong_kind(start)
            if cause:
                raise corrupt(path, cause)
            (length,) = struct.unpack("<Q", start[:8])
            if length > MAX_HEADER_BYTES:
                raise corrupt(
                    path,
                    f"its first 8 bytes announce a header of {length} bytes "
                    f"(the format allows {MAX_HEADER_BYTES}), so it is not a safetensors file",
                )
            if 8 + length > file_size:
                raise corrupt(
                    path,
                    f"truncated: its header should be {length} bytes long "
                    f"and the whole file is {file_size}",
                )
            file.seek(8)
            return file.read(length), file_size
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFileError(f"{path}: there is no such file") from None
    except OSError as error:
        raise corrupt(path, f"cannot be read ({error.strerror})", hint="") from error


def _wrong_kind(start: bytes) -> str:
    """Recognise what people really find in place of weights; "" when nothing stands out."""
    if not start:
        return "the file is empty"
    if start[8:9] == b"{":
        # Where a header's JSON begins. Looked at first because a header of 640 bytes also starts
        # with the two bytes of a pickle.
        return ""
    if start.startswith(b"version https://git-lfs"):
        return "a Git-LFS pointer, not the weights themselves (in a clone, run `git lfs pull`)"
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return "a web page, not weights (a login or error page was saved under this name)"
    if text.startswith((b'{"error', b'{ "error')):
        return "an error message from a server, not weights"
    if start.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x04")):
        return "a PyTorch pickle, not safetensors (pickles can run code and are never opened)"
    if len(start) < 8:
        return f"truncated: {len(start)} bytes are too few for a safetensors file"
    return ""


def parse_json(raw: bytes, path: Path, what: str) -> Any:
    """Parse JSON out of a file nobody vouches for; whatever is wrong becomes `CorruptFileError`."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except UnicodeDecodeError:
        raise corrupt(path, f"{what} is not UTF-8 text") from None
    except RecursionError:
        raise corrupt(path, f"{what} is nested too deeply") from None
    except _DuplicateKeyError as error:
        raise corrupt(path, f"{what} lists {_short(error.key)} twice") from None
    except ValueError as error:
        raise corrupt(path, f"{what} is not JSON ({error})") from None


class _DuplicateKeyError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(key)
            seen.add(key)
    return table


def _tensor(path: Path, name: str, entry: Any, data_start: int) -> TensorInfo:
    label = _short(name)
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise corrupt(path, f"tensor {label} has no dtype, shape or data_offsets in the header")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BITS:
        raise corrupt(
            path,
            f"tensor {label} has the unknown dtype {_short(str(dtype))}",
            hint="The file may come from a newer writer; save it again as bf16.",
        )
    if not _are_sizes(shape):
        raise corrupt(path, f"tensor {label} has a shape that is not a list of sizes")
    if not _are_sizes(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise corrupt(path, f"tensor {label} has data_offsets that are not [start, end]")
    start, end = offsets
    if not _fills(shape, DTYPE_BITS[dtype], end - start):
        raise corrupt(
            path,
            f"tensor {label} takes {end - start} bytes, "
            f"which does not match shape {_short(str(shape))} of {dtype}",
        )
    return TensorInfo(name, dtype, tuple(shape), path, data_start + start, data_start + end)


def _are_sizes(value: Any) -> bool:
    """A list of non-negative 64-bit integers (JSON `true` is an int in Python; refuse it)."""
    return isinstance(value, list) and all(
        isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**63 for size in value
    )


def _fills(shape: list[int], bits: int, nbytes: int) -> bool:
    if 0 in shape:
        return nbytes == 0
    for size in shape:
        bits *= size
        if bits > nbytes * 8:
            # Leaving early keeps a hostile shape of a million axes from growing a huge integer.
            return False
    return bits == nbytes * 8


def _check_coverage(path: Path, tensors: list[TensorInfo], data_start: int, file_size: int) -> None:
    """The tensors must cover the data exactly: no overlap, no hole, nothing after the end."""
    position = data_start
    for tensor in tensors:
        label = _short(tensor.name)
        if tensor.start < position:
            raise corrupt(path, f"tensor {label} overlaps the tensor before it")
        if tensor.start > position:
            raise corrupt(path, f"{tensor.start - position} bytes before tensor {label} are unused")
        if tensor.end > file_size:
            raise corrupt(
                path,
                f"truncated: tensor {label} ends at byte {tensor.end} and the file at {file_size}",
            )
        position = tensor.end
    if position != file_size:
        raise corrupt(
            path, f"{file_size - position} bytes after the last tensor are unaccounted for"
        )


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")
