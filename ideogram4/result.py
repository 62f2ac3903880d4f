"""What a generation hands out: finished steps, and pictures made of their latents when asked for.

Nothing here runs unless it is called: a step that nobody previews costs no decoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from ideogram4.device import translate_memory_errors
from ideogram4.model.autoencoder import Autoencoder
from ideogram4.sampling.denoise import DenoisingStep
from ideogram4.sampling.layout import LatentScale, unpatch

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class PictureDecoder:
    """Standardised tokens to PIL pictures."""

    autoencoder: Autoencoder
    scale: LatentScale

    @torch.inference_mode()
    def decode(
        self, tokens: Tensor, grid: tuple[int, int], max_side: int | None = None
    ) -> list[Image]:
        """tokens (n, grid rows x columns, channels) -> n pictures, at most `max_side` long."""
        from PIL import Image

        latents = unpatch(self.scale.to_raw(tokens), *grid)
        if max_side is not None:
            latents = _shrink(latents, max(1, max_side // self.autoencoder.config.scale_factor))
        with translate_memory_errors("Choose a smaller size."):
            pixels = self.autoencoder.decode(latents).float()
        pixels = ((pixels.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
        arrays = pixels.permute(0, 2, 3, 1).cpu().numpy()
        return [Image.fromarray(array) for array in arrays]


@dataclass(frozen=True)
class StepResult:
    """One finished step. `index` counts from 1; `seeds`: one a picture (None: own noise)."""

    index: int
    total: int
    t: float
    seeds: tuple[int, ...] | None
    images_total: int
    prompts: tuple[str, ...]
    _step: DenoisingStep
    _decoder: PictureDecoder
    _grid: tuple[int, int]

    @property
    def seed(self) -> int | None:
        """The first picture's seed; further pictures count on from it."""
        return self.seeds[0] if self.seeds else None

    @property
    def is_last(self) -> bool:
        return self.index == self.total

    @property
    def latents(self) -> Tensor:
        """(images, tokens, channels) float32, standardised, on the pipeline's device."""
        return self._step.latents

    def wait(self) -> None:
        """Return when the device has finished this step; a card works on after a call is back."""
        latents = self._step.latents
        if latents.is_cuda:
            torch.cuda.current_stream(latents.device).synchronize()
        elif latents.is_mps:
            torch.mps.synchronize()

    def preview(self, max_side: int = 256, image: int = 0) -> Image:
        """A small picture of where `image` is going, its longer side at most `max_side` pixels."""
        tokens = self._step.estimate()[image : image + 1]
        return self._decoder.decode(tokens, self._grid, max_side)[0]

    def images(self) -> list[Image]:
        """All pictures at full size. Before the last step they are still noisy."""
        return [
            self._decoder.decode(self._step.latents[n : n + 1], self._grid)[0]
            for n in range(self.images_total)
        ]


def _shrink(latents: Tensor, longest: int) -> Tensor:
    """Average latents (n, c, h, w) down until the longer side is at most `longest`."""
    height, width = latents.shape[2:]
    share = longest / max(height, width)
    if share >= 1:
        return latents
    size = (max(1, round(height * share)), max(1, round(width * share)))
    return F.interpolate(latents, size=size, mode="area")
