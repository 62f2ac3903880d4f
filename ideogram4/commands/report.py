"""`ideogram4 report`: what became of the colours that a picture's caption asks for.

The caption comes from the picture's own text, or from a file. No model is loaded.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.commands.console import Console
from ideogram4.errors import RequestError
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.caption import Caption
    from ideogram4.colour.report import PaletteReport

MOST_PIXELS = 64_000_000
READ_LIMIT = 16 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 report PICTURE [--caption FILE] [--json]`."""
    parser.add_argument("picture", type=Path, help="a PNG that was made here")
    parser.add_argument("--caption", type=Path, metavar="FILE", help="compare with this caption")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.set_defaults(run=report)


def report(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print a line for each asked colour; 0 also when colours are far off."""
    from ideogram4.colour.report import palette_report

    caption = _caption(arguments.picture, arguments.caption)
    found = palette_report(_open(arguments.picture), caption)
    if arguments.json:
        console.result(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(found, console)
    return 0


def _print(found: PaletteReport, console: Console) -> None:
    for region in found.regions:
        console.result(region.name + (f" ({region.note})" if region.note else ""))
        for match in region.matches:
            console.result(
                f"  {match.asked}  found {match.found}  {match.difference:5.1f} off  "
                f"{match.verdict:<9}  {match.share:.1%} of it"
            )
    console.result(found.summary)


def _caption(picture: Path, file: Path | None) -> Caption:
    from ideogram4.caption import parse_caption
    from ideogram4.files import read_limited
    from ideogram4.png import read_png_metadata

    if file is not None:
        text: str | bytes = read_limited(file, READ_LIMIT)
    else:
        told = read_png_metadata(picture).get("caption")
        if told is None:
            raise RequestError(
                f"{picture} carries no caption", hint="Give the caption with --caption FILE."
            )
        text = told
    caption = parse_caption(text).caption
    if caption is None:
        raise RequestError(
            f"the caption of {file or picture} is broken",
            hint="`ideogram4 check` says what is wrong with a caption's file.",
        )
    return caption


def _open(path: Path) -> Image:
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(path)
        if image.width * image.height > MOST_PIXELS:
            raise RequestError(f"{path} has more than {MOST_PIXELS} pixels")
        image.load()
        return image
    except (OSError, UnidentifiedImageError, SyntaxError, Image.DecompressionBombError) as problem:
        raise RequestError(f"{path} cannot be read as a picture: {problem}") from problem
