"""Between token rows and latent pictures: patches of 2 x 2, and the latents' statistics.

A token's channels are ordered (patch row, patch column, channel). The transformer works on
standardised tokens; the autoencoder on raw latents. `LatentScale` holds the step between.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

PATCH = 2
STATISTICS_TOLERANCE = 1e-2


@dataclass(frozen=True)
class LatentScale:
    """raw = standardised * scale + shift; both (4 x latent channels,) float32."""

    shift: Tensor
    scale: Tensor
    source: str

    @classmethod
    def published(cls) -> LatentScale:
        """The 128 constants of the full model."""
        table = _statistics()
        return cls(
            torch.tensor(table["shift"]), torch.tensor(table["scale"]), "published constants"
        )

    @classmethod
    def of_checkpoint(cls, mean: Tensor, var: Tensor, eps: float) -> LatentScale:
        """The autoencoder's own statistics where it has any, else the published constants.

        mean 0 and variance 1 are what an untrained batch norm holds: they say nothing. A checkpoint
        that has statistics uses them even where they differ from the constants; `source` says so.
        """
        mean, var = mean.float().cpu(), var.float().cpu()
        trivial = bool((mean == 0).all()) and bool((var == 1).all())
        if trivial:
            if mean.numel() == len(_statistics()["shift"]):
                return cls.published()
            return cls(mean, torch.ones_like(var), "none")
        scale = (var + eps).sqrt()
        source = "checkpoint"
        constants = cls.published()
        if mean.shape == constants.shift.shape:
            gap = max(
                float((mean - constants.shift).abs().max()),
                float((scale - constants.scale).abs().max()),
            )
            if gap > STATISTICS_TOLERANCE:
                source = f"checkpoint (up to {gap:.3g} from the published constants)"
        return cls(mean, scale, source)

    def to_raw(self, tokens: Tensor) -> Tensor:
        return tokens * self.scale.to(tokens.device) + self.shift.to(tokens.device)

    def to_standard(self, tokens: Tensor) -> Tensor:
        return (tokens - self.shift.to(tokens.device)) / self.scale.to(tokens.device)


@cache
def _statistics() -> dict[str, list[float]]:
    path = Path(__file__).with_name("latent_stats.json")
    table: dict[str, list[float]] = json.loads(path.read_text(encoding="utf-8"))
    return table


def unpatch(tokens: Tensor, grid_h: int, grid_w: int) -> Tensor:
    """(images, grid_h * grid_w, 4 c) -> latents (images, c, 2 grid_h, 2 grid_w)."""
    images, _, channels = tokens.shape
    x = tokens.reshape(images, grid_h, grid_w, PATCH, PATCH, channels // PATCH**2)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(images, channels // PATCH**2, grid_h * PATCH, grid_w * PATCH)


def patch(latents: Tensor) -> Tensor:
    """(images, c, h, w) -> tokens (images, h/2 * w/2, 4 c), the inverse of `unpatch`."""
    images, channels, height, width = latents.shape
    x = latents.reshape(images, channels, height // PATCH, PATCH, width // PATCH, PATCH)
    x = x.permute(0, 2, 4, 3, 5, 1)
    return x.reshape(images, (height // PATCH) * (width // PATCH), channels * PATCH**2)
