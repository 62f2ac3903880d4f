"""`ideogram4 info`: what this machine has, which weights would be used and why, what memory they
need under each plan, settings in force.

Everything a report about a problem needs, and no key: those are only "set" or "not set". Nothing
is downloaded and no tensor is read.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ideogram4 import __version__
from ideogram4.choice import ModelChoice, choose_model
from ideogram4.commands.console import Console
from ideogram4.commands.options import DTYPES, add_which
from ideogram4.disclosure import SUMMARY
from ideogram4.errors import Ideogram4Error, MissingFileError
from ideogram4.sampling.presets import PRESETS
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from ideogram4.memory.choose import Appraisal
    from ideogram4.memory.plans import MemoryPlan
    from ideogram4.model.config import CheckpointInfo

GIB = 1 << 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 info [--model M] [--revision R] [--dtype D]`."""
    add_which(parser, "say it of this model instead of the one in use")
    parser.add_argument("--dtype", choices=DTYPES, help="estimate memory for this number format")
    parser.set_defaults(run=info)


def info(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print name and value pairs, a section at a time."""
    console.result(f"ideogram4 {__version__}")
    choice = choose_model(settings, arguments.model, arguments.revision)
    sections = {
        "machine": machine(),
        "weights": weights(settings, choice),
        "memory": memory(settings, choice.model, arguments.dtype),
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


def weights(settings: Settings, choice: ModelChoice) -> Iterator[tuple[str, str]]:
    """Yield the model in use and, as far as its files are here, what is in them."""
    yield "model", choice.model
    yield "why", choice.reason
    yield "pictures say", SUMMARY
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
    if facts.commit:
        yield "commit", facts.commit
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


def memory(settings: Settings, model: str, dtype_name: str | None) -> Iterator[tuple[str, str]]:
    """Yield what the model will need, by part and by plan and size, before anything is loaded."""
    import torch

    from ideogram4.device import choose_device, choose_dtype
    from ideogram4.memory.choose import appraise, plan_memory
    from ideogram4.memory.host import free_host_memory
    from ideogram4.model.config import CheckpointInfo
    from ideogram4.weights import resolve_model

    try:
        device = choose_device(None)
        dtype = choose_dtype(getattr(torch, dtype_name) if dtype_name else None, device)
        folder = resolve_model(model, local_files_only=True)
        facts = CheckpointInfo.from_folder(folder, model)
        appraisal = appraise(folder, facts, dtype)
        chosen = plan_memory(folder, facts, settings.memory, device=device, dtype=dtype)
    except MissingFileError:
        yield "estimate", "not before the model's files are here"
        return
    except Ideogram4Error as problem:
        yield "estimate", f"not possible: {problem.message}"
        return
    yield "computing in", f"{str(dtype).removeprefix('torch.')} on {device}"
    yield from _parts(appraisal)
    for name in ("resident", "swap", "stream"):
        yield name, _needs(appraisal, appraisal.fixed(name), facts)
    yield "plan", f"{chosen.describe(appraisal.blocks)} ({settings.memory})"
    if chosen.hosted:
        yield "", _needs(appraisal, chosen, facts)
    free = free_host_memory()
    if free is not None:
        yield "host memory", f"{_size(free)} free, swap included"


def _parts(appraisal: Appraisal) -> Iterator[tuple[str, str]]:
    sizes = appraisal.sizes
    yield "text encoder", _size(sizes.text_encoder.total)
    for name, part in (
        ("transformer", sizes.conditional),
        ("unconditional transformer", sizes.unconditional),
    ):
        if part is not None:
            block = _size(max(part.blocks, default=0))
            yield name, f"{_size(part.total)}, {len(part.blocks)} blocks of {block}"
    yield "autoencoder", _size(sizes.autoencoder)


def _needs(appraisal: Appraisal, plan: MemoryPlan, facts: CheckpointInfo) -> str:
    """At most on the device, for the usual and the largest square picture, and in host memory."""
    from ideogram4.memory.estimate import PictureShape

    usual, largest = facts.default_size, (facts.limits.maximum, facts.limits.maximum)
    told = []
    for width, height in dict.fromkeys((usual, largest)):
        needed = appraisal.estimate(plan, PictureShape(width, height))
        told.append(f"{_size(needed.peak)} at {width} × {height}")
    host = f", {_size(needed.host)} of host memory" if needed.host else ""
    return f"about {' and '.join(told)}{host}"


def _size(nbytes: int) -> str:
    return f"{nbytes / 1e9:.1f} GB" if nbytes >= 1e9 else f"{nbytes / 1e6:.1f} MB"


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIB:.1f} GiB"
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return "unknown"
