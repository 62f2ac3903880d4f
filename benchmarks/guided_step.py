"""Time one guided denoising step, ours against diffusers', in the same process.

    python -m benchmarks.guided_step [--sizes 512 1024] [--text-features 53248 8944] [--threads 1]

A guided step is both transformers, guidance and the Euler step. The model is random and of middle
size. Both sides load the same folder and go through their public pipelines; ours runs inside
diffusers' step callback, so the two take turns. Each side's first step is a warm-up and carries its
preparation; the medians are of the others. Two widths of text features are measured: 53,248 is the
published number, but beside a hidden size of 768 it makes the projection that diffusers repeats at
every step weigh six times too much; 8,944 keeps the published proportion (11.6 times the hidden
size) and is the fairer row.

Seconds belong to the machine; the ratio (ours / theirs, smaller is better) is the result. On a busy
machine read the processor time with `--threads 1`: with more threads, waiting counts as work.
What it is not: a measurement of a picture's total time, of quantised weights, or of the full model
(README.md in this folder has the arithmetic for that). The last line is JSON.
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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ideogram4 import Ideogram4Pipeline
from tests.parity.checkpoints import TAPS, CheckpointSize, build_pipeline

# Ours / theirs should stay under these at diffusers' default padding (2,048 text tokens), float32.
GOALS = {512: 0.40, 1024: 0.55}
DEFAULT_PADDING = 2048
DEFAULT_FEATURES = (53248, 8944)
TEXT_TOKENS = 200
GUIDANCE = 5.0
# Wall and processor ratios further apart than this mean that the machine was doing something else.
DISAGREEMENT = 1.5
MIDDLE = CheckpointSize(
    heads=3,
    head_dim=256,
    layers=4,
    unconditional_layers=4,
    intermediate=2048,
    adaln=512,
    mrope_section=(24, 20, 20),
    text_intermediate=16,
)


@dataclass(frozen=True)
class Clock:
    """Seconds on the wall and of processor time, all threads together."""

    wall: float
    processor: float

    @classmethod
    def now(cls) -> Clock:
        return cls(time.perf_counter(), time.process_time())

    def since(self, start: Clock) -> Clock:
        return Clock(self.wall - start.wall, self.processor - start.processor)


@dataclass(frozen=True)
class Timing:
    """The timed steps of one size, and how far apart both sides' latents are before the last."""

    side: int
    features: int
    ours: tuple[Clock, ...]
    theirs: tuple[Clock, ...]
    difference: float

    def seconds(self, whose: str, clock: str = "wall") -> float:
        return statistics.median(getattr(step, clock) for step in getattr(self, whose))

    def ratio(self, clock: str = "wall") -> float:
        return self.seconds("ours", clock) / self.seconds("theirs", clock)

    @property
    def is_doubtful(self) -> bool:
        apart = self.ratio("wall") / self.ratio("processor")
        return not 1 / DISAGREEMENT <= apart <= DISAGREEMENT


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    results = []
    for features in options.text_features:
        with tempfile.TemporaryDirectory(prefix="ideogram4-bench-") as folder:
            theirs, ours = load(Path(folder), features, getattr(torch, options.dtype))
        prompt = prompt_of(TEXT_TOKENS, ours)
        for side in options.sizes:
            results.append(measure(ours, theirs, prompt, side, features, options))
    report(results, options)
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guided_step")
    parser.add_argument("--sizes", type=int, nargs="+", default=[512, 1024], metavar="SIDE")
    parser.add_argument(
        "--text-features",
        type=int,
        nargs="+",
        default=list(DEFAULT_FEATURES),
        metavar="WIDTH",
        help=f"a multiple of {TAPS} (default: %(default)s)",
    )
    parser.add_argument("--steps", type=int, default=4, help="steps a run, the first not timed")
    parser.add_argument(
        "--padding",
        type=int,
        default=DEFAULT_PADDING,
        help="text tokens diffusers pads to (its default: %(default)s)",
    )
    parser.add_argument("--threads", type=int, default=0, help="0 (default): as torch chooses")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options = parser.parse_args(arguments)
    if options.steps < 2:
        parser.error(f"--steps {options.steps}: the first step is not timed, so use 2 or more")
    if options.padding < TEXT_TOKENS:
        parser.error(f"--padding {options.padding}: the caption has {TEXT_TOKENS} tokens")
    if any(width % TAPS or width < TAPS for width in options.text_features):
        parser.error(f"--text-features: widths are multiples of {TAPS}, one part a tap")
    return options


