"""`ideogram4 generate`: a picture from a caption, or many from a file of captions."""

from __future__ import annotations

import argparse
from pathlib import Path

from ideogram4.commands.batch import draw_all
from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio, Wish, dated, make_folder, numbered, show_paths
from ideogram4.commands.options import (
    CHECKS,
    add_model_options,
    add_sampling_options,
    png_path,
    sampling,
)
from ideogram4.commands.prompts import prepare, read_words
from ideogram4.commands.screening import add_screening_options, chosen_screening
from ideogram4.errors import RequestError
from ideogram4.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All of `ideogram4 generate`."""
    words = parser.add_mutually_exclusive_group()
    words.add_argument("--prompt", help="a caption (JSON) or plain text")
    words.add_argument("--caption", metavar="FILE", help="read the caption from a file; - is stdin")
    words.add_argument(
        "--captions", metavar="FILE.jsonl", help="one caption a line; needs --output-dir"
    )
    parser.add_argument(
        "--output",
        type=png_path,
        metavar="FILE.png",
        help="default: a new name in the output folder",
    )
    parser.add_argument(
        "--output-dir", type=Path, metavar="DIR", help="for --captions; existing pictures are kept"
    )
    parser.add_argument(
        "--check",
        choices=CHECKS,
        default="warn",
        help="captions outside the trained format: stop, say so (default), or say nothing",
    )
    add_sampling_options(parser)
    add_model_options(parser)
    add_screening_options(parser)
    parser.set_defaults(run=generate)


def generate(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Draw and save; prints the path of each picture on stdout."""
    if (arguments.captions is None) != (arguments.output_dir is None):
        raise RequestError("--captions and --output-dir belong together; give both or neither")
    screening = chosen_screening(arguments, settings, console)
    wish = wish_of(arguments)
    if arguments.captions is not None:
        if arguments.output is not None:
            raise RequestError("--output names one picture; with --captions use --output-dir")
        return draw_all(
            arguments.captions,
            arguments.output_dir,
            wish,
            arguments.check,
            settings,
            console,
            screening,
        )
    prompt = prepare(*read_words(arguments), arguments.check, console)
    output: Path | None = arguments.output
    make_folder(output.parent if output else settings.output_dir)
    place = numbered(output) if output else dated(settings.output_dir)
    paths = Studio(wish, settings, console, screening).draw(prompt, place)
    show_paths(paths, console)
    return 0


def wish_of(arguments: argparse.Namespace) -> Wish:
    """The wish that the options describe."""
    return Wish(
        model=arguments.model,
        revision=arguments.revision,
        device=arguments.device,
        dtype=arguments.dtype,
        memory=arguments.memory,
        loras=tuple(arguments.lora),
        fp8_products=arguments.fp8_products,
        compile=arguments.compile,
        width=arguments.width,
        height=arguments.height,
        seed=arguments.seed,
        sampling=sampling(arguments),
    )
