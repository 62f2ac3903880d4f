"""`ideogram4 demo-eval`: how well the demo obeys captions it was never trained on.

The options are here; the work is in ideogram4.demo.evaluate, which brings torch and is imported
when the command runs. `python -m ideogram4.demo.evaluate` takes the same options.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from ideogram4.commands.console import Console
from ideogram4.commands.options import checked, number, png_path
from ideogram4.sampling.limits import check_seed, check_steps
from ideogram4.sampling.presets import PRESETS
from ideogram4.settings import Settings

AS_PRESET = "preset"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked of the model, and what is shown."""
    add = parser.add_argument_group("what is asked").add_argument
    add(
        "--set",
        nargs="+",
        default=["shapes"],
        metavar="NAME",
        dest="sets",
        help="held-out captions: shapes, text, gradient, order (default: shapes)",
    )
    add("--captions", type=_count, metavar="N", help="the first N of a set (default: all)")
    add(
        "--sizes",
        nargs="+",
        type=size,
        default=[(256, 256)],
        metavar="HxW",
        help="height x width in pixels, such as 256x256 320x224 (default: 256x256)",
    )
    add(
        "--presets",
        nargs="+",
        choices=list(PRESETS),
        metavar="NAME",
        help=f"{', '.join(PRESETS)} (default: the model's usual)",
    )
    add(
        "--guidance",
        nargs="+",
        type=guidance,
        default=[None],
        metavar="WEIGHT",
        help=f"weights such as 1 3 7, or '{AS_PRESET}' for the preset's own (default)",
    )
    add("--steps", type=checked(check_steps), metavar="N", help="instead of the preset's")
    add(
        "--seed",
        type=checked(check_seed),
        default=0,
        metavar="N",
        help="of the first picture; the others count on (default 0)",
    )
    add = parser.add_argument_group("what is shown").add_argument
    add("--sheet", type=png_path, metavar="FILE.png", help="contact sheet, one a run")
    add(
        "--latents",
        type=Path,
        metavar="FILE",
        help="a training run's latents.safetensors, for the row of the autoencoder alone",
    )
    add("--no-bounds", action="store_true", help="leave out ceiling and floor of the measure")
    add = parser.add_argument_group("model").add_argument
    add("--model", default="demo", help="demo or a folder (default: demo)")
    add("--device", metavar="NAME", help="cuda, cuda:1, mps or cpu (default: the best there is)")
    parser.set_defaults(run=demo_eval)


def demo_eval(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Draw, measure, print tables and one JSON line."""
    # The one command that knows the training code's folder, and only when it is asked for.
    from ideogram4.demo.evaluate import run

    return run(arguments, console)


def size(text: str) -> tuple[int, int]:
    """An argparse type: `320x224` is 320 high, 224 wide; the model's limits are checked later."""
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if found is None:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not height x width in pixels, such as 320x224"
        )
    return int(found[1]), int(found[2])


def guidance(text: str) -> float | None:
    """An argparse type: a weight, or None for the preset's own."""
    return None if text == AS_PRESET else number(text)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number above 0")
    return int(text)
