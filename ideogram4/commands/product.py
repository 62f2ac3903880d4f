"""The command line of the product document: `python run_inference.py --prompt ... --output ...`.

The same drawing as `ideogram4 generate` under the published names. Services this version does not
have are never passed over in silence: without magic prompt the person is told that the words go to
the model as they are.
"""

from __future__ import annotations

import argparse

from ideogram4.choice import access_problem, can_load
from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio, make_folder, numbered, show_paths
from ideogram4.commands.generate import wish_of
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
MAGIC_MODELS = ("ideogram-4-v1", "claude-opus-v1", "claude-sonnet-v1")
TRY_THE_DEMO = "Or try the small demo in this repository, which needs no access: --model demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the product document, and `--model`."""
    parser.add_argument("--prompt", required=True, help="a caption (JSON) or plain text")
    parser.add_argument("--output", type=png_path, required=True, metavar="FILE.png")
    parser.add_argument("--quantization", choices=list(REPOS), help="default nf4")
    magic = parser.add_argument_group("magic prompt (not in this version)")
    magic.add_argument("--magic-prompt-key", metavar="KEY")
    magic.add_argument("--magic-prompt-model", choices=MAGIC_MODELS, default=MAGIC_MODELS[0])
    magic.add_argument("--no-magic-prompt", action="store_true", help="send the words as they are")
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
    prompt = prepare("--prompt", words, check, console)
    if not looks_like_a_caption(words) and not arguments.no_magic_prompt:
        console.say(
            "Magic prompt is not part of this version yet: the words go to the model as they are, "
            "and it does better with a JSON caption. (--no-magic-prompt hides this.)"
        )
    arguments.model = arguments.model or chosen_model(arguments.quantization, settings)
    repo, _ = split_revision(arguments.model)
    format_name = next((name for name, known in REPOS.items() if known == repo), None)
    make_folder(arguments.output.parent)
    try:
        if format_name:
            refuse_what_cannot_be_loaded(arguments.model, format_name, settings)
        studio = Studio(wish_of(arguments), settings, console, screening)
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
