"""`ideogram4 lora`: which LoRA files fit a model, who wrote them, and what does not match."""

from __future__ import annotations

import argparse
from pathlib import Path

from ideogram4.choice import choose_model
from ideogram4.commands.console import Console
from ideogram4.commands.options import add_which
from ideogram4.errors import WeightsError
from ideogram4.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 lora FILE... [--model M] [--revision R]`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a LoRA")
    add_which(parser, "the model to hold them to (default: the one in use)")
    parser.set_defaults(run=lora)


def lora(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print a line a file; ends with 3 when one does not fit."""
    from ideogram4.model.build import transformer_shapes
    from ideogram4.weights import resolve_model
    from ideogram4.weights.lora.file import plan_lora

    model = choose_model(settings, arguments.model, arguments.revision).model
    layers = transformer_shapes(resolve_model(model, local_files_only=True) / "transformer")
    code = 0
    for path in arguments.files:
        try:
            plan = plan_lora(path, layers)
        except WeightsError as problem:
            console.error(problem)
            code = problem.exit_code
            continue
        console.result(
            f"{path}: fits {model}, {len(plan.groups)} products of rank "
            f"{', '.join(map(str, plan.ranks))}, written by {plan.writer}"
        )
    return code
