"""Write a safetensors file tensor by tensor, in any order, holding one tensor in memory at a time.

The library's `save_file` wants all tensors at once, which for a quantised model is several
gigabytes of host memory. Here the header is written first from names, types and shapes, and each
tensor then goes to its own place in the file. Format: https://huggingface.co/docs/safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ideogram4.quant.packing import TensorPlan
from ideogram4.weights.header import DTYPE_BITS

if TYPE_CHECKING:
    import torch


_TORCH_NAMES = {
    "BF16": "bfloat16",
    "F16": "float16",
    "F32": "float32",
    "U8": "uint8",
    "F8_E4M3": "float8_e4m3fn",
}


class SafetensorsWriter:
    """Use as a context: `write` every planned tensor once; leaving with some unwritten is an error.

    `metadata` is text by text, as the format allows.
    """

    def __init__(
        self, path: Path, plan: Mapping[str, TensorPlan], metadata: Mapping[str, str] | None = None
    ) -> None:
        self._path = path
        # Wide types first, so that every tensor begins at a multiple of its own width.
        names = sorted(plan, key=lambda name: (-DTYPE_BITS[plan[name].dtype], name))
        header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
        self._places: dict[str, tuple[int, TensorPlan]] = {}
        end = 0
        for name in names:
            start, end = end, end + _nbytes(plan[name])
            self._places[name] = (start, plan[name])
            header[name] = {
                "dtype": plan[name].dtype,
                "shape": list(plan[name].shape),
                "data_offsets": [start, end],
            }
        raw = json.dumps(header, separators=(",", ":")).encode()
        raw += b" " * (-len(raw) % 8)
        self._head = len(raw).to_bytes(8, "little") + raw
        self.nbytes = len(self._head) + end

    def __enter__(self) -> Self:
        self._file = self._path.open("wb")
        self._file.write(self._head)
        self._file.truncate(self.nbytes)
        return self

    def write(self, name: str, tensor: torch.Tensor) -> None:
        """Put a CPU tensor in its place; its type and shape must be those planned."""
        import torch

        start, plan = self._places.pop(name)
        raw = tensor.contiguous().reshape(-1).view(torch.uint8)
        is_planned = str(tensor.dtype) == f"torch.{_TORCH_NAMES[plan.dtype]}"
        if not is_planned or tuple(tensor.shape) != plan.shape or raw.numel() != _nbytes(plan):
            raise ValueError(
                f"{name}: {tuple(tensor.shape)} of {tensor.dtype} was planned as {plan.shape} "
                f"of {plan.dtype}"
            )
        self._file.seek(len(self._head) + start)
        self._file.write(raw.numpy().data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if error is None and self._places:
            raise ValueError(f"{self._path}: never written: {', '.join(list(self._places)[:5])}")


def _nbytes(plan: TensorPlan) -> int:
    return prod(plan.shape) * DTYPE_BITS[plan.dtype] // 8
