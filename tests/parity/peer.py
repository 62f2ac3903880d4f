"""Asking diffusers' pipeline for what a comparison needs, from outside.

Everything is observed through its public arguments, callbacks and module hooks. Two differences
are known and settled here. It ends its schedule at t = 1 where the public reference (and this
project) stop at t = 0.999447, so its last Euler step is scaled to the shorter one by
`stop_early`. It pads text to `max_sequence_length`; the padding is cut away by role.

What it is not: a copy of anything it observes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import Ideogram4Pipeline as PeerPipeline
from PIL import Image
from torch import Tensor

from tests.parity import naive

TEXT_ROLE = 3
IMAGE_ROLE = 2
PADDED_TEXT = 256


@dataclass(frozen=True)
class Guided:
    """One way to sample, in the order of the steps."""

    guidance: tuple[float, ...] = (7.0, 5.0, 3.0)
    mu: float = 0.2
    std: float = 1.75

    def times(self, width: int, height: int) -> list[float]:
        return naive.times(len(self.guidance), width, height, self.mu, self.std)


@dataclass(frozen=True)
class Generated:
    """Latents after each step, the last at t = 0.999447, and its pictures."""

    latents: tuple[Tensor, ...]
    images: list[Image.Image]


def generate(
    peer: PeerPipeline,
    prompts: str | Sequence[str],
    noise: Tensor,
    width: int,
    height: int,
    how: Guided,
    num_images: int = 1,
    text_length: int = PADDED_TEXT,
) -> Generated:
    """Run diffusers' pipeline on `noise` (images, tokens, channels)."""
    times = how.times(width, height)
    after: list[Tensor] = []

    def on_step(_pipe: Any, step: int, _timestep: Any, state: dict[str, Any]) -> dict[str, Any]:
        latents = state["latents"].clone()
        if step == len(how.guidance) - 1:
            before = after[-1] if after else noise
            latents = stop_early(before, latents, times[-2], times[-1])
        after.append(latents)
        return {"latents": latents}

    output = peer(
        prompts if isinstance(prompts, str) else list(prompts),
        height=height,
        width=width,
        num_inference_steps=len(how.guidance),
        guidance_scale=None,
        guidance_schedule=list(how.guidance),
        mu=how.mu,
        std=how.std,
        max_sequence_length=text_length,
        num_images_per_prompt=num_images,
        latents=noise.clone(),
        output_type="pil",
        callback_on_step_end=on_step,
    )
    return Generated(tuple(after), output.images)


def stop_early(before: Tensor, at_one: Tensor, t: float, t_end: float) -> Tensor:
    """The Euler step from `t` to 1 cut short at `t_end`: same velocity, shorter way."""
    return before + (at_one - before) * ((t_end - t) / (1.0 - t))


def features(peer: PeerPipeline, prompt: str) -> Tensor:
    """(tokens, feature width): diffusers' text features without the padding."""
    embeds, _, _, roles = encode(peer, prompt, 16, 16)
    return embeds[0][roles[0] == TEXT_ROLE]


def encode(
    peer: PeerPipeline, prompt: str, rows: int, columns: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features, positions, segments and roles of one packed sequence."""
    with torch.no_grad():
        return peer.encode_prompt(prompt, rows, columns, PADDED_TEXT, torch.device("cpu"))


def velocity(
    peer: PeerPipeline,
    prompt: str | None,
    z: Tensor,
    t: float,
    rows: int,
    columns: int,
    *,
    model: torch.nn.Module | None = None,
    features_scale: float = 1.0,
) -> Tensor:
    """(tokens, channels): velocity of z (tokens, channels), conditional unless `prompt` is None.

    `model` replaces the pipeline's conditional transformer; the text features are multiplied by
    `features_scale` first.
    """
    embeds, positions, segments, roles = encode(peer, prompt or "", rows, columns)
    embeds = embeds * features_scale
    model, start = model or peer.transformer, embeds.shape[1] - len(z)
    if prompt is None:
        model, start = peer.unconditional_transformer, 0
        embeds = torch.zeros_like(embeds[:, -len(z) :])
        positions, segments, roles = (x[:, -len(z) :] for x in (positions, segments, roles))
    packed = torch.zeros(1, embeds.shape[1], z.shape[1])
    packed[0, start:] = z
    with torch.no_grad():
        (result,) = model(
            packed, torch.tensor([t]), embeds, positions, segments, roles, return_dict=False
        )
    return result[0, start:]


def token_ids(language_model: torch.nn.Module, run: Any) -> Tensor:
    """The ids that reach `language_model`'s embedding while `run()` is called."""
    seen: list[Tensor] = []
    handle = language_model.embed_tokens.register_forward_pre_hook(
        lambda _module, inputs: seen.append(inputs[0].detach().clone())
    )
    try:
        run()
    finally:
        handle.remove()
    return seen[0]
