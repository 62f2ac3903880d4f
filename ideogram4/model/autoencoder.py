"""The KL autoencoder between pictures and latents, in the tensor names of `AutoencoderKLFlux2`.

One latent position covers 8 x 8 pixels in the full model (one halving per width after the first).
Group norm and SiLU stand before every 3x3 convolution. The class carries the checkpoint's latent
statistics (`bn.*`) but does not apply them: see `ideogram4.sampling.layout`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.model.config import AutoencoderConfig
from ideogram4.model.strips import activated_conv, attention_in_parts, doubled_conv

NORM_EPS = 1e-6


class Resnet(nn.Module):
    """Two normalised convolutions beside a shortcut."""

    def __init__(self, width_in: int, width_out: int, groups: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, width_in, eps=NORM_EPS)
        self.conv1 = nn.Conv2d(width_in, width_out, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, width_out, eps=NORM_EPS)
        self.conv2 = nn.Conv2d(width_out, width_out, 3, padding=1)
        self.conv_shortcut = (
            nn.Conv2d(width_in, width_out, 1) if width_in != width_out else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        h = activated_conv(self.norm1, self.conv1, x)
        h = activated_conv(self.norm2, self.conv2, h)
        return h.add_(self.conv_shortcut(x))


class PositionAttention(nn.Module):
    """One-head self-attention over all positions of the lowest resolution."""

    def __init__(self, width: int, groups: int) -> None:
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=NORM_EPS)
        self.to_q = nn.Linear(width, width)
        self.to_k = nn.Linear(width, width)
        self.to_v = nn.Linear(width, width)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: Tensor) -> Tensor:
        rows = self.group_norm(x).flatten(2).transpose(1, 2)
        query, key, value = (f(rows)[:, None] for f in (self.to_q, self.to_k, self.to_v))
        mixed = attention_in_parts(query, key, value)[:, 0]
        return x + self.to_out[0](mixed).transpose(1, 2).unflatten(2, x.shape[2:])


class MiddleBlock(nn.Module):
    """Resnet, attention, resnet."""

    def __init__(self, width: int, groups: int) -> None:
        super().__init__()
        self.resnets = nn.ModuleList([Resnet(width, width, groups) for _ in range(2)])
        self.attentions = nn.ModuleList([PositionAttention(width, groups)])

    def forward(self, x: Tensor) -> Tensor:
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class Upsample(nn.Module):
    """Nearest-neighbour doubling, then a convolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return doubled_conv(self.conv, x)


class Downsample(nn.Module):
    """A convolution of stride 2, padded by one on the right and at the bottom only."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class UpBlock(nn.Module):
    """Resnets at one resolution, then a doubling unless it is the last."""

    def __init__(self, widths: tuple[int, int], layers: int, groups: int, last: bool) -> None:
        super().__init__()
        width_in, width_out = widths
        self.resnets = nn.ModuleList(
            Resnet(width_in if n == 0 else width_out, width_out, groups) for n in range(layers)
        )
        self.upsamplers = nn.ModuleList([] if last else [Upsample(width_out)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in (*self.resnets, *self.upsamplers):
            x = layer(x)
        return x


class DownBlock(nn.Module):
    """Resnets at one resolution, then a halving unless it is the last."""

    def __init__(self, widths: tuple[int, int], layers: int, groups: int, last: bool) -> None:
        super().__init__()
        width_in, width_out = widths
        self.resnets = nn.ModuleList(
            Resnet(width_in if n == 0 else width_out, width_out, groups) for n in range(layers)
        )
        self.downsamplers = nn.ModuleList([] if last else [Downsample(width_out)])

    def forward(self, x: Tensor) -> Tensor:
        for layer in (*self.resnets, *self.downsamplers):
            x = layer(x)
        return x


class Decoder(nn.Module):
    """Latents to pictures, from the widest block (lowest resolution) to the narrowest."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        groups, widths = config.norm_num_groups, config.block_out_channels[::-1]
        self.conv_in = nn.Conv2d(config.latent_channels, widths[0], 3, padding=1)
        self.mid_block = MiddleBlock(widths[0], groups)
        self.up_blocks = nn.ModuleList(
            UpBlock(
                (widths[max(n - 1, 0)], width),
                config.layers_per_block + 1,
                groups,
                last=n == len(widths) - 1,
            )
            for n, width in enumerate(widths)
        )
        self.conv_norm_out = nn.GroupNorm(groups, widths[-1], eps=NORM_EPS)
        self.conv_out = nn.Conv2d(widths[-1], config.out_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.mid_block(self.conv_in(x))
        for block in self.up_blocks:
            x = block(x)
        return activated_conv(self.conv_norm_out, self.conv_out, x)


class Encoder(nn.Module):
    """Pictures to the mean and log-variance of latents, the decoder's mirror."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        groups, widths = config.norm_num_groups, config.block_out_channels
        self.conv_in = nn.Conv2d(config.in_channels, widths[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(
            DownBlock(
                (widths[max(n - 1, 0)], width),
                config.layers_per_block,
                groups,
                last=n == len(widths) - 1,
            )
            for n, width in enumerate(widths)
        )
        self.mid_block = MiddleBlock(widths[-1], groups)
        self.conv_norm_out = nn.GroupNorm(groups, widths[-1], eps=NORM_EPS)
        self.conv_out = nn.Conv2d(widths[-1], 2 * config.latent_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block(x)
        return activated_conv(self.conv_norm_out, self.conv_out, self.mid_block(x))


class LatentStatistics(nn.Module):
    """Mean and variance of patched latents, (4 x latent channels,): the file's `bn.*` buffers."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def reset(self, device: torch.device | str) -> None:
        """Put "nothing known" (mean 0, variance 1) on `device`, for files without statistics."""
        channels = self.running_mean.shape[0]
        self.running_mean = torch.zeros(channels, device=device)
        self.running_var = torch.ones(channels, device=device)


class Autoencoder(nn.Module):
    """`encode` pictures to latents, `decode` latents to pictures."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        channels = config.latent_channels
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.quant_conv = nn.Conv2d(2 * channels, 2 * channels, 1)
        self.post_quant_conv = nn.Conv2d(channels, channels, 1)
        self.bn = LatentStatistics(4 * channels)

    @property
    def dtype(self) -> torch.dtype:
        return self.post_quant_conv.weight.dtype

    def encode(self, pictures: Tensor) -> Tensor:
        """(n, 3, H, W) in [-1, 1] -> latent means (n, channels, H/8, W/8)."""
        moments = self.quant_conv(self.encoder(pictures.to(self.dtype)))
        return moments.chunk(2, dim=1)[0]

    def decode(self, latents: Tensor) -> Tensor:
        """(n, channels, h, w) -> pictures (n, 3, 8h, 8w), about [-1, 1], not clamped."""
        return self.decoder(self.post_quant_conv(latents.to(self.dtype)))
