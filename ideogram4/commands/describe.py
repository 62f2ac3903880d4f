"""`ideogram4 describe`: a picture in, its caption out, with boxes and colours measured from pixels.

Prints the caption on stdout, or writes it with --output; who looked and what was put right goes to
stderr. A caption that the picture carries inside is not looked at; the studio's gallery does that.
What it is not: a comparison (`report --read`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ideogram4.commands.captions import deliver
from ideogram4.commands.console import Console
from ideogram4.commands.reading import add_reader_options, read_by_options
from ideogram4.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 describe PICTURE`."""
    add = parser.add_argument
    add("picture", type=Path, metavar="PICTURE", help="a PNG, JPEG or WebP; - is standard input")
    add("--no-boxes", action="store_true", help="write no boxes, and so no colours of elements")
    add("-o", "--output", type=Path, metavar="FILE", help="write the caption to FILE")
    add("--json", action="store_true", help="print the caption with what was changed, as JSON")
    add_reader_options(parser)
    parser.set_defaults(run=describe)


def describe(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Read one picture; raises ServiceError, WeightsError and their kin before it writes."""
    from ideogram4.pictures import read_picture_file
    from ideogram4.reading.reader import UNVERIFIED

    image = read_picture_file(arguments.picture)
    reading = read_by_options(image, arguments, settings, console, boxes=not arguments.no_boxes)
    count = len(reading.caption.compositional_deconstruction.elements)
    console.say(f"{reading.reader} read a caption of {count} element{'s' * (count != 1)}")
    console.say(UNVERIFIED)
    deliver(
        reading.caption,
        reading.to_dict(),
        output=arguments.output,
        as_json=arguments.json,
        console=console,
    )
    return 0
