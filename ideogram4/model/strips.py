"""Convolutions of very large pictures, a strip of rows at a time.

At 2048 x 2048 one tensor of the decoder's last level takes a gigabyte and more, and an ordinary
pass keeps four or five of them. Here only whole inputs and outputs are kept; what lies between
(normalised, activated, doubled) exists for one strip. Nothing is approximated: norms use the
statistics of the whole picture, and strips overlap by the rows a convolution reaches.

Whether a tensor is cut depends on its size alone, so a picture is the same under every memory plan.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Numbers in a tensor that is still handled whole: 256 channels at 1024 x 1024.
WHOLE = 1 << 28
STRIP = 1 << 26
# Positions whose attention is computed at once; more are taken in parts of this many queries.
WHOLE_ATTENTION = 1 << 14
QUERIES = 1 << 12


def activated_conv(norm: nn.GroupNorm, conv: nn.Conv2d, x: Tensor) -> Tensor:
    """conv(silu(norm(x))) for a 3 x 3 convolution with padding 1; x (n, channels, h, w)."""
    if x.numel() <= WHOLE:
        y: Tensor = conv(F.silu(norm(x)))
        return y
    scale, shift = _norm_as_scale(norm, x)
    out = x.new_empty(x.shape[0], conv.out_channels, *x.shape[2:])
    for start, stop in _strips(x):
        low, high = max(start - 1, 0), min(stop + 1, x.shape[2])
        normed = (x[:, :, low:high] * scale).add_(shift)
        part = F.silu(normed, inplace=True).to(x.dtype)
        out[:, :, start:stop] = _conv_rows(conv, part, low - (start - 1), stop + 1 - high)
    return out


def doubled_conv(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """conv of x doubled to its nearest neighbours; 3 x 3 with padding 1."""
    if 4 * x.numel() <= WHOLE:
        y: Tensor = conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return y
    height = x.shape[2]
    out = x.new_empty(x.shape[0], conv.out_channels, 2 * height, 2 * x.shape[3])
    for start, stop in _strips(x):
        # Rows 2 start .. 2 stop of the result read the doubled rows 2 start - 1 .. 2 stop.
        low, high = max(start - 1, 0), min(stop + 1, height)
        part = F.interpolate(x[:, :, low:high], scale_factor=2.0, mode="nearest")
        first, last = 2 * (start - low) - 1, 2 * (stop - low) + 1
        part = part[:, :, max(first, 0) : min(last, part.shape[2])]
        top, bottom = int(start == 0), int(stop == height)
        out[:, :, 2 * start : 2 * stop] = _conv_rows(conv, part, top, bottom)
    return out


def attention_in_parts(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Plain attention, (n, heads, positions, width); many queries are taken in parts."""
    if query.shape[2] <= WHOLE_ATTENTION:
        return F.scaled_dot_product_attention(query, key, value)
    parts = query.split(QUERIES, dim=2)
    return torch.cat([F.scaled_dot_product_attention(q, key, value) for q in parts], dim=2)


def _strips(x: Tensor) -> Iterator[tuple[int, int]]:
    height = x.shape[2]
    rows = max(1, min(height, STRIP * height // x.numel()))
    for start in range(0, height, rows):
        yield start, min(start + rows, height)


def _conv_rows(conv: nn.Conv2d, x: Tensor, top: int, bottom: int) -> Tensor:
    """The convolution without vertical padding, after `top` and `bottom` rows of zeros."""
    if top or bottom:
        x = F.pad(x, (0, 0, top, bottom))
    return F.conv2d(x, conv.weight, conv.bias, padding=(0, 1))


def _norm_as_scale(norm: nn.GroupNorm, x: Tensor) -> tuple[Tensor, Tensor]:
    """Group norm of the whole x as `x * scale + shift`, each (n, channels, 1, 1) float32.

    Means and squared distances of strips are joined as Chan, Golub and LeVeque do.
    """
    count = 0
    mean = torch.zeros(x.shape[0], norm.num_groups, device=x.device)
    distance = torch.zeros_like(mean)
    for start, stop in _strips(x):
        part = x[:, :, start:stop].reshape(x.shape[0], norm.num_groups, -1).float()
        added = part.shape[2]
        variance, centre = torch.var_mean(part, dim=2, correction=0)
        gap, total = centre - mean, count + added
        distance += variance * added + gap.square() * (count * added / total)
        mean += gap * (added / total)
        count = total
    channels = x.shape[1] // norm.num_groups
    deviation = (distance / count + norm.eps).rsqrt().repeat_interleave(channels, dim=1)
    scale = deviation * norm.weight.float()
    shift = norm.bias.float() - mean.repeat_interleave(channels, dim=1) * scale
    return scale[..., None, None], shift[..., None, None]
