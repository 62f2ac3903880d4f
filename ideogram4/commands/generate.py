"""`ideogram4 generate`: a picture from a caption, or many from a file of captions."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ideogram4.commands.batch import draw_all
from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio, Wish, dated, make_folder, numbered, show_paths
from ideogram4.commands.magic import add_provider_option, caption_for, size_asked_for
from ideogram4.commands.options import (
    CHECKS,
    add_model_options,
    add_sampling_options,
    png_path,
    sampling,
)
from ideogram4.commands.prompts import looks_like_a_caption, prepare, read_words
from ideogram4.commands.screening import add_screening_options, chosen_screening
from ideogram4.errors import RequestError
from ideogram4.magic import choose_provider
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
    magic = parser.add_argument_group("magic prompt (docs/prompting.md)")
    magic.add_argument(
        "--magic", action="store_true", help="let an idea be written into a caption first"
    )
    add_provider_option(magic)
    add_sampling_options(parser)
    add_model_options(parser)
    add_screening_options(parser)
    parser.set_defaults(run=generate)


def generate(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Draw and save; prints the path of each picture on stdout."""
    if (arguments.captions is None) != (arguments.output_dir is None):
        raise RequestError("--captions and --output-dir belong together; give both or neither")
    if arguments.provider and not arguments.magic:
        raise RequestError("--provider says who writes the caption; it needs --magic")
    screening = chosen_screening(arguments, settings, console)
    wish = wish_of(arguments)
    if arguments.captions is not None:
        if arguments.magic:
            raise RequestError(
                "--magic writes one caption, and --captions has many",
                hint="Write them first with `ideogram4 expand`.",
            )
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
    where, words = read_words(arguments)
    output: Path | None = arguments.output
    make_folder(output.parent if output else settings.output_dir)
    has_caption = looks_like_a_caption(words)
    if arguments.magic and has_caption:
        console.say("--magic is for ideas: this is a caption already, and is drawn as it is")
    if not has_caption and not arguments.magic and arguments.check == "warn":
        console.say(
            "plain words go to the model as they are; --magic writes a caption of them first"
        )
    if has_caption or not arguments.magic:
        prompt = prepare(where, words, arguments.check, console)
        studio = Studio(wish, settings, console, screening)
    else:
        studio = Studio(wish, settings, console, screening)
        local = studio.write if arguments.provider == "local" else None
        provider = choose_provider(settings, arguments.provider, local=local)
        caption = caption_for(words, provider, console, screening, size_asked_for(arguments))
        prompt = prepare("caption", caption, arguments.check, console)
    place = numbered(output) if output else dated(settings.output_dir)
    paths = studio.draw(prompt, place)
    show_paths(paths, console)
    return 0


def wish_of(arguments: argparse.Namespace) -> Wish:
    """The wish that the options describe."""
    return replace(
        model_wish(arguments),
        width=arguments.width,
        height=arguments.height,
        seed=arguments.seed,
        sampling=sampling(arguments),
    )


def model_wish(arguments: argparse.Namespace) -> Wish:
    """The part of a wish that says which model, and how it runs."""
    return Wish(
        model=arguments.model,
        revision=arguments.revision,
        device=arguments.device,
        dtype=arguments.dtype,
        memory=arguments.memory,
        loras=tuple(arguments.lora),
        fp8_products=arguments.fp8_products,
        compile=arguments.compile,
    )
