"""`ideogram4 quantize`: write a model folder again with weights of 4 or 8 bits."""

from __future__ import annotations

import argparse
from pathlib import Path

from ideogram4.commands.console import Console, Progress
from ideogram4.commands.options import add_revision
from ideogram4.settings import Settings

FORMATS = ("nf4", "fp8")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 quantize SRC DST --format {nf4,fp8} [--keys {fused,split}] [--device D]`."""
    parser.add_argument("source", metavar="SRC", help="`demo`, a folder, or `owner/name`")
    add_revision(parser)
    parser.add_argument("target", metavar="DST", type=Path, help="a folder that is not there yet")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what to write")
    parser.add_argument(
        "--keys",
        choices=("fused", "split"),
        default="fused",
        help="attention names: fused as published (default), or split as diffusers reads them",
    )
    parser.add_argument("--device", metavar="DEVICE", help="cuda is faster (default: cpu)")
    parser.set_defaults(run=quantize)


def quantize(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Write the folder, then say what became of the sizes."""
    from ideogram4.device import choose_device
    from ideogram4.weights import resolve_model
    from ideogram4.weights.quantize import quantize_folder

    progress = Progress(console)
    device = str(choose_device(arguments.device or "cpu"))
    try:
        source = resolve_model(
            arguments.source,
            revision=arguments.revision,
            token=settings.hf_token,
            endpoint=settings.hf_endpoint,
            local_files_only=settings.offline,
            on_progress=progress.show,
        )
        report = quantize_folder(
            source,
            arguments.target,
            arguments.format,
            keys=arguments.keys,
            device=device,
            on_progress=progress.show,
        )
    finally:
        progress.close()
    console.result(
        f"{report.folder}: {report.packed} linear layers in {report.format}, "
        f"{report.nbytes / 1e6:,.1f} MB (from {report.source_bytes / 1e6:,.1f} MB)"
    )
    twice = [name for name, kind in report.source_formats.items() if kind != "plain"]
    if twice:
        console.say(
            f"note: {', '.join(twice)} had been packed before; a bf16 copy would lose a little less"
        )
    return 0
