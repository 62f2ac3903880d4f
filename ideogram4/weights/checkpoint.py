"""One component's weights in a folder: a single safetensors file, or an index and its shards.

Answers "which tensors are here, in which file, how large" from headers alone, so that a wrong
checkpoint is refused before anything is allocated. Names follow what is published:
`diffusion_pytorch_model.safetensors` (diffusers) and `model.safetensors` (transformers), each also
as `NAME.index.json` with shards.

It is not the loader (`assemble`) and never imports torch.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from ideogram4.errors import MissingFileError, WeightsError
from ideogram4.weights.header import TensorInfo, corrupt, parse_json, read_header

__all__ = [
    "WEIGHT_FILES",
    "Checkpoint",
    "TensorInfo",
    "index_of",
    "open_checkpoint",
    "read_header",
    "shard_names",
]

WEIGHT_FILES = ("diffusion_pytorch_model.safetensors", "model.safetensors")

_MAX_INDEX_BYTES = 64_000_000
_SHOWN = 3


@dataclass(frozen=True)
class Checkpoint:
    """Every tensor of one component. `tensors` is ordered by file, then by position in it."""

    folder: Path
    files: tuple[Path, ...]
    tensors: Mapping[str, TensorInfo]

    @property
    def nbytes(self) -> int:
        """Size of all tensors' data, in bytes."""
        return sum(tensor.nbytes for tensor in self.tensors.values())


def index_of(file_name: str) -> str:
    """The name of the index that belongs to a weight file: `X.safetensors.index.json`."""
    return f"{file_name}.index.json"


def open_checkpoint(folder: Path) -> Checkpoint:
    """Read all headers of the weights in `folder`.

    An index wins over a single file beside it: it is what the writer says the checkpoint is.
    Raises `MissingFileError` (no weights here, or a shard is missing), `CorruptFileError`, and
    `WeightsError` when the folder may not be read.
    """
    try:
        return _open(folder)
    except PermissionError as error:
        raise WeightsError(
            f"{error.filename or folder}: this user may not read it",
            hint="Change its permissions, or copy the model to a folder of your own.",
        ) from error


def _open(folder: Path) -> Checkpoint:
    for name in WEIGHT_FILES:
        index = folder / index_of(name)
        if index.is_file() or index.is_symlink():
            return _open_indexed(folder, index)
    for name in WEIGHT_FILES:
        path = folder / name
        if path.is_file() or path.is_symlink():
            return Checkpoint(folder, (path,), read_header(path))
    raise _no_weights(folder)


def shard_names(raw: bytes, index: Path) -> dict[str, str]:
    """Return an index's table of tensor name to shard file name, each name checked.

    `index` names the file in errors. A shard must be a plain path below the index's own folder:
    nothing absolute, no `..`, no drive letters or backslashes.
    """
    table = parse_json(raw, index, "the index")
    weight_map = table.get("weight_map") if isinstance(table, dict) else None
    if not isinstance(weight_map, dict) or not weight_map:
        raise corrupt(index, "the index has no weight_map, or an empty one")
    for tensor, shard in weight_map.items():
        if not isinstance(shard, str) or not shard:
            raise corrupt(index, f"the index gives no file name for tensor {tensor[:80]!r}")
    for shard in sorted(set(weight_map.values())):
        if not _is_plain_path(shard):
            raise corrupt(
                index,
                f"the index points outside its folder: {shard[:120]!r}",
                hint="No honest checkpoint does this. Get the model from a source you trust.",
            )
    return weight_map


def _open_indexed(folder: Path, index: Path) -> Checkpoint:
    weight_map = shard_names(_read_small(index), index)
    shards = sorted(set(weight_map.values()))
    for shard in shards:
        _check_shard_file(folder, shard, index)
    tensors: dict[str, TensorInfo] = {}
    for shard in shards:
        for name, tensor in read_header(folder / shard).items():
            if name in tensors:
                raise corrupt(
                    folder / shard,
                    f"tensor {name!r} is also in {tensors[name].file.name}; only one can be right",
                )
            tensors[name] = tensor
    absent = [
        f"{name!r} (in {shard})"
        for name, shard in weight_map.items()
        if name not in tensors or tensors[name].file != folder / shard
    ]
    if absent:
        raise corrupt(index, f"tensors are not in the shard that the index names: {_some(absent)}")
    return Checkpoint(folder, tuple(folder / shard for shard in shards), tensors)


def _read_small(index: Path) -> bytes:
    if not index.is_file():
        raise MissingFileError(f"{index}: the link does not lead to a file")
    try:
        if index.stat().st_size > _MAX_INDEX_BYTES:
            raise corrupt(index, f"the index is larger than {_MAX_INDEX_BYTES} bytes")
        return index.read_bytes()
    except OSError as error:
        raise corrupt(index, f"cannot be read ({error.strerror})", hint="") from error


def _is_plain_path(name: str) -> bool:
    if "\0" in name or "\\" in name or PureWindowsPath(name).drive:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.name != ""


def _check_shard_file(folder: Path, shard: str, index: Path) -> None:
    path = folder / shard
    if not os.path.lexists(path):
        raise MissingFileError(
            f"{path}: the shard is missing, and {index.name} lists tensors in it",
            hint="The download is incomplete. Run it again; finished files are kept.",
        )
    if not _stays_inside(path, folder):
        raise corrupt(
            path,
            "the shard is a link that leads outside the model's folder",
            hint="Keep shards in one folder; the folder itself may be a link.",
        )


def _stays_inside(path: Path, folder: Path) -> bool:
    """Whether `path`, links followed, is in `folder` or in the hub cache the folder belongs to."""
    # Not `Path.resolve`, which raises on a link that leads to itself.
    home = Path(os.path.realpath(folder))
    if Path(os.path.realpath(path)).is_relative_to(home):
        return True
    if not path.is_symlink():
        return False
    # The hub's cache keeps `snapshots/COMMIT/...` as links into `blobs/` beside it, and a blob may
    # itself be a link into a store shared by several models: only the first step is judged.
    target = Path(os.path.normpath(os.path.realpath(path.parent) / path.readlink()))
    snapshots = [parent for parent in home.parents if parent.name == "snapshots"]
    return any(target.parent == parent.parent / "blobs" for parent in snapshots)


def _no_weights(folder: Path) -> MissingFileError:
    if not folder.is_dir():
        return MissingFileError(f"{folder}: there is no such folder")
    shards = sorted(path.name for path in folder.glob("*-of-*.safetensors"))
    if shards:
        wanted = shards[0].split("-")[0] + ".safetensors.index.json"
        return MissingFileError(
            f"{folder}: {len(shards)} shards are here and their index {wanted} is not",
            hint="Download the index too: it says which tensor is in which shard.",
        )
    return MissingFileError(
        f"{folder}: no weights here; looked for {' and '.join(WEIGHT_FILES)} and their indexes",
        hint="Only safetensors are read; pickles (.bin, .pt, .ckpt) are not.",
    )


def _some(items: Iterable[str]) -> str:
    listed = list(items)
    rest = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
