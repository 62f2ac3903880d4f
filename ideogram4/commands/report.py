"""`ideogram4 report`: what became of what a picture's caption asks for.

The caption comes from the picture's own text, or from a file. Colours are measured, for which no
model is loaded; with --read somebody looks at the picture, and elements and lettering are compared
too. What it is not: the reading (`commands.reading`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.commands.console import Console
from ideogram4.commands.reading import add_reader_options, read_by_options
from ideogram4.errors import RequestError
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from ideogram4.caption import Caption
    from ideogram4.colour.report import PaletteReport
    from ideogram4.reading.likeness import ElementMatch, LikenessReport

READ_LIMIT = 16 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 report PICTURE [--caption FILE] [--json] [--read ...]`."""
    parser.add_argument("picture", type=Path, help="a PNG that was made here")
    parser.add_argument("--caption", type=Path, metavar="FILE", help="compare with this caption")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.add_argument(
        "--read",
        action="store_true",
        help="let somebody read the picture, and say which elements and letters they found",
    )
    add_reader_options(parser)
    parser.set_defaults(run=report)


def report(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print a line for each asked colour; 0 also when colours are far off."""
    from ideogram4.colour.report import palette_report
    from ideogram4.pictures import read_picture_file
    from ideogram4.reading.likeness import compare_captions
    from ideogram4.reading.reader import UNVERIFIED

    if arguments.provider and not arguments.read:
        raise RequestError("--provider says who reads the picture; it needs --read")
    caption = _caption(arguments.picture, arguments.caption)
    image = read_picture_file(arguments.picture)
    colours = palette_report(image, caption)
    document = colours.to_dict()
    if not arguments.json:
        _print_colours(colours, console)
    if arguments.read:
        reading = read_by_options(image, arguments, settings, console)
        likeness = compare_captions(caption, reading.caption)
        document["read"] = {**likeness.to_dict(), "reader": reading.reader, "note": UNVERIFIED}
        if not arguments.json:
            console.result(f"read back by {reading.reader}")
            _print_likeness(likeness, console)
            console.say(UNVERIFIED)
    if arguments.json:
        console.result(json.dumps(document, ensure_ascii=False, indent=2))
    return 0


def _print_colours(found: PaletteReport, console: Console) -> None:
    for region in found.regions:
        console.result(region.name + (f" ({region.note})" if region.note else ""))
        for match in region.matches:
            console.result(
                f"  {match.asked}  found {match.found}  {match.difference:5.1f} off  "
                f"{match.verdict:<9}  {match.share:.1%} of it"
            )
    console.result(found.summary)


def _print_likeness(found: LikenessReport, console: Console) -> None:
    for match in found.elements:
        place = "" if match.overlap is None else f"  overlap {match.overlap:.2f}"
        console.result(f"  {match.verdict:<7}  {match.name}{place}")
        if match.text is not None:
            console.result(f"           read {match.text.read!r}  {_letters(match)}")
    for extra in found.extra:
        console.result(f"  not asked for  {extra.name}")
    console.result(found.summary)


def _letters(match: ElementMatch) -> str:
    text = match.text
    if text is None or text.verdict == "exact":
        return "letter by letter"
    wrong = f"{text.distance} letter{'s' * (text.distance != 1)} off ({text.error_rate:.0%})"
    return "only capitals differ" if text.verdict == "case" else wrong


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
