"""Fit the autoencoder to the linear latent space: the decoder inverts it, the encoder imitates it.

    python -m ideogram4.demo.train_autoencoder decoder --run runs/demo
    python -m ideogram4.demo.train_autoencoder encoder --run runs/demo

The latents are known in advance (`latents.py`), so both halves train apart and beside the
transformer. The decoder sees latents with a little noise, as the sampler's are never exact.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from ideogram4.demo.pictures.drawing import SceneBatch, draw_pictures, pack
from ideogram4.demo.pictures.scenes import SceneMix, make_scene
from ideogram4.demo.train import report
from ideogram4.demo.training.latents import LatentBasis, ensure_basis
from ideogram4.demo.training.networks import AUTOENCODER
from ideogram4.demo.training.optimiser import make_optimisers, set_rate
from ideogram4.demo.training.parts import Parts
from ideogram4.demo.training.step import Means, Recorder, descend
from ideogram4.model.autoencoder import Autoencoder

# Picture side and how many in a batch: mostly small ones, some of true size for the group norms.
SHAPES = ((64, 12), (96, 6), (96, 6), (128, 3), (128, 3), (192, 1), (256, 1))
NOISE = 0.15
WARM_UP = 50
HEAP = 384  # scenes made at once; no batch may be larger


def build(half: str, basis: LatentBasis) -> Parts:
    """One half of a fresh autoencoder; the decoder starts by undoing the latents' scale."""
    model = Autoencoder(AUTOENCODER)
    if half == "encoder":
        modules = {"encoder": model.encoder, "quant_conv": model.quant_conv}
    else:
        modules = {"decoder": model.decoder, "post_quant_conv": model.post_quant_conv}
        with torch.no_grad():
            model.post_quant_conv.weight.copy_(torch.diag(1 / basis.scale)[..., None, None])
            model.post_quant_conv.bias.zero_()
    for name, p in nn.ModuleDict(modules).named_parameters():
        p.requires_grad_("post_quant_conv" not in name)
    return Parts(nn.ModuleDict(modules), nn.ModuleDict())


def decoder_loss(parts: Parts, pictures: Tensor, basis: LatentBasis) -> dict[str, Tensor]:
    """Absolute error of pixels and of their differences (so that edges stay sharp)."""
    latents = basis.encode(pictures)
    much = NOISE * torch.rand(len(latents), 1, 1, 1, device=latents.device)
    noise = torch.randn_like(latents) * much
    raw = (latents + noise) * basis.scale[:, None, None]
    answer = parts.trained["decoder"](parts.trained["post_quant_conv"](raw))
    slopes = [(answer.diff(dim=d) - pictures.diff(dim=d)).abs().mean() for d in (2, 3)]
    return {
        "pixels": F.l1_loss(answer, pictures) + 0.5 * F.mse_loss(answer, pictures),
        "edges": slopes[0] + slopes[1],
    }


def encoder_loss(parts: Parts, pictures: Tensor, basis: LatentBasis) -> dict[str, Tensor]:
    """Squared error of the standardised mean; the log-variance is held low."""
    moments = parts.trained["quant_conv"](parts.trained["encoder"](pictures))
    mean, log_variance = moments.chunk(2, dim=1)
    truth = basis.encode(pictures)
    error = (mean / basis.scale[:, None, None] - truth).square().mean()
    return {"latents": error, "variance": 1e-3 * (log_variance + 10).square().mean()}


class Heaps(IterableDataset[SceneBatch]):
    """Endless heaps of scenes. Workers get seeds of their own."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __iter__(self) -> Iterator[SceneBatch]:
        worker = get_worker_info()
        rng = random.Random(self.seed * 1009 + (worker.id if worker else 0))
        while True:
            yield pack([make_scene(rng, SceneMix(text=0.25)) for _ in range(HEAP)])


def scenes_of(args: argparse.Namespace, seed: int) -> Callable[[int], SceneBatch]:
    """Gives so many scenes more (up to a heap) each time it is called."""
    heaps = iter(DataLoader(Heaps(seed), batch_size=None, num_workers=args.workers))
    heap, used = next(heaps), 0

    def take(count: int) -> SceneBatch:
        nonlocal heap, used
        if used + count > HEAP:
            heap, used = next(heaps), 0
        used += count
        return heap.part(used - count, used)

    return take


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.run.mkdir(parents=True, exist_ok=True)
    basis = ensure_basis(args.run).to(args.device)
    parts = build(args.part, basis)
    parts.trained.to(args.device, memory_format=torch.channels_last)
    optimisers = make_optimisers([parts.trained], args.lr)
    path = args.run / f"{args.part}.safetensors"
    if path.exists():
        parts.load(path, optimisers)
    losses_of = decoder_loss if args.part == "decoder" else encoder_loss
    means = Means()

    def work(pictures: Tensor) -> None:
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        losses = losses_of(parts, pictures, basis)
        descend(torch.stack(list(losses.values())).sum(), optimisers)
        means.note(losses)

    step = Recorder(work, records=args.device.startswith("cuda"))
    rng = random.Random(args.seed + parts.samples)
    scenes = scenes_of(args, args.seed + parts.samples)
    began = saved = shown = time.monotonic()
    shown_at, steps = parts.samples, 0
    while (elapsed := (time.monotonic() - began) / 60) < args.minutes:
        falling = min(1.0, 1.25 * (1 - elapsed / args.minutes) + 0.02)
        set_rate(optimisers, args.lr * falling * min(1, (steps + 1) / WARM_UP))
        side, count = rng.choice(SHAPES)
        count *= args.scale
        step(draw_pictures(scenes(count).to(args.device), side, side))
        parts.samples += count
        steps += 1
        now = time.monotonic()
        if now - shown > args.show_every:
            parts.losses = means.read()
            report(args, parts, (parts.samples - shown_at) / (now - shown))
            shown, shown_at = now, parts.samples
        if now - saved > args.save_every:
            parts.save(path, optimisers)
            saved = now
    parts.save(path, optimisers)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=["decoder", "encoder"])
    parser.add_argument("--run", type=Path, default=Path("runs/demo"))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--minutes", type=float, default=60, help="the rate falls over this time")
    parser.add_argument("--scale", type=int, default=1, help="multiply the batch sizes")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="processes that make scenes")
    parser.add_argument("--show-every", type=float, default=30, help="seconds")
    parser.add_argument("--save-every", type=float, default=240, help="seconds")
    train(parser.parse_args(arguments))


if __name__ == "__main__":
    main()
