"""The words to draw from: where they come from, and what is wrong with them, before a model loads.

Text that begins like a JSON object is a caption and is checked; anything else is plain text, which
the model was not trained on but takes. Nothing here expands an idea into a caption.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from ideogram4.commands.captions import READ_LIMIT, issue_line
from ideogram4.commands.console import Console
from ideogram4.errors import CaptionError, RequestError
from ideogram4.files import read_limited

STRICT = {"raise": ("error", "warning"), "errors": ("error",), "warn": (), "off": ()}


@dataclass(frozen=True)
class Prompt:
    """`text` is what the model reads, `caption` what the person wrote (their spelling)."""

    text: str
    caption: str


def read_words(arguments: argparse.Namespace) -> tuple[str, bytes]:
    """Return (where it is from, the bytes) of --prompt, --caption or standard input."""
    if arguments.prompt is not None:
        return "--prompt", arguments.prompt.encode("utf-8", "surrogatepass")
    if arguments.caption is not None:
        return arguments.caption, read_limited(arguments.caption, READ_LIMIT)
    if sys.stdin is None or sys.stdin.isatty():
        raise RequestError(
            "there is nothing to draw",
            hint="Give --prompt TEXT, --caption FILE or --captions FILE.jsonl, "
            "or send a caption to standard input.",
        )
    return "-", read_limited("-", READ_LIMIT)


def prepare(where: str, data: bytes, check: str, console: Console) -> Prompt:
    """Check the words and return what the model will read.

    check: "raise" stops at errors and warnings, "errors" at errors, "warn" prints what there is
    and goes on, "off" says nothing. Raises CaptionError with the issues, or RequestError.
    """
    from ideogram4.caption import LIMITS, parse_caption

    if not data.strip():
        raise RequestError("the prompt is empty", hint="Give a caption, or say what to draw.")
    if not looks_like_a_caption(data):
        if check == "raise":
            raise CaptionError(
                f"{where} is plain text; the model was trained on JSON captions only",
                hint="Write a caption, or use --check warn.",
            )
        if len(data) > LIMITS.bytes:
            raise RequestError(f"{where} is {len(data)} bytes long; the limit is {LIMITS.bytes}")
        return _plain(data)
    result = parse_caption(data)
    stopping = [issue for issue in result.issues if issue.severity in STRICT[check]]
    if stopping:
        raise CaptionError(
            f"{where} is not a caption the model was trained for",
            issues=stopping,
            hint="`ideogram4 repair` may put it right; --check warn draws it all the same.",
        )
    if check != "off":
        for issue in result.issues:
            if issue.severity != "hint":
                console.say(issue_line(where, issue))
    if result.caption is None:
        return _plain(data)
    return Prompt(result.caption.to_prompt(), result.caption.to_json())


def looks_like_a_caption(data: bytes) -> bool:
    """Whether the first letter opens a JSON object. A byte order mark before it is not a letter."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _plain(data: bytes) -> Prompt:
    try:
        # The line end that an editor or `echo` adds is not part of the prompt.
        text = data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as problem:
        raise RequestError(
            f"the prompt is not UTF-8 text (byte {problem.start + 1})",
            hint="Save the file as UTF-8.",
        ) from problem
    return Prompt(text, text)
