"""Screening as the command line asks for it: keys among the options, and what is said of it.

A wish for screening is never passed over in silence: an option without a key is an error, not a run
that nobody looks at. And the real weights' licence expects screening from anyone who serves them,
so beyond this machine they are not served without it, unless the owner says so. What it is not: the
screening, which is `ideogram4.safety`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from ideogram4.commands.console import Console
from ideogram4.errors import RequestError
from ideogram4.safety import Screening, screening_of
from ideogram4.settings import Settings, checked_key


def add_screening_options(parser: argparse.ArgumentParser) -> None:
    """`--hive-text-key` and `--hive-visual-key`."""
    group = parser.add_argument_group("screening (docs/safety.md)")
    group.add_argument(
        "--hive-text-key",
        metavar="KEY",
        help="check the words with Hive; the variable HIVE_TEXT_MODERATION_KEY hides it better",
    )
    group.add_argument(
        "--hive-visual-key",
        metavar="KEY",
        help="check each picture with Hive before it is written; or HIVE_VISUAL_MODERATION_KEY",
    )


def chosen_screening(
    arguments: argparse.Namespace, settings: Settings, console: Console
) -> Screening:
    """Who looks at words and pictures, by the options, else by the settings; says so when on.

    Raises RequestError for a key that is none. An empty one is a variable that was not exported.
    """
    text = _given("--hive-text-key", arguments.hive_text_key)
    visual = _given("--hive-visual-key", arguments.hive_visual_key)
    settings = replace(
        settings,
        hive_text_key=text or settings.hive_text_key,
        hive_visual_key=visual or settings.hive_visual_key,
    )
    screening = screening_of(settings)
    if screening.on:
        console.say(screening.describe())
    return screening


def _given(option: str, key: str | None) -> str | None:
    """The key of an option, None when it was not given."""
    if key is None:
        return None
    if not key.strip():
        raise RequestError(
            f"screening was asked for and {option} is empty, so no picture is made",
            hint="Give the key, or leave the option out to go on without it.",
        )
    return checked_key(option, key.strip())


def refuse_unscreened_guests(model: str, *, unmoderated: bool = False, on_space: bool) -> None:
    """Raise RequestError: others could open a studio with `model`, whose weights are not the demo.

    Asked where words and pictures are not both screened. `unmoderated`: the owner answers for what
    is drawn, which on a Space nobody can say, because it may be public and nothing in it tells.
    """
    if unmoderated and not on_space:
        return
    where = "A Space" if on_space else "The studio"
    ways = [
        "have it screened: set HIVE_TEXT_MODERATION_KEY and HIVE_VISUAL_MODERATION_KEY",
        "set IDEOGRAM4_MODEL=demo",
    ]
    if on_space:
        ways.append("run it on a machine of your own")
    else:
        ways.append("let it listen on this machine alone (127.0.0.1, and no GRADIO_ROOT_PATH)")
        ways.append("answer for its pictures yourself: ideogram4 serve --unmoderated")
    raise RequestError(
        f"{where} with {model} would be open to others, and the licence of the real weights "
        "expects that what they ask for and get is screened. It is not, so the studio does not "
        "start",
        hint="\n".join(["Choose one:", *(f"- {way}" for way in ways)]),
    )
