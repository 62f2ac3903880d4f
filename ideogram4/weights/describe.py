"""Say what a model folder holds, from headers alone: components, sizes, weight format, key layout.

For `ideogram4 info`: quick on 50 GB of weights, and works for formats this version cannot load.
It is not a check that the model can be built (that needs the modules: `assemble.plan_load`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ideogram4.errors import MissingFileError
from ideogram4.quant import format_name
from ideogram4.weights.checkpoint import open_checkpoint
from ideogram4.weights.layout import WEIGHT_COMPONENTS

_SMALL_COMPONENTS = ("tokenizer", "scheduler")


@dataclass(frozen=True)
class ComponentDescription:
    """One component with weights. `nbytes` counts whole files; `layout` is for attention keys."""

    name: str
    nbytes: int
    files: int
    tensors: int
    quantisation: str
    layout: str | None
    dtypes: tuple[str, ...]


@dataclass(frozen=True)
class FolderDescription:
    """What is in a folder. `small` names the components without weights that are present."""

    path: Path
    components: tuple[ComponentDescription, ...]
    small: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        return sum(component.nbytes for component in self.components)

    def component(self, name: str) -> ComponentDescription | None:
        return next((known for known in self.components if known.name == name), None)


def describe_folder(folder: str | Path) -> FolderDescription:
    """Describe a model folder. Reads headers only and imports no torch.

    Raises `MissingFileError` when it is no model folder or a component in it has no weights, and
    `CorruptFileError` for a broken file.
    """
    folder = Path(folder)
    present = [name for name in WEIGHT_COMPONENTS if (folder / name).is_dir()]
    if not present:
        raise MissingFileError(
            f"{folder}: this is not a model folder; none of {', '.join(WEIGHT_COMPONENTS)} is in it"
        )
    return FolderDescription(
        folder,
        tuple(_describe(folder / name) for name in present),
        tuple(name for name in _SMALL_COMPONENTS if (folder / name).is_dir()),
    )


def _describe(folder: Path) -> ComponentDescription:
    checkpoint = open_checkpoint(folder)
    return ComponentDescription(
        name=folder.name,
        nbytes=sum(path.stat().st_size for path in checkpoint.files),
        files=len(checkpoint.files),
        tensors=len(checkpoint.tensors),
        quantisation=format_name(checkpoint.tensors),
        layout=_attention_layout(checkpoint.tensors.keys())
        if "transformer" in folder.name
        else None,
        dtypes=tuple(sorted({tensor.dtype for tensor in checkpoint.tensors.values()})),
    )


def _attention_layout(names: Collection[str]) -> str | None:
    """ "fused" (one qkv), "split" (to_q, to_k, to_v), "mixed", or None for no attention at all."""
    fused = any(".attention.qkv." in name for name in names)
    split = any(".attention.to_q." in name for name in names)
    if fused and split:
        return "mixed"
    return "fused" if fused else "split" if split else None
