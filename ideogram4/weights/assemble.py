"""Fill a module that was built on the meta device from the safetensors files of a folder.

First everything is compared from headers: every missing, extra and misshaped tensor is named before
a byte of data is read or allocated. Then tensors are read in the order they lie in the files, cast
one by one and assigned, so no float32 skeleton of the model ever exists and host memory peaks at
about the size of what is loaded.

It is not a model builder: the caller makes the module, on the meta device. Linear layers of packed
weights are exchanged by their format for layers that compute with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideogram4.quant import QuantFormat, StoredTensor, detect_format
from ideogram4.weights.checkpoint import Checkpoint, open_checkpoint
from ideogram4.weights.compare import Slot, find_problems, joined_shape
from ideogram4.weights.header import TensorInfo, corrupt
from ideogram4.weights.keys import Entry, Rename, same_keys

if TYPE_CHECKING:
    import torch

OnProgress = Callable[[str, float], None]

# Pages of a mapped file count as this process's memory until the file is closed.
_REMAP_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class LoadPlan:
    """A checkpoint that fits a module, checked from headers: what goes where, in file order."""

    checkpoint: Checkpoint
    quant_format: QuantFormat
    steps: tuple[Step, ...]
    absent: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        return sum(step.nbytes for step in self.steps)


@dataclass(frozen=True, slots=True)
class Step:
    """One tensor of the module and the stored pieces that make it up."""

    target: str
    shape: tuple[int, ...]
    pieces: tuple[StoredTensor, ...]

    @property
    def nbytes(self) -> int:
        return sum(piece.nbytes for piece in self.pieces)


def load_into(
    module: torch.nn.Module,
    folder: Path,
    *,
    device: torch.device | str,
    dtype: torch.dtype | None,
    rename: Rename | None = None,
    what: str = "transformer",
    on_progress: OnProgress | None = None,
    optional: frozenset[str] = frozenset(),
    keep_dtype: frozenset[str] = frozenset(),
) -> str:
    """Check the weights in `folder` against `module`, put them into it; name their format.

    Floating tensors are cast to `dtype` (None: kept as stored; `keep_dtype` names single tensors
    that are). A tensor named in `optional` may be absent: its place, if still on the meta device,
    becomes None. Non-persistent buffers are left alone. `on_progress(what, fraction)` is called
    after every tensor.

    Raises `MissingFileError`, `CorruptFileError`, `WeightsError` (a format that is not supported)
    and `TensorMismatchError`, all of them from headers except the last for values that are not
    finite; then the module is half filled and of no use.
    """
    plan = plan_load(module, folder, rename=rename, what=what, optional=optional)
    fill(
        module,
        plan,
        device=device,
        dtype=dtype,
        what=what,
        on_progress=on_progress,
        keep_dtype=keep_dtype,
    )
    return plan.quant_format.name


def plan_load(
    module: torch.nn.Module,
    folder: Path,
    *,
    rename: Rename | None = None,
    what: str = "transformer",
    optional: frozenset[str] = frozenset(),
) -> LoadPlan:
    """Compare names and shapes from headers alone; see `load_into` for arguments and errors."""
    checkpoint = open_checkpoint(Path(folder))
    quant_format = detect_format(checkpoint.tensors, where=checkpoint.folder)
    stored = quant_format.fold(checkpoint.tensors)
    key_map = (rename or same_keys)(stored.keys())
    slots = _slots(module, optional)
    problems = find_problems(slots, stored, key_map, optional)
    if problems:
        raise problems.error(what, checkpoint.folder)
    steps = [_step(entry, slots[entry.target], stored) for entry in key_map.entries]
    steps.sort(key=lambda step: (step.pieces[0].main.file, step.pieces[0].main.start))
    absent = slots.keys() - {step.target for step in steps}
    return LoadPlan(checkpoint, quant_format, tuple(steps), tuple(sorted(absent)))


def fill(
    module: torch.nn.Module,
    plan: LoadPlan,
    *,
    device: torch.device | str,
    dtype: torch.dtype | None,
    what: str = "transformer",
    on_progress: OnProgress | None = None,
    keep_dtype: frozenset[str] = frozenset(),
) -> None:
    """Carry out a plan made for this module; see `load_into`."""
    total = max(plan.nbytes, 1)
    done = 0
    with TensorReader() as reader:
        for step in plan.steps:
            plan.quant_format.place(
                module,
                step.target,
                step.pieces,
                reader.read,
                shape=step.shape,
                device=device,
                dtype=None if step.target in keep_dtype else dtype,
            )
            done += step.nbytes
            if on_progress is not None:
                on_progress(what, done / total)
    for name in plan.absent:
        _clear_if_meta(module, name)


class TensorReader:
    """Reads tensors through safetensors, one file open at a time.

    What it returns lies in the mapped file and is only good until the next `read`: copy it.
    """

    def __init__(self) -> None:
        self._open: Any = None
        self._file: Path | None = None
        self._mapped = 0

    def __enter__(self) -> TensorReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, info: TensorInfo) -> torch.Tensor:
        """Return one tensor, on the CPU, in its stored dtype. Raises `CorruptFileError`."""
        from safetensors import SafetensorError

        try:
            handle = self._handle(info.file)
            tensor: torch.Tensor = handle.get_tensor(info.name)
        except (SafetensorError, OSError) as error:
            raise corrupt(info.file, f"tensor {info.name!r} cannot be read ({error})") from error
        self._mapped += info.nbytes
        return tensor

    def _handle(self, file: Path) -> Any:
        from safetensors import safe_open

        if self._file != file or self._mapped > _REMAP_BYTES:
            self.close()
            self._open = safe_open(str(file), framework="pt", device="cpu")
            self._open.__enter__()
            self._file = file
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.__exit__(None, None, None)
        self._open, self._file, self._mapped = None, None, 0


def _slots(module: torch.nn.Module, optional: frozenset[str]) -> dict[str, Slot]:
    """Every place a checkpoint may fill: parameters, persistent buffers, empty optional ones."""
    slots = {
        name: Slot(tuple(tensor.shape), tensor.is_floating_point())
        for name, tensor in module.state_dict(keep_vars=True).items()
    }
    for name in optional - slots.keys():
        path, _, leaf = name.rpartition(".")
        try:
            owner = module.get_submodule(path)
        except AttributeError:
            continue
        if leaf in owner._parameters or leaf in owner._buffers:
            slots[name] = Slot(None)
    return slots


def _clear_if_meta(module: torch.nn.Module, name: str) -> None:
    path, _, leaf = name.rpartition(".")
    owner = module.get_submodule(path)
    for table in (owner._parameters, owner._buffers):
        tensor = table.get(leaf)
        if tensor is not None and tensor.is_meta:
            table[leaf] = None


def _step(entry: Entry, slot: Slot, stored: Mapping[str, StoredTensor]) -> Step:
    pieces = tuple(stored[source] for source in entry.sources)
    shape = slot.shape if slot.shape is not None else joined_shape(pieces)
    # An empty optional slot takes plain tensors only, and those always have a shape.
    return Step(entry.target, shape if shape is not None else (), pieces)
