"""What a weight format must be able to do, and the list of those that can.

A format recognises itself in a checkpoint's headers, makes the linear layer its weights need, and
places tensors into a module. The model is handed `make_linear` and never asks which format it is.
A new format is one file with a class that satisfies `QuantFormat`, and one `register` call.

Importing this module needs no torch; a format imports it inside the methods that do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch

    from ideogram4.weights.header import TensorInfo

    ReadTensor = Callable[[TensorInfo], torch.Tensor]


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor of the model as a file keeps it: its name, and the physical tensors it is made of.

    `parts` is keyed by suffix: "" is the tensor itself, "absmax" or "weight_scale" would be side
    tensors of a quantised one. `shape` is None where a header cannot tell it (packed weights);
    then only `elements` is compared.
    """

    name: str
    shape: tuple[int, ...] | None
    elements: int
    parts: Mapping[str, TensorInfo]

    @property
    def main(self) -> TensorInfo:
        return self.parts[""]

    @property
    def nbytes(self) -> int:
        return sum(part.nbytes for part in self.parts.values())


class QuantFormat(Protocol):
    """One way to store weights. Implementations keep no state."""

    @property
    def name(self) -> str:
        """Short and stable, for logs and `ideogram4 info`: "plain", "nf4", "fp8"."""

    @property
    def title(self) -> str:
        """For people: "bitsandbytes nf4 (4 bits a weight)"."""

    def detect(self, tensors: Mapping[str, TensorInfo]) -> bool:
        """Whether a checkpoint with these headers is in this format."""

    def fold(self, tensors: Mapping[str, TensorInfo]) -> dict[str, StoredTensor]:
        """Group physical tensors into the model's tensors, side tensors into their owner."""

    def memory_bytes(self, piece: StoredTensor, dtype_bytes: int) -> int:
        """What the tensor takes once it is loaded, in a compute dtype of so many bytes."""

    def unpack(self, piece: StoredTensor, read: ReadTensor) -> torch.Tensor:
        """The numbers a stored tensor stands for, in its shape; a copy, as precise as stored.

        Raises `TensorMismatchError` when they are not finite.
        """

    def make_linear(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> torch.nn.Module:
        """The layer that computes with these weights; `dtype` is the one to compute in.

        It has `forward` and `rows(x, start, stop)`, which computes some output rows alone.
        """

    def place(
        self,
        module: torch.nn.Module,
        target: str,
        pieces: Sequence[StoredTensor],
        read: ReadTensor,
        *,
        shape: tuple[int, ...],
        device: torch.device | str,
        dtype: torch.dtype | None,
    ) -> None:
        """Put `pieces`, stacked along the rows, into `module` under the name `target`.

        `shape` is the result's; `dtype` None keeps what is stored. Raises `TensorMismatchError`
        naming the tensor when its values are not finite.
        """


_registered: list[QuantFormat] = []
# Each registers itself when it is imported, which is when somebody is about to load weights.
_BUILT_IN = ("nf4", "fp8", "plain")


def register(quant_format: QuantFormat) -> None:
    """Make a format known. Refuses a second one of the same name: that is a mistake in the code."""
    if any(known.name == quant_format.name for known in _registered):
        raise ValueError(f"a weight format named {quant_format.name!r} is already registered")
    _registered.append(quant_format)


def registered() -> Iterator[QuantFormat]:
    """Every format this version can load, in the order they were registered. Imports torch."""
    for name in _BUILT_IN:
        import_module(f"ideogram4.quant.{name}")
    yield from _registered
