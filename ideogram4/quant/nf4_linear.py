"""A linear layer on bitsandbytes nf4 weights, decoded for each product.

On a CUDA card the library's kernel decodes. Everywhere else a table lookup does, with the same
numbers to the last bit; on a processor it is the faster of the two in float32. It is not the reader
of files (`nf4`).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ideogram4.quant.library import bitsandbytes
from ideogram4.quant.linear import PackedLinear, constant

BLOCK = 64
BLOCKS_OF_THE_KERNEL = frozenset(2**n for n in range(5, 13))  # others it indexes wrongly
_DECODED_AT_ONCE = 1 << 20  # bytes; keeps a processor's temporary numbers in its cache


class Nf4Linear(PackedLinear):
    """Keeps out * in / 2 bytes, a float32 maximum a block, and the 16 numbers of the code."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        block: int = BLOCK,
    ) -> None:
        super().__init__(in_features, out_features, bias=bias, device=device, dtype=dtype)
        numbers = in_features * out_features
        blocks = -(-numbers // block)
        self.block = block
        self.weight = constant(torch.empty((numbers + 1) // 2, dtype=torch.uint8, device=device))
        self.absmax = constant(torch.empty(blocks, dtype=torch.float32, device=device))
        self.code = constant(torch.empty(16, dtype=torch.float32, device=device))
        self.is_standard_code = True
        if torch.cuda.is_available():
            bitsandbytes()  # registers the operator; here, because a compiled call cannot import

    def decode(self, dtype: torch.dtype, start: int = 0, stop: int | None = None) -> Tensor:
        stop = self.out_features if stop is None else stop
        first, last = start * self.in_features, stop * self.in_features
        if first % self.block:
            # Rows that begin inside a block: decode from the beginning of the weight.
            return self.decode(dtype, 0, stop)[start:]
        packed = self.weight[first // 2 : (last + 1) // 2]
        absmax = self.absmax[first // self.block : -(-last // self.block)]
        shape = (stop - start, self.in_features)
        if packed.is_cuda and self.is_standard_code and self.block in BLOCKS_OF_THE_KERNEL:
            return _decode_on_card(packed, absmax, self.block, shape, dtype)
        return decode_nf4(packed, absmax, self.code, self.block, dtype)[: last - first].view(shape)


def decode_nf4(
    packed: Tensor, absmax: Tensor, code: Tensor, block: int, dtype: torch.dtype
) -> Tensor:
    """Bytes (n/2,), maxima (n/block,) and code (16,) as n numbers in `dtype`."""
    byte = torch.arange(256, device=packed.device)
    pairs = torch.stack([code[byte >> 4], code[byte & 15]], dim=-1)
    out = torch.empty(2 * packed.numel(), dtype=dtype, device=packed.device)
    step = _DECODED_AT_ONCE if packed.device.type == "cpu" else max(packed.numel(), 1)
    step -= step % block
    for first in range(0, packed.numel(), max(step, block)):
        part = packed[first : first + max(step, block)]
        numbers = F.embedding(part.int(), pairs).flatten()
        maxima = absmax[2 * first // block : -(-2 * (first + part.numel()) // block)]
        whole = numbers.numel() - numbers.numel() % block
        numbers[:whole].view(-1, block).mul_(maxima[: whole // block, None])
        if whole < numbers.numel():
            numbers[whole:].mul_(maxima[-1])
        out[2 * first : 2 * first + numbers.numel()] = numbers
    return out


def _decode_on_card(
    packed: Tensor, absmax: Tensor, block: int, shape: tuple[int, int], dtype: torch.dtype
) -> Tensor:
    decoded: Tensor = torch.ops.bitsandbytes.dequantize_4bit(
        packed, absmax, block, "nf4", shape, dtype
    )
    return decoded


def standard_code() -> Tensor:
    """The 16 numbers of nf4: quantiles of a normal distribution, scaled to -1..1.

    As bitsandbytes defines them (arXiv 2305.14314, appendix E).
    """
    return torch.tensor(
        [
            -1.0,
            -0.6961928009986877,
            -0.5250730514526367,
            -0.39491748809814453,
            -0.28444138169288635,
            -0.18477343022823334,
            -0.09105003625154495,
            0.0,
            0.07958029955625534,
            0.16093020141124725,
            0.24611230194568634,
            0.33791524171829224,
            0.44070982933044434,
            0.5626170039176941,
            0.7229568362236023,
            1.0,
        ]
    )
