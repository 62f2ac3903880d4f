"""Who reads a picture, as the command line asks for it: the options, and what is said beforehand.

Shared by `describe` and `report --read`. What is sent to a service is said before it is sent.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio
from ideogram4.commands.generate import model_wish
from ideogram4.commands.options import add_model_options, checked
from ideogram4.commands.screening import add_screening_options, chosen_screening
from ideogram4.reading.choose import NAMES, choose_reader
from ideogram4.reading.reader import Reading, read_whole
from ideogram4.sampling.limits import check_seed
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image


def add_reader_options(parser: argparse.ArgumentParser) -> None:
    """`--provider`, `--seed`, and what a model at work here and screening need."""
    parser.add_argument(
        "--provider",
        choices=NAMES,
        help="who looks: chat (a model with vision; MAGIC_PROMPT_API_KEY or _BASE_URL) or local "
        "(the model itself, whose weights must hold the vision tower); default: chat where there "
        "is a key or address, else local",
    )
    parser.add_argument(
        "--seed", type=checked(check_seed), metavar="N", help="of the local reader (default 0)"
    )
    add_model_options(parser)
    add_screening_options(parser)


def read_by_options(
    image: Image,
    arguments: argparse.Namespace,
    settings: Settings,
    console: Console,
    *,
    boxes: bool = True,
) -> Reading:
    """The reading that the options ask for; says who looks. Raises as `read_picture` does."""
    screening = chosen_screening(arguments, settings, console)
    wish = replace(model_wish(arguments), seed=arguments.seed)

    def look(picture: Image, boxes: bool) -> Iterator[str]:
        # The model is chosen and loaded only where it is the one that looks.
        return Studio(wish, settings, console).look(picture, boxes)

    reader = choose_reader(settings, arguments.provider, look)
    if reader.sends_pictures:
        console.say(f"reading: the picture is sent to {reader.name}")
    else:
        console.say(f"reading: {reader.name} looks at the picture")
    reading = read_whole(image, reader, boxes=boxes, screening=screening)
    for change in reading.changes:
        console.say(f"changed {change.path or '/'}: {change.code} {change.message}")
    return reading
