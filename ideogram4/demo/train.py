"""Train the demo's parts: the reader, the painter, both together, and the unconditional painter.

    python -m ideogram4.demo.train reader --run runs/demo
    python -m ideogram4.demo.train painter --run runs/demo
    python -m ideogram4.demo.train joint --run runs/demo          # starts from the two above
    python -m ideogram4.demo.train unconditional --run runs/demo  # starts from the painter, if any

Resumes from the run's own files; stop it whenever you like. `--minutes` or `--samples` says how
long to go on: the learning rate falls over the last part of that. A run by samples is repeatable.
The autoencoder has a command of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from ideogram4.demo.pictures.scenes import SceneMix
from ideogram4.demo.training import parts as demo_parts
from ideogram4.demo.training.attention import attend
from ideogram4.demo.training.data import SceneStream, Stage
from ideogram4.demo.training.latents import LatentBasis, ensure_basis
from ideogram4.demo.training.lesson import Lesson, lesson_of
from ideogram4.demo.training.optimiser import make_optimisers, set_rate
from ideogram4.demo.training.parts import Parts
from ideogram4.demo.training.step import Step

OTHER_SIZES = ((192, 192), (224, 320), (320, 224), (320, 320), (192, 384), (384, 256), (384, 384))
SIZES = ((256, 256),) * 5 + OTHER_SIZES
MAKE = {
    "reader": demo_parts.make_reader,
    "painter": demo_parts.make_painter,
    "joint": demo_parts.make_joint,
    "unconditional": demo_parts.make_unconditional,
}
STAGES = {
    "reader": Stage(SceneMix(text=0.2), tokens=4),
    "painter": Stage(SceneMix(text=0.3, gradient=0.3), captions=False, sizes=SIZES),
    "joint": Stage(SceneMix(text=0.2), sizes=SIZES),
    "unconditional": Stage(SceneMix(), captions=False, tokens=0, sizes=((192, 192), (192, 256))),
}
TIME_MEAN, TIME_MEAN_END = -1.2, -0.6
WARM_UP = 40
HEAPS = 12  # lessons for many steps that are at hand at once
SHEET = 16  # captions on a contact sheet


def train(args: argparse.Namespace) -> None:
    """The loop: a line of losses every so often, a checkpoint every few minutes."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.run.mkdir(parents=True, exist_ok=True)
    basis = ensure_basis(args.run).to(args.device)
    parts = MAKE[args.part]()
    parts.trained.to(args.device)
    parts.helpers.to(args.device)
    if args.device == "cpu" and "transformer" in parts.trained:
        for block in parts.trained["transformer"].layers:
            block.attention.mix = attend
    if args.compile:
        torch._dynamo.config.recompile_limit = 64  # a size of grid, a number of letters: a shape
        for block in parts.blocks():
            block.compile(dynamic="text_encoder" in parts.trained)
    optimisers = make_optimisers([parts.trained, parts.helpers], args.lr)
    path = args.run / f"{args.part}.safetensors"
    if path.exists():
        parts.load(path, optimisers)
        print(f"going on from {parts.samples} samples", flush=True)
    elif args.part == "joint":
        demo_parts.join(parts, args.run / "reader.safetensors", args.run / "painter.safetensors")
    elif args.part == "unconditional" and (args.run / "painter.safetensors").exists():
        demo_parts.start_from_painter(parts, args.run / "painter.safetensors")
    torch.manual_seed(args.seed + parts.samples)
    source = lessons(parts, basis, args)
    step = Step(parts, optimisers)
    began = saved = shown = sheeted = time.monotonic()
    shown_at, first, steps = parts.samples, parts.samples, 0
    while (done := progress(args, parts.samples - first, time.monotonic() - began)) < 1:
        falling = min(1.0, (1 - done) / args.falling) if args.falling else 1.0
        set_rate(optimisers, args.lr * falling * min(1, (steps + 1) / WARM_UP))
        mean = TIME_MEAN_END + (TIME_MEAN - TIME_MEAN_END) * falling
        step(next(source), mean)
        parts.samples += args.batch_size
        steps += 1
        now = time.monotonic()
        if now - shown > args.show_every:
            parts.losses = step.means.read()
            report(args, parts, (parts.samples - shown_at) / (now - shown))
            shown, shown_at = now, parts.samples
        if now - saved > args.save_every:
            parts.save(path, optimisers)
            saved = now
        if args.sheet_every and now - sheeted > 60 * args.sheet_every:
            sheet(args, parts, basis)
            sheeted = now
    parts.save(path, optimisers)


