"""Plain weights: bf16, fp16 or float32 numbers as they are, in an ordinary `Linear`.

It is not where files are read; a `read` function is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ideogram4.quant.formats import StoredTensor, register
from ideogram4.quant.placing import assign_tensor, check_finite
from ideogram4.quant.signatures import PLAIN_FLOATS, is_plain

if TYPE_CHECKING:
    import torch

    from ideogram4.quant.formats import ReadTensor
    from ideogram4.weights.header import TensorInfo


class PlainFormat:
    """Unquantised weights. `dtype` is free: the stored numbers are cast to it one by one."""

    name = "plain"
    title = "plain (not quantised)"

    def detect(self, tensors: Mapping[str, TensorInfo]) -> bool:
        return is_plain(tensors)

    def fold(self, tensors: Mapping[str, TensorInfo]) -> dict[str, StoredTensor]:
        return {
            name: StoredTensor(name, info.shape, info.elements, {"": info})
            for name, info in tensors.items()
        }

    def memory_bytes(self, piece: StoredTensor, dtype_bytes: int) -> int:
        is_float = piece.main.dtype in PLAIN_FLOATS
        return piece.elements * dtype_bytes if is_float else piece.main.nbytes

    def unpack(self, piece: StoredTensor, read: ReadTensor) -> torch.Tensor:
        values = read(piece.main)
        check_finite(values, piece.main, values.dtype)
        return values.clone()

    def make_linear(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> torch.nn.Module:
        from ideogram4.quant.linear import Linear

        return Linear(in_features, out_features, bias=bias, device=device, dtype=dtype)

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
        """Write the pieces into one new tensor; see `QuantFormat.place`.

        The result is allocated once, in its final dtype and place, and each piece is copied into
        its rows: no list of parts, no second copy of a fused weight.
        """
        import torch

        filled: torch.Tensor | None = None
        row = 0
        for piece in pieces:
            source = read(piece.main)
            wanted = _result_dtype(source, dtype)
            check_finite(source, piece.main, wanted)
            if filled is None:
                filled = torch.empty(shape, dtype=wanted, device=device)
            if len(pieces) == 1:
                filled.copy_(source.reshape(shape))
            else:
                filled[row : row + source.shape[0]].copy_(source)
                row += source.shape[0]
        if filled is None:
            raise ValueError(f"{target}: no pieces to place")
        assign_tensor(module, target, filled)


def _result_dtype(source: torch.Tensor, dtype: torch.dtype | None) -> torch.dtype:
    return dtype if dtype is not None and source.is_floating_point() else source.dtype


register(PlainFormat())
