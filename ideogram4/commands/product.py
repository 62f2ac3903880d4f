"""The command line of the product document: `python run_inference.py --prompt ... --output ...`.

The same drawing as `ideogram4 generate` under the published names. Plain words are written into a
caption first, by whom is said; `--no-magic-prompt` sends them to the model as they are.
"""

from __future__ import annotations

import argparse

from ideogram4.choice import access_problem, can_load
from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio, make_folder, numbered, show_paths
from ideogram4.commands.generate import wish_of
from ideogram4.commands.magic import (
    add_published_options,
    caption_for,
    published_provider,
    size_asked_for,
)
from ideogram4.commands.options import (
    add_model_options,
    add_sampling_options,
    png_path,
)
from ideogram4.commands.prompts import looks_like_a_caption, prepare
from ideogram4.commands.screening import add_screening_options, chosen_screening
from ideogram4.errors import WeightsError
from ideogram4.settings import Settings
from ideogram4.weights.hub import split_revision

REPOS = {"nf4": "ideogram-ai/ideogram-4-nf4", "fp8": "ideogram-ai/ideogram-4-fp8"}
TRY_THE_DEMO = "Or try the small demo in this repository, which needs no access: --model demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the product document, and `--model`."""
    parser.add_argument("--prompt", required=True, help="a caption (JSON) or plain text")
    parser.add_argument("--output", type=png_path, required=True, metavar="FILE.png")
    parser.add_argument("--quantization", choices=list(REPOS), help="default nf4")
    add_published_options(parser)
    add_screening_options(parser)
    parser.add_argument(
        "--warn-on-caption-issues",
        action="store_true",
        help="draw a caption with errors all the same, and say what they are",
    )
    parser.add_argument("--debug", action="store_true", help="show where an error comes from")
    add_sampling_options(parser)
    add_model_options(parser)
    parser.set_defaults(run=draw)


def draw(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Draw and save; prints the path of each picture on stdout."""
    screening = chosen_screening(arguments, settings, console)
    words = arguments.prompt.encode("utf-8", "surrogatepass")
    check = "warn" if arguments.warn_on_caption_issues else "errors"
    if looks_like_a_caption(words) or arguments.no_magic_prompt:
        provider = None
        prompt = prepare("--prompt", words, check, console)
    else:
        provider = published_provider(arguments, settings)
    arguments.model = arguments.model or chosen_model(arguments.quantization, settings)
    repo, _ = split_revision(arguments.model)
    format_name = next((name for name, known in REPOS.items() if known == repo), None)
    make_folder(arguments.output.parent)
    try:
        if format_name:
            refuse_what_cannot_be_loaded(arguments.model, format_name, settings)
        studio = Studio(wish_of(arguments), settings, console, screening)
        if provider is not None:  # not sooner: a caption for weights that are not there is no use
            size = size_asked_for(arguments)
            caption = caption_for(words, provider, console, screening, size)
            prompt = prepare("caption", caption, check, console)
        paths = studio.draw(prompt, numbered(arguments.output))
    except WeightsError as problem:
        problem.hint = f"{problem.hint}\n{TRY_THE_DEMO}".strip()
        raise
    show_paths(paths, console)
    return 0


def chosen_model(quantisation: str | None, settings: Settings) -> str:
    """The repository of `--quantization`; without the flag IDEOGRAM4_MODEL, else nf4."""
    if quantisation is None and settings.model:
        return settings.model
    return REPOS[quantisation or "nf4"]


def refuse_what_cannot_be_loaded(repo: str, format_name: str, settings: Settings) -> None:
    """Raise WeightsError when `repo` cannot be had or read, before gigabytes are downloaded."""
    problem = access_problem(repo, settings)
    if problem is not None:
        raise problem
    if not can_load(format_name):
        raise WeightsError(
            f"{repo} is there, but this version cannot load {format_name} weights yet",
            hint="Nothing was downloaded.",
        )
