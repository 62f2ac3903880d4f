"""Drawn scenes sent through the autoencoder: the ceiling of everything a model of latents can do.

Into latents by the checkpoint's own encoder, if it is trained, or by the basis of the latent space
(`latents.safetensors`), which the decoder was fitted to invert. No transformer takes part.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ideogram4.demo.evaluation.cases import draw, held_out
from ideogram4.demo.training.latents import PUBLISHED, LatentBasis
from ideogram4.pipeline import Ideogram4Pipeline
from ideogram4.sampling.layout import patch

RoundTrip = Callable[[Image.Image], Image.Image]
# Root mean square, in levels of 255. Trained ones are below 15, random weights above 60.
UNTRAINED = 32.0


def find_round_trip(pipe: Ideogram4Pipeline, latents: Path | None = None) -> RoundTrip | None:
    """The way through the autoencoder that gives pictures back; None when there is none.

    By `latents` if given; else by the encoder, or by the demo's published basis while the encoder
    is not trained.
    """
    if latents is not None:
        return through_basis(pipe, latents)
    trip = through_encoder(pipe)
    if gives_back(trip):
        return trip
    if pipe.is_demo:
        trip = through_basis(pipe, PUBLISHED)
        return trip if gives_back(trip) else None
    return None


def gives_back(trip: RoundTrip) -> bool:
    """Whether a drawn picture comes back about as it went in."""
    picture = draw(held_out(1)[0])
    gap = np.asarray(trip(picture), dtype=np.float64) - np.asarray(picture)
    return float(np.sqrt(np.square(gap).mean())) < UNTRAINED


def through_encoder(pipe: Ideogram4Pipeline) -> RoundTrip:
    """Encoder and decoder of the checkpoint."""
    # The pipeline makes pictures and reads none, so it has no public way to its encoder.
    autoencoder = pipe._networks.autoencoder

    @torch.inference_mode()
    def trip(picture: Image.Image) -> Image.Image:
        pixels = autoencoder.decode(autoencoder.encode(to_pixels(picture).to(pipe.device)))
        levels = ((pixels[0].float().clamp(-1, 1) + 1) * 127.5).round().byte()
        return Image.fromarray(levels.permute(1, 2, 0).cpu().numpy())

    return trip


def through_basis(pipe: Ideogram4Pipeline, latents: Path) -> RoundTrip:
    """The linear encoder of a training run, and the decoder of the checkpoint."""
    basis = LatentBasis.load(latents)

    def trip(picture: Image.Image) -> Image.Image:
        tokens = patch(basis.encode(to_pixels(picture)))
        return pipe.decode_latents(tokens, height=picture.height, width=picture.width)[0]

    return trip


def to_pixels(picture: Image.Image) -> Tensor:
    """(1, 3, height, width) in -1..1."""
    levels = torch.from_numpy(np.array(picture.convert("RGB")))
    return levels.permute(2, 0, 1)[None].float() / 127.5 - 1
