"""The demo's latent space: a linear one, known before any network is trained.

Patches of 8 x 8 pixels, 192 numbers, keep 99.7 % of their energy in 32 principal components. So the
transformer can train from the first minute, while the autoencoder learns to invert the projection.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ideogram4.demo.pictures.drawing import SceneBatch, draw_pictures, draw_points, pack
from ideogram4.demo.pictures.scenes import SceneMix, make_scene

PIXELS = 8
CHANNELS = 32
TOKEN_PIXELS = 16
# Weak components keep this much room, so that their rare edges do not become huge numbers.
SCALE_FLOOR = 0.3
# Made once by `LatentBasis.fit()`. Transformers and autoencoder fit together over one basis only.
PUBLISHED = Path(__file__).with_name("latents.safetensors")


@dataclass(frozen=True)
class LatentBasis:
    """standardised = ((patch - mean) @ basis) / scale; patch is (row, column, colour) flattened."""

    mean: Tensor  # (192,)
    basis: Tensor  # (192, 32)
    scale: Tensor  # (32,)

    @classmethod
    def fit(cls, pictures: int = 600, seed: int = 0) -> LatentBasis:
        """Principal components of the patches of synthetic pictures, strongest first."""
        rng = random.Random(seed)
        patches = torch.cat(
            [
                _patches(draw_pictures(pack([make_scene(rng, SceneMix(text=0.3))]), 256, 256))[0]
                for _ in range(pictures)
            ]
        ).double()
        mean = patches.mean(0)
        values, vectors = torch.linalg.eigh((patches - mean).T @ (patches - mean) / len(patches))
        keep = vectors.flip(1)[:, :CHANNELS]
        scale = values.flip(0)[:CHANNELS].clamp_min(SCALE_FLOOR**2).sqrt()
        return cls(mean.float(), keep.float().contiguous(), scale.float())

    @classmethod
    def load(cls, path: Path) -> LatentBasis:
        return cls(**load_file(path))

    def save(self, path: Path) -> None:
        save_file({"mean": self.mean, "basis": self.basis, "scale": self.scale}, path)

    def to(self, device: torch.device | str) -> LatentBasis:
        return LatentBasis(self.mean.to(device), self.basis.to(device), self.scale.to(device))

    def encode(self, pictures: Tensor) -> Tensor:
        """(n, 3, H, W) in -1..1 -> standardised latents (n, 32, H/8, W/8)."""
        rows, columns = pictures.shape[2] // PIXELS, pictures.shape[3] // PIXELS
        latents = (_patches(pictures) - self.mean) @ self.basis / self.scale
        return latents.transpose(1, 2).unflatten(2, (rows, columns))

    def decode(self, latents: Tensor) -> Tensor:
        """The linear inverse, (n, 32, h, w) -> (n, 3, 8h, 8w): all that a decoder can get."""
        n, _, rows, columns = latents.shape
        patches = latents.flatten(2).transpose(1, 2) * self.scale @ self.basis.T + self.mean
        x = patches.reshape(n, rows, columns, PIXELS, PIXELS, 3).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(n, 3, rows * PIXELS, columns * PIXELS)

    def encode_tokens(
        self, scenes: SceneBatch, rows: Tensor, columns: Tensor, size: Tensor
    ) -> Tensor:
        """Standardised tokens (n, tokens, 128) of the scenes at token rows/columns (n, tokens).

        Only these tokens are drawn. size (n, 2) is height and width in pixels.
        """
        offset = torch.arange(TOKEN_PIXELS, device=rows.device) + 0.5
        y = (rows[..., None, None] * TOKEN_PIXELS + offset[:, None]).expand(
            -1, -1, -1, TOKEN_PIXELS
        )
        x = (columns[..., None, None] * TOKEN_PIXELS + offset).expand(-1, -1, TOKEN_PIXELS, -1)
        n, tokens = rows.shape
        colour = draw_points(scenes, x.reshape(n, -1), y.reshape(n, -1), size)
        side = TOKEN_PIXELS // PIXELS
        patches = colour.reshape(n, tokens, side, PIXELS, side, PIXELS, 3)
        patches = patches.permute(0, 1, 2, 4, 3, 5, 6).reshape(n, tokens, side * side, -1)
        return ((patches - self.mean) @ self.basis / self.scale).flatten(2)


def ensure_basis(run: Path) -> LatentBasis:
    """The run's latent space: the published one unless the run has another."""
    path = run / "latents.safetensors"
    if not path.exists():
        LatentBasis.load(PUBLISHED).save(path)
    return LatentBasis.load(path)


def _patches(pictures: Tensor) -> Tensor:
    """(n, 3, H, W) -> (n, patches, 192), each patch in (row, column, colour) order."""
    n, _, height, width = pictures.shape
    x = pictures.reshape(n, 3, height // PIXELS, PIXELS, width // PIXELS, PIXELS)
    return x.permute(0, 2, 4, 3, 5, 1).reshape(n, -1, PIXELS * PIXELS * 3)
