"""A linear layer on float8 weights, and two products with them: exact, and float8 by float8.

A weight is `w8 * scale`. The exact product multiplies by the bare float8 numbers, which every
compute dtype holds exactly, and scales the result's columns: one pass over the weight less, and no
rounding of number times scale. In float16 the bare numbers could overflow, so there the weight is
scaled first. It is not the reader of files (`fp8`).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ideogram4.quant.linear import PackedLinear, constant

LARGEST = 448.0  # of float8 e4m3; a row's scale maps its largest number here


class Fp8Linear(PackedLinear):
    """Keeps (out, in) float8 and a float32 scale a row.

    `products` may be set to "float8": the input is then rounded to float8 too, a scale a token, and
    the card multiplies float8 by float8. Faster where the card can, and less exact.
    """

    products = "exact"

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        float8: torch.dtype = torch.float8_e4m3fn,
    ) -> None:
        super().__init__(in_features, out_features, bias=bias, device=device, dtype=dtype)
        self.float8 = float8
        # Bytes, because not every device (a Mac) has the type.
        shape = (out_features, in_features)
        self.weight = constant(torch.empty(shape, dtype=torch.uint8, device=device))
        self.scale = constant(torch.empty(out_features, dtype=torch.float32, device=device))

    def decode(self, dtype: torch.dtype, start: int = 0, stop: int | None = None) -> Tensor:
        numbers = self._numbers(torch.float32, start, stop)
        return (numbers * self.scale[start:stop, None]).to(dtype)

    def rows(self, x: Tensor, start: int, stop: int) -> Tensor:
        bias = None if self.bias is None else self.bias[start:stop]
        if self.products == "float8":
            return float8_product(x, self._float8(start, stop), self.scale[start:stop], bias)
        if x.dtype == torch.float16:
            return F.linear(x, self.decode(x.dtype, start, stop), bias)
        # In place, the product is computed in float32 and rounded once.
        y = F.linear(x, self._numbers(x.dtype, start, stop)).mul_(self.scale[start:stop])
        return y if bias is None else y.add_(bias)

    def _float8(self, start: int, stop: int | None) -> Tensor:
        return self.weight[start:stop].view(self.float8)

    def _numbers(self, dtype: torch.dtype, start: int, stop: int | None) -> Tensor:
        if self.weight.device.type != "mps":
            return self._float8(start, stop).to(dtype)
        return look_up(self.weight[start:stop], self.float8, dtype)


def look_up(codes: Tensor, float8: torch.dtype, dtype: torch.dtype) -> Tensor:
    """float8 codes (uint8) as numbers, by a table of all 256: for devices without the type."""
    table = torch.arange(256, dtype=torch.uint8).view(float8).to(dtype).to(codes.device)
    return table[codes.int()]


def float8_product(x: Tensor, weight: Tensor, scale: Tensor, bias: Tensor | None) -> Tensor:
    """(..., in) times float8 (out, in): the input is rounded to e4m3, a scale a token.

    Needs sizes that are multiples of 16 and a device with float8 products.
    """
    flat = x.flatten(0, -2)
    amax = flat.abs().amax(dim=-1, keepdim=True).float()
    token_scale = (amax / LARGEST).clamp_min(torch.finfo(torch.float32).tiny)
    codes = (flat.float() / token_scale).clamp(-LARGEST, LARGEST).to(torch.float8_e4m3fn)
    y: Tensor = torch._scaled_mm(
        codes, weight.t(), scale_a=token_scale, scale_b=scale[None], out_dtype=x.dtype
    ).view(*x.shape[:-1], -1)
    return y if bias is None else y + bias
