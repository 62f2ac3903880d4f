"""A linear layer that can compute some of its output rows alone.

The last block needs keys and values of the text but no queries; `rows` leaves the unneeded third
out. Formats that keep weights packed make their own layer with the same two methods.
"""

from __future__ import annotations

from typing import Protocol

import torch.nn.functional as F
from torch import Tensor, nn


class Linear(nn.Linear):
    """`nn.Linear` plus `rows`."""

    def rows(self, x: Tensor, start: int, stop: int) -> Tensor:
        """Outputs `start` to `stop` only: (..., in_features) -> (..., stop - start)."""
        bias = None if self.bias is None else self.bias[start:stop]
        return F.linear(x, self.weight[start:stop], bias)


class MakeLinear(Protocol):
    """Makes a layer of (in_features, out_features) that has `forward` and `rows`."""

    def __call__(self, in_features: int, out_features: int, *, bias: bool = True) -> nn.Module: ...
