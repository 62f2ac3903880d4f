"""A JSON text that has been read: its value, its oddities, and where everything stands in it.

Why: issues are found by path, people look for lines; this is the map between the two.

What it is not: the reading; that is `reader`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from ideogram4.caption.issue import Finding, Issue, Path, pointer
from ideogram4.caption.schema import LIMITS

_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass
class Document:
    """What was read: the value (None if the text could not be read), problems and places.

    `places` and `key_places` hold offsets in code points by path. A document is `sound` when what
    was read stands for all that was written; one that is complete but not sound holds stand-ins for
    values that were refused.
    """

    text: str
    value: Any = None
    complete: bool = False
    sound: bool = True
    findings: list[Finding] = field(default_factory=list)
    places: dict[Path, int] = field(default_factory=dict)
    key_places: dict[Path, int] = field(default_factory=dict)
    _breaks: list[int] | None = None

    def offset_of(self, finding: Finding) -> int:
        """Where a finding stands; a missing key stands where its object begins."""
        if finding.offset is not None:
            return finding.offset
        path = finding.path
        if finding.about_key and path in self.key_places:
            return self.key_places[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, 0)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Both from 1; a line ends with LF, CR LF or CR; columns count code points."""
        if self._breaks is None:
            self._breaks = [0, *(found.end() for found in _BREAK.finditer(self.text))]
        line = bisect_right(self._breaks, offset)
        return line, offset - self._breaks[line - 1] + 1

    def issue(self, finding: Finding) -> Issue:
        """The finding with its line and column."""
        line, column = self.line_and_column(self.offset_of(finding))
        return Issue(
            path=pointer(finding.path),
            line=line,
            column=column,
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            fix=finding.fix,
        )


def decode(source: str | bytes | bytearray) -> tuple[str, Finding | None]:
    """The text, or the one finding that forbids to look at it."""
    if isinstance(source, str):
        # The first test is cheap and spares encoding a text of any length.
        size = len(source)
        if size <= LIMITS.bytes:
            size = len(source.encode("utf-8", "surrogatepass"))
    else:
        size = len(source)
    if size > LIMITS.bytes:
        kilobytes = math.ceil(size / 1024)
        limit = LIMITS.bytes // 1024
        message = f"This text is {kilobytes:,} KB; a caption may have {limit} KB."
        return "", Finding((), "too-large", message)
    if isinstance(source, str):
        return source, None
    try:
        return bytes(source).decode("utf-8"), None
    except UnicodeDecodeError as error:
        readable = bytes(source[: error.start]).decode("utf-8")
        kind = "UTF-16" if bytes(source[:2]) in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        message = f"This file's text is {kind}; save it as UTF-8 and try again."
        return readable, Finding((), "not-utf8", message, offset=len(readable))
