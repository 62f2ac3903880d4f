"""Put LoRAs beside a transformer's linear layers, and take them out again.

A layer with LoRAs is wrapped: the base computes as before, in whatever format its weights are, and
the low-rank products are added in the compute dtype. All LoRAs of one layer become one product of
stacked factors. Taking them out puts the very same base layer back, so the pictures are those of a
model that never had any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.errors import TensorMismatchError
from ideogram4.quant.linear import Linear, PackedLinear
from ideogram4.weights.lora.file import Pair, Shape

LARGEST_FACTOR = 1e15  # far beyond any training; products of two of these are still numbers


@dataclass(frozen=True)
class Weighted:
    """A pair and the strength it is used with."""

    pair: Pair
    weight: float


class LoraLinear(nn.Module):
    """A linear layer and low-rank products beside it, each for some of its rows."""

    base: Any  # a module with `forward`, `rows`, `in_features` and `out_features`

    def __init__(
        self, base: Any, parts: Sequence[Weighted], device: torch.device, dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.base = base
        self.in_features: int = base.in_features
        self.out_features: int = base.out_features
        self.ranges: list[tuple[int, int]] = []
        self.downs, self.ups = nn.ParameterList(), nn.ParameterList()
        by_rows: dict[tuple[int, int], list[Weighted]] = {}
        for part in parts:
            by_rows.setdefault((part.pair.start, part.pair.stop), []).append(part)
        for rows, group in by_rows.items():
            down = torch.cat([part.pair.down.float() for part in group])
            up = torch.cat(
                [part.pair.up.float() * (part.pair.scale * part.weight) for part in group], dim=1
            )
            self.ranges.append(rows)
            for factors, factor in ((self.downs, down), (self.ups, up)):
                factors.append(nn.Parameter(factor.to(device, dtype), requires_grad=False))

    def forward(self, x: Tensor) -> Tensor:
        return self._with_products(self.base(x), x, 0, self.out_features)

    def rows(self, x: Tensor, start: int, stop: int) -> Tensor:
        """Outputs `start` to `stop` only: (..., in_features) -> (..., stop - start)."""
        return self._with_products(self.base.rows(x, start, stop), x, start, stop)

    def _with_products(self, y: Tensor, x: Tensor, start: int, stop: int) -> Tensor:
        for (first, last), down, up in zip(self.ranges, self.downs, self.ups, strict=True):
            low, high = max(first, start), min(last, stop)
            if low < high:
                product = F.linear(F.linear(x, down), up[low - first : high - first])
                y[..., low - start : high - start] += product
        return y


def check_products(name: str, parts: Sequence[Weighted], dtype: torch.dtype) -> None:
    """Refuse a product that leaves what `dtype` can hold, naming layer and strength."""
    limit = min(torch.finfo(dtype).max, LARGEST_FACTOR)
    for part in parts:
        strength = abs(part.pair.scale * part.weight)
        largest = max(float(part.pair.down.abs().max()), float(part.pair.up.abs().max()) * strength)
        if not largest < limit:
            raise TensorMismatchError(
                f"the LoRA's factors for {name} reach {largest:.3g} with a strength of "
                f"{strength:.3g}, more than {dtype} can hold",
                hint="Use a smaller weight, or bfloat16. A file like this may be damaged.",
            )


def linear_shapes(model: nn.Module) -> dict[str, Shape]:
    """(out, in) of every linear layer by name, LoRAs looked through."""
    return {name: (layer.out_features, layer.in_features) for name, layer in _linears(model)}


def attach(
    model: nn.Module,
    parts: Mapping[str, Sequence[Weighted]],
    device: torch.device,
    dtype: torch.dtype,
) -> None:
    """Lay exactly these products beside the layers of `model`; all earlier ones are taken out."""
    # All are made before the first is put in place: whoever runs out of memory changes nothing.
    layers = {
        name: LoraLinear(layer, parts[name], device, dtype) if parts.get(name) else layer
        for name, layer in _linears(model)
    }
    for name, layer in layers.items():
        above, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(above), leaf, layer)


def _linears(model: nn.Module) -> Iterable[tuple[str, Any]]:
    for name, module in model.named_modules():
        if isinstance(module, LoraLinear):
            yield name, module.base
        elif isinstance(module, (Linear, PackedLinear)) and not name.endswith(".base"):
            yield name, module
