"""Magic prompt at the command line: which provider, and an idea made into a caption before drawing.

What is sent to a service is said before it is sent. A provider that fails ends the run with its
reason: a picture of other words than the caption that was asked for helps nobody. What it is not:
`ideogram4 expand`, which prints captions.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from ideogram4.commands.console import Console
from ideogram4.commands.options import Group
from ideogram4.errors import RequestError, ServiceError
from ideogram4.magic import Assignment, Expansion, Provider, choose_provider, expanded
from ideogram4.magic.choose import HOSTED_MODEL, NAMES, PUBLISHED_MODELS
from ideogram4.magic.offline import Rules
from ideogram4.safety import Screening
from ideogram4.settings import Settings, checked_key


def add_provider_option(parser: Group) -> None:
    """`--provider`, for whoever has no key among the options."""
    parser.add_argument(
        "--provider",
        choices=NAMES,
        help="ideogram (IDEOGRAM_API_KEY), chat (MAGIC_PROMPT_API_KEY or _BASE_URL), local (the "
        "model itself) or offline (rules); default: the first there is a key or address for, "
        "else offline",
    )


def add_published_options(parser: argparse.ArgumentParser) -> None:
    """The product document's flags."""
    magic = parser.add_argument_group("magic prompt (docs/prompting.md)")
    magic.add_argument(
        "--magic-prompt-key",
        metavar="KEY",
        help="of the service; the variables IDEOGRAM_API_KEY and MAGIC_PROMPT_API_KEY hide it "
        "better",
    )
    magic.add_argument(
        "--magic-prompt-model",
        choices=PUBLISHED_MODELS,
        help=f"{HOSTED_MODEL} is Ideogram's service (default), the others are OpenRouter's",
    )
    magic.add_argument("--no-magic-prompt", action="store_true", help="send the words as they are")


def published_provider(arguments: argparse.Namespace, settings: Settings) -> Provider:
    """The provider that the product document's flags and the settings mean. Raises RequestError.

    Without any key it is the rules; an empty key is a variable that was not exported.
    """
    key: str | None = (arguments.magic_prompt_key or "").strip() or None
    if key is not None:
        key = checked_key("--magic-prompt-key", key)
    model: str | None = arguments.magic_prompt_model
    if model is None and key is None:
        return choose_provider(settings)
    if model in (None, HOSTED_MODEL):
        ideogram = replace(settings, ideogram_api_key=key or settings.ideogram_api_key)
        return choose_provider(ideogram, "ideogram")
    chat = replace(
        settings,
        magic_prompt_api_key=key or settings.magic_prompt_api_key,
        magic_prompt_model=str(model),
    )
    return choose_provider(chat, "chat")


def caption_for(
    words: bytes,
    provider: Provider,
    console: Console,
    screening: Screening,
    size: tuple[int, int] | None = None,
) -> bytes:
    """The caption (JSON) that `provider` writes for an idea; says who writes and what came.

    size: (width, height) of the picture, if it is known. Raises RequestError, BlockedError and
    ServiceError.
    """
    try:
        idea = words.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RequestError(
            f"the prompt is not UTF-8 text (byte {problem.start + 1})",
            hint="Save the file as UTF-8.",
        ) from problem
    assignment = Assignment(idea.strip(), size=size)
    announce(provider, console)
    try:
        proposal = expanded(assignment, provider, screening=screening)
    except ServiceError as problem:
        problem.hint = f"{problem.hint} Nothing was drawn.".strip()
        raise
    tell(proposal, console)
    return proposal.caption.to_json().encode("utf-8")


def announce(provider: Provider, console: Console) -> None:
    """Say who writes, before anything is sent."""
    if isinstance(provider, Rules):
        console.say(
            "Simple rules put the words into a caption, whose descriptions are no better than "
            "they are. With a key (IDEOGRAM_API_KEY) it is magic prompt's to write."
        )
    elif provider.sends_words:
        console.say(f"magic prompt: the words are sent to {provider.name}")
    else:
        console.say(f"magic prompt: {provider.name} writes the caption")


def tell(proposal: Expansion, console: Console) -> None:
    """Say what came: elements, what had to be repaired, and the page's ratio if it was told."""
    count = len(proposal.caption.compositional_deconstruction.elements)
    console.say(f"{proposal.provider} wrote a caption of {count} element{'s' * (count != 1)}")
    for change in proposal.changes:
        console.say(f"changed {change.path or '/'}: {change.code} {change.message}")
    if proposal.aspect_ratio:
        console.say(f"aspect ratio {proposal.aspect_ratio} was proposed: use it for the size")


def size_asked_for(arguments: argparse.Namespace) -> tuple[int, int] | None:
    """(width, height) where both were given."""
    if arguments.width is None or arguments.height is None:
        return None
    return arguments.width, arguments.height
