"""Rotary positions on three axes: time, row, column.

Text token i sits at (i, i, i); the image token at row r and column c sits at (0, r, c) + 65536 on
all three axes. Each rotation frequency listens to one axis: the frequencies are dealt out in turn
(time, row, column, time, ...) until the sections of row and column are full; the rest belong to
time.

Hazard: near 65536 neighbouring positions differ in the last bits of a bfloat16, float16 or TF32
number, and the picture goes flat. Angles are therefore an elementwise float32 product, never a
matrix product, and only the finished cosines and sines are cast. Source: spec of the public model.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor

from ideogram4.model.config import TransformerConfig

IMAGE_POSITION_OFFSET = 65536

InvFreqDtype = Literal["float32", "bfloat16"]


class Rotary(NamedTuple):
    """Cosines and sines, each (1 or batch, 1, tokens, head_dim), in the compute dtype."""

    cos: Tensor
    sin: Tensor

    def rows(self, start: int) -> Rotary:
        """The tables of tokens from `start` on."""
        return Rotary(self.cos[..., start:, :], self.sin[..., start:, :])


def text_positions(num_tokens: int, device: torch.device | str = "cpu") -> Tensor:
    """(tokens, 3) float32 positions of a caption's tokens."""
    index = torch.arange(num_tokens, dtype=torch.float32, device=device)
    return index[:, None].expand(-1, 3)


def image_positions(grid_h: int, grid_w: int, device: torch.device | str = "cpu") -> Tensor:
    """(grid_h * grid_w, 3) float32 positions of image tokens, row by row."""
    rows = torch.arange(grid_h, dtype=torch.float32, device=device)
    columns = torch.arange(grid_w, dtype=torch.float32, device=device)
    row, column = torch.meshgrid(rows, columns, indexing="ij")
    position = torch.stack([torch.zeros_like(row), row, column], dim=-1)
    return position.reshape(-1, 3) + IMAGE_POSITION_OFFSET


def frequency_axes(half_dim: int, sections: tuple[int, int, int]) -> Tensor:
    """(half_dim,) the axis (0 time, 1 row, 2 column) that each frequency listens to."""
    index = torch.arange(half_dim)
    axes = torch.zeros(half_dim, dtype=torch.long)
    axes[(index % 3 == 1) & (index < 3 * sections[1])] = 1
    axes[(index % 3 == 2) & (index < 3 * sections[2])] = 2
    return axes


def rotary_tables(
    positions: Tensor,
    config: TransformerConfig,
    dtype: torch.dtype,
    inv_freq_dtype: InvFreqDtype = "float32",
) -> Rotary:
    """Tables for `positions` ((..., tokens, 3) float32).

    `inv_freq_dtype="bfloat16"` rounds the frequencies the way some loaders of the full model do;
    which one training used is not published.
    """
    head_dim = config.attention_head_dim
    exponent = torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim
    inv_freq = 1.0 / (config.rope_theta**exponent)
    if inv_freq_dtype == "bfloat16":
        inv_freq = inv_freq.bfloat16().float()
    axes = frequency_axes(head_dim // 2, config.mrope_section).to(positions.device)
    angles = positions.float()[..., axes] * inv_freq.to(positions.device)
    angles = torch.cat([angles, angles], dim=-1)
    if angles.dim() == 2:
        angles = angles[None]
    angles = angles[:, None]
    return Rotary(angles.cos().to(dtype), angles.sin().to(dtype))


def rotate(x: Tensor, rotary: Rotary) -> Tensor:
    """Turn queries or keys (batch, heads, tokens, head_dim), rotate-half convention."""
    first, second = x.chunk(2, dim=-1)
    return x * rotary.cos + torch.cat([-second, first], dim=-1) * rotary.sin
