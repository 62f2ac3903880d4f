"""From text to caption, with every problem found on the way.

Why: captions come from people, language models, pictures and an open API. Whatever comes in, what
comes out is a `ParseResult`; nothing raises.

What it is not: a mender. A text that is almost a caption is refused here and mended by `repair`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from ideogram4.caption.document import Document
from ideogram4.caption.issue import Finding, Issue
from ideogram4.caption.model import Caption, build
from ideogram4.caption.reader import read
from ideogram4.caption.validate import find_problems

_ORDER = {"error": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True)
class ParseResult:
    """`caption` is None exactly when an issue is an error.

    `value` is the JSON data as written, unknown keys and spelling included, for fixes to work on;
    None where the text is not JSON.
    """

    caption: Caption | None
    issues: tuple[Issue, ...]
    value: Any = None

    @property
    def ok(self) -> bool:
        """No errors; there may be warnings and hints."""
        return self.caption is not None


def parse_caption(text: str | bytes) -> ParseResult:
    """The caption that a JSON text holds, and all its issues in the text's order. Never raises."""
    # The type, not isinstance: a stranger's object may raise when asked for its class.
    if not issubclass(type(text), (str, bytes, bytearray)):
        message = f"A caption is read from text, not from {type(text).__name__}."
        return ParseResult(None, (Document("").issue(Finding((), "not-text", message)),))
    document = read(text)
    findings = list(document.findings)
    people: Any = None
    # What stands in for a refused number or a cut list is not worth judging.
    if document.complete and document.sound:
        problems, people = find_problems(document.value)
        findings.extend(problems)
    findings.sort(key=lambda finding: (document.offset_of(finding), _ORDER[finding.severity]))
    refused = any(finding.severity == "error" for finding in findings)
    caption = None if refused else build(people)
    return ParseResult(caption, tuple(map(document.issue, findings)), document.value)


def parse_value(value: Any) -> ParseResult:
    """The caption that Python data holds; issues have no line or column. Never raises."""
    if type(value) is Caption:
        value = value.to_dict()
    try:
        # By way of text, so that data and files meet the same limits and the same rules.
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        return _refused("too-deep", "This is nested far too deep for a caption.")
    except ValueError:
        return _refused("not-json", "This goes round in a circle, or holds an endless number.")
    # A stranger's object may raise anything while it is looked at.
    except Exception:
        return _refused("not-json", "This holds something that JSON cannot write.")
    result = parse_caption(text)
    issues = tuple(replace(issue, line=None, column=None) for issue in result.issues)
    return ParseResult(result.caption, issues, result.value)


def validate_caption(value: Any) -> tuple[Issue, ...]:
    """The issues of Python data as a caption; the same rules as for text. Never raises."""
    return parse_value(value).issues


def _refused(code: str, message: str) -> ParseResult:
    return ParseResult(None, (Issue("", None, None, code, "error", message),))
