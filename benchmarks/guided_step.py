"""Time one guided denoising step, ours against diffusers', in the same process.

    python -m benchmarks.guided_step [--sizes 512 1024] [--steps 4] [--padding 2048]

A guided step is both transformers, guidance and the Euler step. The model is random and of middle
size, with the published proportions where they cost time: 53,248 text features a token, heads of
256, 128 channels. Both sides load the same folder and go through their public pipelines; ours runs
inside diffusers' step callback, so the two take turns and whatever else the machine does hits both.
Each side's first step is a warm-up and carries its preparation; the medians are of the others.

What it is not: a measurement of a picture's total time, or of quantised weights. Seconds belong to
the machine; the ratio (ours / theirs, smaller is better) is the result. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ideogram4 import Ideogram4Pipeline
from tests.parity.checkpoints import CheckpointSize, build_pipeline

# Ours / theirs must not exceed these at diffusers' default padding (2,048 text tokens), float32.
GOALS = {512: 0.40, 1024: 0.55}
DEFAULT_PADDING = 2048
TEXT_TOKENS = 200
GUIDANCE = 5.0
MIDDLE = CheckpointSize(
    heads=3,
    head_dim=256,
    layers=4,
    unconditional_layers=4,
    intermediate=2048,
    adaln=512,
    mrope_section=(24, 20, 20),
    text_hidden=4096,
    text_intermediate=16,
)


@dataclass(frozen=True)
class Timing:
    """Seconds of each timed step, and how far apart the two sides' last common latents are."""

    side: int
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    difference: float

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.theirs)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory(prefix="ideogram4-bench-") as folder:
        theirs, ours = load(Path(folder), getattr(torch, options.dtype))
        prompt = prompt_of(TEXT_TOKENS, ours)
        results = [
            measure(ours, theirs, prompt, side, options.steps, options.padding)
            for side in options.sizes
        ]
    report(results, options)
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guided_step")
    parser.add_argument("--sizes", type=int, nargs="+", default=[512, 1024], metavar="SIDE")
    parser.add_argument("--steps", type=int, default=4, help="steps a run, the first not timed")
    parser.add_argument(
        "--padding",
        type=int,
        default=DEFAULT_PADDING,
        help="text tokens diffusers pads to (its default: %(default)s)",
    )
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options = parser.parse_args(arguments)
    if options.steps < 2:
        parser.error(f"--steps {options.steps}: the first step is not timed, so use 2 or more")
    if options.padding < TEXT_TOKENS:
        parser.error(f"--padding {options.padding}: the caption has {TEXT_TOKENS} tokens")
    return options


def load(folder: Path, dtype: torch.dtype) -> tuple[Any, Ideogram4Pipeline]:
    """Diffusers' pipeline and ours, on the same random weights."""
    theirs = build_pipeline(MIDDLE).to(dtype=dtype)
    theirs.set_progress_bar_config(disable=True)
    theirs.save_pretrained(folder)
    return theirs, Ideogram4Pipeline.from_pretrained(folder, device="cpu", dtype=dtype)


def prompt_of(tokens: int, pipe: Ideogram4Pipeline) -> str:
    """Plain text that is exactly `tokens` long with the chat form around it."""
    text = ""
    while pipe.count_tokens(text + "x ") <= tokens:
        text += "x "
    while pipe.count_tokens(text) < tokens:
        text += "7"
    return text


def measure(
    ours: Ideogram4Pipeline, theirs: Any, prompt: str, side: int, steps: int, padding: int
) -> Timing:
    """Run both for `steps` steps, taking turns."""
    noise = torch.randn(1, (side // 16) ** 2, 128)
    mine: list[float] = []
    peers: list[float] = []
    differences: list[float] = []
    running = ours.generate(
        prompt,
        height=side,
        width=side,
        num_steps=steps,
        guidance_scale=GUIDANCE,
        mu=0.0,
        std=1.5,
        noise=noise,
        check="off",
    )
    started = time.perf_counter()

    def after_their_step(_pipe: Any, step: int, _t: Any, state: dict[str, Any]) -> dict[str, Any]:
        nonlocal started
        now = time.perf_counter()
        peers.append(now - started)
        my_step = next(running)
        mine.append(time.perf_counter() - now)
        differences.append(relative_difference(my_step.latents, state["latents"]))
        started = time.perf_counter()
        return state

    theirs(
        prompt,
        height=side,
        width=side,
        num_inference_steps=steps,
        guidance_scale=GUIDANCE,
        guidance_schedule=None,
        mu=0.0,
        std=1.5,
        max_sequence_length=padding,
        latents=noise.clone(),
        output_type="latent",
        callback_on_step_end=after_their_step,
    )
    # The last step is left out: diffusers goes on to t = 1, the public reference and we stop before.
    return Timing(side, tuple(mine[1:]), tuple(peers[1:]), differences[-2])


def relative_difference(result: torch.Tensor, expected: torch.Tensor) -> float:
    gap = (result.double() - expected.double()).norm() / expected.double().norm()
    return float(gap)


def report(results: Sequence[Timing], options: argparse.Namespace) -> None:
    """A table for people, then one JSON line for programs."""
    print(
        f"one guided step, {options.dtype}, {torch.get_num_threads()} threads, {TEXT_TOKENS} text "
        f"tokens, diffusers pads to {options.padding}, median of {options.steps - 1}"
    )
    print(f"{'size':>12} {'ours s':>9} {'diffusers s':>12} {'ratio':>7} {'goal':>7}  difference")
    for result in results:
        size = f"{result.side} x {result.side}"
        ours, theirs = statistics.median(result.ours), statistics.median(result.theirs)
        goal = goal_of(result.side, options)
        shown = "-" if goal is None else f"{goal:.2f}"
        print(
            f"{size:>12} {ours:>9.3f} {theirs:>12.3f} {result.ratio:>7.3f} {shown:>7}  "
            f"{result.difference:.1e}"
        )
    print(json.dumps(summary(results, options)))


def goal_of(side: int, options: argparse.Namespace) -> float | None:
    """The ratio to stay under, stated for the default settings only."""
    if options.padding != DEFAULT_PADDING or options.dtype != "float32":
        return None
    return GOALS.get(side)


def summary(results: Sequence[Timing], options: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "size": result.side,
            "ours_seconds": round(statistics.median(result.ours), 4),
            "diffusers_seconds": round(statistics.median(result.theirs), 4),
            "ratio": round(result.ratio, 4),
            "goal": goal_of(result.side, options),
            "relative_difference": float(f"{result.difference:.2e}"),
        }
        for result in results
    ]
    return {
        "benchmark": "guided_step",
        "dtype": options.dtype,
        "padding": options.padding,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "results": rows,
    }


if __name__ == "__main__":
    sys.exit(main())
