"""`ideogram4 bench`: how long a step and a picture take here, with the weights that are in use.

A table for people and one JSON line last, for reports and comparisons. Steps are timed from one to
the next, the first left out, because it carries the preparation. What it is not: a comparison with
other software, or the full-size measurement without weights; a checkout has `make bench` and
`make bench-cuda` for those.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4 import __version__
from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio
from ideogram4.commands.generate import model_wish
from ideogram4.commands.options import add_model_options, checked
from ideogram4.errors import RequestError
from ideogram4.sampling.limits import check_num_images, check_steps
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from ideogram4.pipeline import Ideogram4Pipeline

SIZE = re.compile(r"([1-9]\d{1,4})(?:x([1-9]\d{1,4}))?")
CAPTION = {
    "high_level_description": "A red circle on white, above it one word.",
    "compositional_deconstruction": {
        "background": "Plain white.",
        "elements": [
            {"type": "obj", "bbox": [350, 250, 850, 750], "desc": "A red circle."},
            {"type": "text", "bbox": [80, 250, 230, 750], "text": "HELLO", "desc": "Black."},
        ],
    },
}


@dataclass(frozen=True)
class Row:
    """One size. Seconds; `peak_gb` is the card's (10**9 bytes), None without one."""

    width: int
    height: int
    step: float
    first_step: float
    decode: float
    peak_gb: float | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All of `ideogram4 bench`."""
    parser.add_argument(
        "--sizes",
        type=size,
        nargs="+",
        metavar="WIDTHxHEIGHT",
        help="default: the model's usual one and, if it may, twice that on each side",
    )
    parser.add_argument(
        "--steps", type=checked(check_steps), default=5, metavar="N", help="2 or more (default 5)"
    )
    parser.add_argument("--num-images", type=checked(check_num_images), default=1, metavar="N")
    add_model_options(parser)
    parser.set_defaults(run=bench)


def bench(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Measure, and print a table and a JSON line on stdout."""
    if arguments.steps < 2:
        raise RequestError("--steps 1: the first step is not timed, so use 2 or more")
    studio = Studio(model_wish(arguments), settings, console)
    start = time.perf_counter()
    pipe = studio.pipeline
    loading = time.perf_counter() - start
    rows = []
    for width, height in arguments.sizes or usual_sizes(pipe):
        console.say(f"measuring {width} x {height}")
        rows.append(measure(pipe, width, height, arguments.steps, arguments.num_images))
    console.result(f"{'size':>12} {'s a step':>9} {'first':>7} {'decode':>7} {'peak GB':>8}")
    for row in rows:
        peak = "-" if row.peak_gb is None else f"{row.peak_gb:.1f}"
        console.result(
            f"{f'{row.width} x {row.height}':>12} {row.step:>9.3f} {row.first_step:>7.2f} "
            f"{row.decode:>7.2f} {peak:>8}"
        )
    facts = {
        "model": pipe.name,
        "version": __version__,
        "device": str(pipe.device),
        "dtype": arguments.dtype,
        "memory": arguments.memory or settings.memory,
        "images": arguments.num_images,
        "load_seconds": round(loading, 2),
        "python": platform.python_version(),
        "rows": [{k: _short(v) for k, v in asdict(row).items()} for row in rows],
    }
    # A folder's path says more about a person than about a speed.
    if Path(pipe.name).is_absolute():
        facts["model"] = Path(pipe.name).name
    console.document(json.dumps(facts))
    return 0


def measure(pipe: Ideogram4Pipeline, width: int, height: int, steps: int, num_images: int) -> Row:
    """One picture (or a batch) of one size, timed."""
    import torch

    on_card = pipe.device.startswith("cuda")
    if on_card:
        torch.cuda.reset_peak_memory_stats(pipe.device)
    times = []
    last = time.perf_counter()
    run = pipe.generate(
        CAPTION,
        width=width,
        height=height,
        num_steps=steps,
        guidance_scale=5.0,
        seed=0,
        num_images=num_images,
        check="off",
    )
    for _ in range(steps):
        step = next(run)
        if on_card:
            torch.cuda.synchronize(pipe.device)
        now = time.perf_counter()
        times.append(now - last)
        last = now
    step.images()
    decode = time.perf_counter() - last
    peak = torch.cuda.max_memory_allocated(pipe.device) / 1e9 if on_card else None
    return Row(width, height, statistics.median(times[1:]), times[0], decode, peak)


def usual_sizes(pipe: Ideogram4Pipeline) -> list[tuple[int, int]]:
    """The model's usual size, and twice its sides where the model goes that far."""
    width, height = pipe.default_size
    sizes = [(width, height)]
    try:
        pipe.limits.check(2 * width, 2 * height)
        sizes.append((2 * width, 2 * height))
    except RequestError:
        pass
    return sizes


def size(text: str) -> tuple[int, int]:
    """An argparse type: 1024 or 1024x768."""
    match = SIZE.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no size; write it like 1024x768")
    return int(match[1]), int(match[2] or match[1])


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
