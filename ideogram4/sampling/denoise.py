"""The denoising loop, as a generator: one step is computed each time the caller asks for one.

Progress, preview and cancelling belong to the caller: showing is reading the yielded step, stopping
is not asking for the next. The loop keeps float32 latents and reads nothing back from the device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ideogram4.model.transformer import Conditioning, Transformer


@dataclass(frozen=True)
class Branch:
    """A transformer with the conditionings it answers to.

    Several conditionings share the batch of latents evenly and in order: each has its own caption,
    run without padding.
    """

    transformer: Transformer
    conditionings: tuple[Conditioning, ...]

    def velocity(self, latents: Tensor, step: int) -> Tensor:
        """(images, tokens, channels) -> float32 velocity of the same shape; `step` from 0."""
        parts = latents.chunk(len(self.conditionings))
        answers = [
            self.transformer(part, conditioning, step)
            for part, conditioning in zip(parts, self.conditionings, strict=True)
        ]
        return answers[0] if len(answers) == 1 else torch.cat(answers)


@dataclass(frozen=True)
class DenoisingStep:
    """One finished step; `index` counts from 1. All latents (images, tokens, channels) float32."""

    index: int
    total: int
    t: float
    latents: Tensor
    velocity: Tensor

    def estimate(self) -> Tensor:
        """Where the latents are heading: straight on along the last velocity to t = 1."""
        return self.latents + self.velocity * (1 - self.t)


def denoise(
    latents: Tensor,
    conditional: Branch,
    unconditional: Branch | None,
    times: Sequence[float],
    guidance: Sequence[float],
) -> Iterator[DenoisingStep]:
    """Euler steps from noise to image, first step first.

    latents: float32 noise; times: one more than there are steps; guidance: one weight a step,
    `v = g * conditional + (1 - g) * unconditional`. A weight of 1 needs no unconditional pass, and
    `unconditional` may be None where all weights are 1.
    """
    total = len(guidance)
    for step, weight in enumerate(guidance):
        velocity = _guided(latents, conditional, unconditional, weight, step)
        latents = latents + velocity * (times[step + 1] - times[step])
        yield DenoisingStep(step + 1, total, times[step + 1], latents, velocity)


def _guided(
    latents: Tensor,
    conditional: Branch,
    unconditional: Branch | None,
    weight: float,
    step: int,
) -> Tensor:
    if weight == 1 or unconditional is None:
        return conditional.velocity(latents, step)
    free = unconditional.velocity(latents, step)
    if weight == 0:
        return free
    return weight * conditional.velocity(latents, step) + (1 - weight) * free