def progress(args: argparse.Namespace, samples: int, seconds: float) -> float:
    """How much of what was asked for is done; 1 is all."""
    return float(samples / args.samples if args.samples else seconds / 60 / args.minutes)


def lessons(parts: Parts, basis: LatentBasis, args: argparse.Namespace) -> Iterator[Lesson]:
    """Endless lessons of `batch_size` samples each.

    With `ahead` above 1 the pictures of that many steps are drawn at once, which a card likes; such
    a heap shares one picture size, so steps take turns among several heaps.
    """
    seed, pool = args.seed + parts.samples, 8 if args.ahead == 1 else 4
    stream = SceneStream(STAGES[args.part], args.batch_size * args.ahead, seed, pool)
    loader = DataLoader(stream, batch_size=None, num_workers=args.workers)
    drawn = (lesson_of(batch.to(args.device), basis, parts) for batch in loader)
    rng = random.Random(args.seed)
    heaps: list[list[Lesson]] = []
    while True:
        while len(heaps) < (HEAPS if args.ahead > 1 else 1):
            heap, size = next(drawn), args.batch_size
            heaps.append([heap.part(n, n + size) for n in range(0, len(heap), size)])
        heap = rng.choice(heaps)
        yield heap.pop()
        if not heap:
            heaps.remove(heap)


def report(args: argparse.Namespace, parts: Parts, rate: float) -> None:
    losses = {name: round(value, 4) for name, value in parts.losses.items()}
    line = {"samples": parts.samples, "per_second": round(rate, 1), **losses}
    print(json.dumps(line), flush=True)
    with (args.run / f"{args.part}.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def sheet(args: argparse.Namespace, parts: Parts, basis: LatentBasis) -> None:
    """Draw some held-out captions as the run stands: a contact sheet, and figures in the log."""
    from ideogram4.demo.evaluation.sheet import contact_sheet
    from ideogram4.demo.training.peek import figures, held_out, paint

    cases = held_out(SHEET)
    pictures = paint(parts, basis, cases)
    line = {"samples": parts.samples} | figures(pictures, cases)
    print(json.dumps(line), flush=True)
    with (args.run / f"{args.part}-figures.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    contact_sheet(cases, pictures).save(args.run / f"{args.part}-{parts.samples:09d}.png")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=list(MAKE))
    parser.add_argument("--run", type=Path, default=Path("runs/demo"))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--minutes", type=float, default=60, help="how long to go on")
    parser.add_argument("--samples", type=int, default=0, help="how many, in place of --minutes")
    parser.add_argument("--falling", type=float, default=0.4, help="part with a falling rate")
    parser.add_argument("--batch-size", type=int, default=48)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="processes that make scenes")
    parser.add_argument(
        "--ahead", type=int, default=1, help="steps whose pictures are drawn at once"
    )
    parser.add_argument("--compile", action="store_true", help="compile the layers")
    parser.add_argument("--show-every", type=float, default=30, help="seconds")
    parser.add_argument("--sheet-every", type=float, default=0, help="minutes; 0 makes none")
    parser.add_argument("--save-every", type=float, default=240, help="seconds")
    train(parser.parse_args(arguments))


if __name__ == "__main__":
    main()