def load(folder: Path, features: int, dtype: torch.dtype) -> tuple[Any, Ideogram4Pipeline]:
    """Diffusers' pipeline and ours, on the same random weights."""
    theirs = build_pipeline(replace(MIDDLE, text_hidden=features // TAPS))
    if dtype != torch.float32:
        theirs.to(dtype=dtype)
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
    ours: Ideogram4Pipeline,
    theirs: Any,
    prompt: str,
    side: int,
    features: int,
    options: argparse.Namespace,
) -> Timing:
    """Run both for the same steps from the same noise, taking turns."""
    noise = torch.randn(1, (side // 16) ** 2, 128)
    mine: list[Clock] = []
    peers: list[Clock] = []
    differences: list[float] = []
    shared = {"height": side, "width": side, "guidance_scale": GUIDANCE, "mu": 0.0, "std": 1.5}
    running = ours.generate(prompt, num_steps=options.steps, noise=noise, check="off", **shared)
    started = Clock.now()

    def after_their_step(_pipe: Any, _step: int, _t: Any, state: dict[str, Any]) -> dict[str, Any]:
        nonlocal started
        theirs_done = Clock.now()
        peers.append(theirs_done.since(started))
        my_step = next(running)
        mine.append(Clock.now().since(theirs_done))
        differences.append(relative_difference(my_step.latents, state["latents"]))
        started = Clock.now()
        return state

    theirs(
        prompt,
        num_inference_steps=options.steps,
        guidance_schedule=None,
        max_sequence_length=options.padding,
        latents=noise.to(theirs.transformer.dtype),
        output_type="latent",
        callback_on_step_end=after_their_step,
        **shared,
    )
    # Not the last step's difference: diffusers goes on to t = 1, the reference stops before.
    return Timing(side, features, tuple(mine[1:]), tuple(peers[1:]), differences[-2])


def relative_difference(result: torch.Tensor, expected: torch.Tensor) -> float:
    gap = (result.double() - expected.double()).norm() / expected.double().norm()
    return float(gap)


def report(results: Sequence[Timing], options: argparse.Namespace) -> None:
    """A table for people, then one JSON line for programs."""
    print(
        f"one guided step, {options.dtype}, {torch.get_num_threads()} threads, {TEXT_TOKENS} text "
        f"tokens, diffusers pads to {options.padding}, median of {options.steps - 1}"
    )
    print("                         wall, seconds          processor, seconds")
    print("   size  features    ours  diffusers  ratio    ours  diffusers  ratio  goal  difference")
    for result in results:
        goal = goal_of(result.side, options)
        cells = [f"{result.side:>7}", f"{result.features:>9}"]
        for clock in ("wall", "processor"):
            cells += [
                f"{result.seconds('ours', clock):>7.2f}",
                f"{result.seconds('theirs', clock):>10.2f}",
                f"{result.ratio(clock):>6.3f}",
            ]
        cells += [" -  " if goal is None else f"{goal:.2f}", f"   {result.difference:.1e}"]
        print(" ".join(cells))
    if any(result.is_doubtful for result in results):
        print("Wall and processor ratios disagree: busy machine. Run again, with --threads 1.")
    print(json.dumps(summary(results, options)))


def goal_of(side: int, options: argparse.Namespace) -> float | None:
    """The ratio to stay under, stated for the default padding and dtype only."""
    if options.padding != DEFAULT_PADDING or options.dtype != "float32":
        return None
    return GOALS.get(side)


def summary(results: Sequence[Timing], options: argparse.Namespace) -> dict[str, Any]:
    rows = [
        {
            "size": result.side,
            "text_features": result.features,
            "ours_seconds": round(result.seconds("ours"), 4),
            "diffusers_seconds": round(result.seconds("theirs"), 4),
            "ratio": round(result.ratio(), 4),
            "processor_ratio": round(result.ratio("processor"), 4),
            "doubtful": result.is_doubtful,
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
