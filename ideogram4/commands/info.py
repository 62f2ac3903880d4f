"""`ideogram4 info`: what this machine has, which weights would be used and why, settings in force.

Everything a report about a problem needs, and no key: those are only "set" or "not set". Nothing
is downloaded and no tensor is read.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator

from ideogram4 import __version__
from ideogram4.choice import choose_model
from ideogram4.commands.console import Console
from ideogram4.errors import Ideogram4Error
from ideogram4.sampling.presets import PRESETS
from ideogram4.settings import Settings

GIB = 1 << 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 info [--model]`."""
    parser.add_argument("--model", help="say it of this model instead of the one in use")
    parser.set_defaults(run=info)


def info(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print name and value pairs, a section at a time."""
    console.result(f"ideogram4 {__version__}")
    sections = {
        "machine": machine(),
        "weights": weights(settings, arguments.model),
        "presets": ((preset.name, f"{preset.num_steps} steps") for preset in PRESETS.values()),
        "settings": settings.describe(),
    }
    for title, rows in sections.items():
        console.result(f"\n{title}")
        for name, value in rows:
            console.result(f"  {name:<28}{value}")
    return 0


def machine() -> Iterator[tuple[str, str]]:
    """Yield Python, torch, and each device with its memory."""
    import torch

    yield "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield "torch", torch.__version__
    yield "cpu threads", str(torch.get_num_threads())
    yield "memory", _memory()
    if not torch.cuda.is_available():
        yield "cuda", "not available"
    for index in range(torch.cuda.device_count()):
        card = torch.cuda.get_device_properties(index)
        yield f"cuda:{index}", f"{card.name}, {card.total_memory / GIB:.1f} GiB"
    if torch.backends.mps.is_available():
        yield "mps", "available"


def weights(settings: Settings, requested: str | None) -> Iterator[tuple[str, str]]:
    """Yield the model in use and, as far as its files are here, what is in them."""
    choice = choose_model(settings, requested)
    yield "model", choice.model
    yield "why", choice.reason
    try:
        yield from _files(choice.model)
    except Ideogram4Error as problem:
        yield "files", f"not usable: {problem.message}"


def _files(model: str) -> Iterator[tuple[str, str]]:
    from ideogram4.model.config import CheckpointInfo
    from ideogram4.weights import resolve_model
    from ideogram4.weights.describe import describe_folder

    folder = resolve_model(model, local_files_only=True)
    facts = CheckpointInfo.from_folder(folder, model)
    limits = facts.limits
    yield "licence", facts.licence
    yield "folder", str(folder)
    yield (
        "sizes",
        f"{limits.minimum} to {limits.maximum} pixels in steps of {limits.multiple}, "
        f"up to {limits.max_ratio:g}:1",
    )
    yield "usual size", "{} × {}".format(*facts.default_size)
    yield "usual preset", facts.default_preset
    description = describe_folder(folder)
    for part in description.components:
        kind = ", ".join(filter(None, (part.quantisation, part.layout, *part.dtypes)))
        yield part.name, f"{part.nbytes / 1e6:,.1f} MB, {part.tensors} tensors, {kind}"
    yield "together", f"{description.nbytes / 1e6:,.1f} MB"


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIB:.1f} GiB"
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return "unknown"
