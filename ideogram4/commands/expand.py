"""`ideogram4 expand`: words in, a caption out; the picture is another command's.

Prints the caption on stdout, or writes it with --output; who wrote it and what was put right goes
to stderr. With a caption of one's own it fills what is missing, rewrites an element or places
texts, and touches nothing else.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path

from ideogram4.caption import Caption, parse_caption
from ideogram4.commands.captions import READ_LIMIT, deliver
from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio
from ideogram4.commands.generate import model_wish
from ideogram4.commands.magic import add_provider_option, announce, tell
from ideogram4.commands.options import add_model_options, checked
from ideogram4.commands.screening import add_screening_options, chosen_screening
from ideogram4.errors import CaptionError, RequestError
from ideogram4.files import read_limited
from ideogram4.magic import Assignment, Keep, choose_provider, expanded
from ideogram4.magic.assignment import LONGEST_IDEA, TASKS, Task
from ideogram4.sampling.limits import check_seed
from ideogram4.settings import Settings

RATIO = re.compile(r"([1-9]\d{0,4})[:x]([1-9]\d{0,4})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All of `ideogram4 expand`."""
    add = parser.add_argument
    add("idea", nargs="?", metavar="IDEA", help="what to draw; - or nothing is standard input")
    add("--caption", metavar="FILE", help="your caption so far: what is missing is written")
    add("--task", choices=TASKS, help="default: what the other options mean")
    add("--element", type=int, metavar="N", help="rewrite this element, counted from 0")
    add(
        "--text",
        action="append",
        default=[],
        metavar="TEXT",
        help="place this lettering, repeatable",
    )
    add("--keep-boxes", action="store_true", help="boxes of your caption stay where they are")
    add("--keep-palette", action="store_true", help="colours of your caption stay")
    add("--no-boxes", action="store_true", help="write no boxes")
    add("--aspect-ratio", type=ratio, metavar="W:H", help="of the picture, such as 16:9")
    add("--output", type=Path, metavar="FILE", help="write the caption to FILE")
    add("--json", action="store_true", help="print the caption with what was changed, as JSON")
    add("--seed", type=checked(check_seed), metavar="N", help="of the local writer")
    add_provider_option(parser)
    add_model_options(parser)
    add_screening_options(parser)
    parser.set_defaults(run=expand)


def expand(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Write one caption; raises ServiceError and its kin, which leave every file as it was."""
    screening = chosen_screening(arguments, settings, console)
    assignment = assignment_of(arguments)
    local = None
    if arguments.provider == "local":  # loading it for a caption is nobody's default
        local = Studio(replace(model_wish(arguments), seed=arguments.seed), settings, console).write
    provider = choose_provider(settings, arguments.provider, local=local)
    announce(provider, console)
    keep = Keep(boxes=arguments.keep_boxes, palette=arguments.keep_palette)
    proposal = expanded(assignment, provider, keep=keep, screening=screening)
    tell(proposal, console)
    deliver(
        proposal.caption,
        proposal.to_dict(),
        output=arguments.output,
        as_json=arguments.json,
        console=console,
    )
    return 0


def assignment_of(arguments: argparse.Namespace) -> Assignment:
    """What the options ask for. Raises RequestError, CaptionError for a caption that is none."""
    task = arguments.task or _meant(arguments)
    return Assignment(
        idea=_idea(arguments, task),
        task=task,
        caption=_caption(arguments.caption),
        element=arguments.element,
        texts=tuple(arguments.text),
        size=arguments.aspect_ratio,
        boxes=not arguments.no_boxes,
    )


def _meant(arguments: argparse.Namespace) -> Task:
    if arguments.element is not None:
        return "element"
    if arguments.text:
        return "layout"
    return "expand" if arguments.caption is None else "fill"


def _idea(arguments: argparse.Namespace, task: Task) -> str:
    """The idea or wish; standard input is asked only where nothing else says what to write."""
    if arguments.idea not in (None, "-"):
        idea: str = arguments.idea
        return idea.strip()
    if arguments.idea is None:
        if task != "expand":
            return ""
        if sys.stdin is None or sys.stdin.isatty():
            raise RequestError(
                "there is no idea", hint='Say what to draw: ideogram4 expand "a ginger cat"'
            )
    if arguments.caption == "-":
        raise RequestError("idea and caption cannot both come from standard input")
    data = read_limited("-", 8 * LONGEST_IDEA)
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as problem:
        raise RequestError(f"the idea is not UTF-8 text (byte {problem.start + 1})") from problem


def _caption(name: str | None) -> Caption | None:
    if name is None:
        return None
    result = parse_caption(read_limited(name, READ_LIMIT))
    if result.caption is None:
        raise CaptionError(
            f"{name} is not a caption",
            issues=[issue for issue in result.issues if issue.severity == "error"],
            hint="`ideogram4 repair` may put it right.",
        )
    return result.caption


def ratio(text: str) -> tuple[int, int]:
    """An argparse type: two whole numbers."""
    match = RATIO.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no ratio; write it like 16:9")
    return int(match[1]), int(match[2])
