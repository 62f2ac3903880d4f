"""Pictures of a training run while it goes on, without an autoencoder: the latent basis is enough.

    python -m ideogram4.demo.training.peek painter --run runs/demo --sheet sheet.png

Held-out captions, V4_TURBO_12's steps, no guidance. `train.py` makes its contact sheets with it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean

import torch
from PIL import Image
from torch import Tensor

from ideogram4.demo.evaluation.cases import Case, held_out
from ideogram4.demo.evaluation.measure import score
from ideogram4.demo.evaluation.sheet import contact_sheet
from ideogram4.demo.training.data import CaptionReader, invent_places, make_batch
from ideogram4.demo.training.latents import LatentBasis, ensure_basis
from ideogram4.demo.training.lesson import lesson_of
from ideogram4.demo.training.losses import Losses
from ideogram4.demo.training.parts import Parts
from ideogram4.sampling.presets import PRESETS
from ideogram4.sampling.schedule import schedule


@torch.no_grad()
def paint(
    parts: Parts, basis: LatentBasis, cases: Sequence[Case], size: tuple[int, int] = (256, 256)
) -> list[Image.Image]:
    """The cases as the run would draw them now."""
    device = basis.mean.device
    generator = torch.Generator().manual_seed(0)
    scenes = [case.scene for case in cases]
    if "text_encoder" in parts.trained:
        texts = CaptionReader()([case.caption for case in cases], scenes)
    else:
        texts = invent_places(random.Random(0), scenes)
    batch = make_batch(scenes, texts, size, 0, generator).to(device)
    lesson = lesson_of(batch, basis, parts)
    losses = Losses(parts).eval()
    features = None
    if "text_encoder" in parts.trained:
        features = parts.trained["text_encoder"](lesson.token_ids)
    rows = losses.text_rows(lesson, features)
    losses.train()
    transformer = parts.trained["transformer"]
    rotary, mask = lesson.rotary(transformer.dtype), lesson.mask(transformer.dtype)
    grid = (size[0] // 16, size[1] // 16)
    z = torch.randn(len(cases), grid[0] * grid[1], 128, generator=generator).to(device)
    preset = PRESETS["V4_TURBO_12"]
    times = schedule(preset.num_steps, *size, preset.mu, preset.std)
    for now, then in pairwise(times):
        step = transformer.modulate(torch.tensor([now], device=device))
        z = z + (then - now) * transformer.run(z, rows, rotary, step, mask)
    latents = z.reshape(len(z), *grid, 2, 2, 32).permute(0, 5, 1, 3, 2, 4)
    pictures = basis.decode(latents.reshape(len(z), 32, 2 * grid[0], 2 * grid[1]))
    return [picture_of(p) for p in pictures]


def picture_of(pixels: Tensor) -> Image.Image:
    """(3, H, W) in -1..1 to a picture."""
    array = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy()
    return Image.fromarray(array)


def figures(pictures: Sequence[Image.Image], cases: Sequence[Case]) -> dict[str, float]:
    """Mean IoU and colour differences."""
    scores = [score(p, case.scene) for p, case in zip(pictures, cases, strict=True)]
    return {
        "iou": round(mean(v for s in scores for v in s.iou), 3),
        "colour": round(mean(v for s in scores for v in s.colour), 2),
        "background": round(mean(s.background for s in scores), 2),
    }


def main(arguments: list[str] | None = None) -> None:
    from ideogram4.demo.train import MAKE

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=["painter", "joint", "unconditional"])
    parser.add_argument("--run", type=Path, default=Path("runs/demo"))
    parser.add_argument("--captions", type=int, default=32)
    parser.add_argument("--sheet", type=Path, help="write a contact sheet here")
    args = parser.parse_args(arguments)
    parts = MAKE[args.part]()
    parts.load(args.run / f"{args.part}.safetensors", [])
    cases = held_out(args.captions)
    pictures = paint(parts, ensure_basis(args.run), cases)
    print(json.dumps({"samples": parts.samples} | figures(pictures, cases)))
    if args.sheet:
        contact_sheet(cases, pictures).save(args.sheet)


if __name__ == "__main__":
    main()
