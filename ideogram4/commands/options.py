"""The options of a generation: how the command line takes them, and what the pipeline is given.

Values are checked while the line is read, before anything is loaded. Sizes are checked against
the model's own limits later, by whoever knows the model.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ideogram4.errors import RequestError
from ideogram4.memory.plans import MEMORY_PLANS
from ideogram4.sampling.limits import check_num_images, check_seed, check_steps
from ideogram4.sampling.presets import PRESETS
from ideogram4.weights.lora import LoraSpec

DTYPES = ("float32", "bfloat16", "float16")
Group = argparse._ActionsContainer  # a parser or one of its groups; argparse has no public name
CHECKS = ("raise", "warn", "off")


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    """Size, preset, guidance, seed: what `Ideogram4Pipeline.generate` takes."""
    add = parser.add_argument_group("picture").add_argument
    side = "a multiple of 16 (default: the model's usual)"
    add("--width", type=int, metavar="PIXELS", help=side)
    add("--height", type=int, metavar="PIXELS", help=side)
    add("--seed", type=checked(check_seed), metavar="N", help="draws the same picture again")
    add(
        "--num-images",
        type=checked(check_num_images),
        metavar="N",
        default=1,
        help="1 to 8 (default 1)",
    )
    group = parser.add_argument_group("sampling")
    add = group.add_argument
    add(
        "--preset",
        "--sampler-preset",
        choices=list(PRESETS),
        metavar="NAME",
        dest="preset",
        help=f"{', '.join(PRESETS)} (default: the model's usual)",
    )
    add("--steps", type=checked(check_steps), metavar="N", help="instead of the preset's")
    add("--mu", type=number, help="shift of the noise schedule")
    add("--std", type=number, help="spread of the noise schedule")
    add = group.add_mutually_exclusive_group().add_argument
    add("--guidance-scale", type=number, metavar="WEIGHT", help="one weight for every step")
    add(
        "--guidance-schedule",
        type=schedule,
        metavar="WEIGHTS",
        help="one weight a step, first step first: 7,7,7,3 or 3x7,1x3",
    )


def add_which(parser: Group, help: str = "demo, a folder, or owner/name on Hugging Face") -> None:
    """Which model, which of its revisions, and whether the hub may be asked for it."""
    parser.add_argument("--model", help=help)
    add_revision(parser)


def add_revision(parser: Group) -> None:
    """The two options of whoever takes the model itself in another way."""
    parser.add_argument(
        "--revision", metavar="NAME", help="branch, tag or commit; also: owner/name@NAME"
    )
    parser.add_argument(
        "--offline", action="store_true", help="ask the hub nothing; use the copy that is here"
    )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Which weights, and where and how they run."""
    group = parser.add_argument_group("model")
    add_which(group)
    group.add_argument(
        "--device", metavar="NAME", help="cuda, cuda:1, mps or cpu (default: the best there is)"
    )
    group.add_argument("--dtype", choices=DTYPES, help="number format to compute in")
    group.add_argument(
        "--memory",
        choices=MEMORY_PLANS,
        help="where weights wait: resident (on the device), swap or stream (in host memory); the "
        "picture is the same (default: auto, what the card has room for)",
    )
    group.add_argument(
        "--lora",
        action="append",
        type=lora,
        default=[],
        metavar="FILE[:WEIGHT[:BRANCH]]",
        help="a LoRA, repeatable; BRANCH is conditional (default), unconditional or both",
    )
    group.add_argument(
        "--fp8-products",
        action="store_true",
        help="fp8 weights only: multiply in float8 too; faster on newer cards, less exact",
    )
    group.add_argument(
        "--compile", action="store_true", help="compile the blocks: slow start, faster steps"
    )


def sampling(arguments: argparse.Namespace) -> dict[str, Any]:
    """The keyword arguments for `generate`, without the size and the seed."""
    return {
        "preset": arguments.preset,
        "num_steps": arguments.steps,
        "guidance_scale": arguments.guidance_scale,
        "guidance_schedule": arguments.guidance_schedule,
        "mu": arguments.mu,
        "std": arguments.std,
        "num_images": arguments.num_images,
    }


def checked(rule: Callable[[int], None]) -> Callable[[str], int]:
    """An argparse type: a whole number that `rule` accepts."""

    def read(text: str) -> int:
        try:
            value = int(text)
            rule(value)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number") from None
        except RequestError as problem:
            raise argparse.ArgumentTypeError(problem.message) from problem
        return value

    return read


def number(text: str) -> float:
    """An argparse type: a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a finite number")
    return value


def schedule(text: str) -> tuple[float, ...]:
    """An argparse type: `7,7,3`, or runs of equal weights such as `45x7,3x3`."""
    weights: list[float] = []
    for part in text.split(","):
        count, times, weight = part.rpartition("x")
        if times:
            weights += [number(weight)] * checked(check_steps)(count)
        else:
            weights.append(number(weight))
    return tuple(weights)


def lora(text: str) -> LoraSpec:
    """An argparse type: FILE, FILE:WEIGHT or FILE:WEIGHT:BRANCH."""
    try:
        return LoraSpec.parse(text)
    except RequestError as problem:
        raise argparse.ArgumentTypeError(problem.message) from problem


def png_path(text: str) -> Path:
    """An argparse type: a file name ending in .png."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(
            f"{text[:200]!r} does not end in .png; pictures are PNG, which keeps the caption inside"
        )
    return path
