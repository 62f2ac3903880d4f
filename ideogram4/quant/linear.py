"""Linear layers that can compute some of their output rows alone.

The last block needs keys and values of the text but no queries; `rows` leaves the unneeded third
out. `Linear` holds ordinary numbers; `PackedLinear` is the base of layers whose weights stay packed
in memory and are decoded for each product. Whoever wraps a layer (a LoRA) relies on `in_features`,
`out_features`, `forward` and `rows`, never on `weight`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Linear(nn.Linear):
    """`nn.Linear` plus `rows`."""

    def rows(self, x: Tensor, start: int, stop: int) -> Tensor:
        """Outputs `start` to `stop` only: (..., in_features) -> (..., stop - start)."""
        bias = None if self.bias is None else self.bias[start:stop]
        return F.linear(x, self.weight[start:stop], bias)


class PackedLinear(nn.Module, ABC):
    """A linear layer whose weight (out_features, in_features) is kept packed.

    Everything it holds is a parameter or a buffer, so it moves between devices like any module.
    """

    bias: nn.Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool,
        device: torch.device | str | None,
        dtype: torch.dtype | None,
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        empty = torch.empty(out_features, device=device, dtype=dtype) if bias else None
        self.register_parameter("bias", None if empty is None else constant(empty))

    @abstractmethod
    def decode(self, dtype: torch.dtype, start: int = 0, stop: int | None = None) -> Tensor:
        """Rows `start` to `stop` of the weight as ordinary numbers: (stop - start, in_features)."""

    def forward(self, x: Tensor) -> Tensor:
        return self.rows(x, 0, self.out_features)

    def rows(self, x: Tensor, start: int, stop: int) -> Tensor:
        """Outputs `start` to `stop` only: (..., in_features) -> (..., stop - start)."""
        bias = None if self.bias is None else self.bias[start:stop]
        return F.linear(x, self.decode(x.dtype, start, stop), bias)

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}, bias={self.bias is not None}"


def constant(tensor: Tensor) -> nn.Parameter:
    """A parameter that is never trained."""
    return nn.Parameter(tensor, requires_grad=False)
