"""`ideogram4 check` and `ideogram4 repair`: captions in files, without loading a model."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.commands.console import Console
from ideogram4.errors import RequestError
from ideogram4.files import read_limited, write_whole
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from ideogram4.caption import Caption, Issue

# More than a caption may be, so that "too long" comes from the parser, with its code and place.
READ_LIMIT = 16 << 20
STDIN = "-"


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 check FILE... [--json]`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a caption; - is standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.set_defaults(run=check)


def add_repair_arguments(parser: argparse.ArgumentParser) -> None:
    """`ideogram4 repair FILE [--in-place | --output FILE]`."""
    parser.add_argument("file", metavar="FILE", help="anything with a caption in it; - is stdin")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--in-place", action="store_true", help="write the result over FILE")
    where.add_argument("--output", type=Path, metavar="FILE", help="write the result to FILE")
    parser.set_defaults(run=repair)


def check(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print every issue of every file; 0 without errors, 1 with, 2 when a file cannot be read."""
    from ideogram4.caption import parse_caption

    code = 0
    reports: list[dict[str, object]] = []
    for name in arguments.files:
        try:
            data = read_limited(name, READ_LIMIT)
        except RequestError as problem:
            console.error(problem)
            code = problem.exit_code
            continue
        result = parse_caption(data)
        if not result.ok:
            code = max(code, 1)
        if arguments.json:
            issues = [issue.to_dict() for issue in result.issues]
            reports.append({"file": name, "ok": result.ok, "issues": issues})
            continue
        for issue in result.issues:
            console.result(issue_line(name, issue))
    if arguments.json:
        console.document(json.dumps(reports, ensure_ascii=False, indent=2))
    return code


def issue_line(name: str, issue: Issue) -> str:
    """`path:line:column: severity code message`, on one line whatever the message holds."""
    where = f"{name}:{issue.line or 1}:{issue.column or 1}"
    return f"{where}: {issue.severity} {issue.code} {' '.join(issue.message.split())}"


def deliver(
    caption: Caption,
    facts: Mapping[str, object],
    *,
    output: Path | None,
    as_json: bool,
    console: Console,
) -> None:
    """Give a caption that was written to whoever asked: into a file, or on stdout, as JSON with
    the `facts` about it if they want those. What is still odd about it is said."""
    from ideogram4.caption import format_json, parse_caption

    text = caption.to_json()
    for issue in parse_caption(text).issues:
        if issue.severity != "hint":
            console.say(issue_line("caption", issue))
    document = format_json(dict(facts)) if as_json else text
    if output is None:
        console.document(document)
        return
    write_whole(output, lambda file: file.write((document + "\n").encode("utf-8")))
    console.say(f"wrote {output}")


def repair(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Print the repaired caption on stdout and what was changed on stderr; 1 if there is none."""
    if arguments.in_place and arguments.file == STDIN:
        raise RequestError("--in-place needs a file; standard input has no place to write to")
    from ideogram4.caption import repair_caption

    result = repair_caption(read_limited(arguments.file, READ_LIMIT))
    for change in result.changes:
        console.say(f"changed {change.path or '/'}: {change.code} {change.message}")
    for issue in result.issues:
        console.say(issue_line(arguments.file, issue))
    for key in result.set_aside:
        console.say(f"set aside: {key!r} is not part of a caption")
    if result.aspect_ratio:
        console.say(f"aspect ratio {result.aspect_ratio} was asked for: use it for the size")
    if result.caption is None:
        console.say("error: no caption could be made of this")
        return 1
    text = result.caption.to_json(indent=2)
    target = Path(arguments.file) if arguments.in_place else arguments.output
    if target is None:
        console.document(text)
    else:
        write_whole(target, lambda file: file.write((text + "\n").encode("utf-8")))
        console.say(f"wrote {target}")
    return 0
