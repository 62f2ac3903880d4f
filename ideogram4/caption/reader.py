"""A strict JSON reader that knows where everything stands and never trusts its input.

Why: the standard reader forgets positions, takes the last of two equal keys in silence, accepts
NaN, and can be made to recurse or to convert 5,000 digits. This one checks the limits first, keeps
the offset of every value and key, reports each oddity by its own code, and goes on reading where
that makes sense, so a person sees several problems at once.

What it is not: a mender (see `repairs.lenient`) and no judge of captions (see `validate`).
"""

from __future__ import annotations

import math
import re
from functools import partial
from typing import Any, NoReturn

from ideogram4.caption.document import Document, decode
from ideogram4.caption.issue import Finding, Fix, Path
from ideogram4.caption.schema import LIMITS
from ideogram4.caption.strings import short, unescape, write_back

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\s,:{}\[\]\"]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)
_LITERALS = {"true": True, "false": False, "null": None}
_NOT_FINITE = {"NaN", "Infinity", "-Infinity", "+Infinity", "nan", "inf", "-inf"}
_LONGEST_NUMBER = 100
_MOST_FINDINGS = 100


class _Stop(Exception):
    """Reading cannot go on; the finding has been written down."""


def read(source: str | bytes | bytearray) -> Document:
    """Read one JSON text. Never raises: what is wrong is in `Document.findings`."""
    text, finding = decode(source)
    document = Document(text)
    if finding is not None:
        document.findings.append(finding)
        return document
    try:
        document.value = _Reader(document).whole()
        document.complete = True
    except _Stop:
        document.value = None
    return document


class _Reader:
    """One pass over the text. Recursion is bounded by the depth limit."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.values = 0

    def whole(self) -> Any:
        start = 0
        if self.text.startswith("\ufeff"):
            start = 1
            message = "The text begins with an invisible byte order mark; it is skipped."
            self.note((), "byte-order-mark", message, 0, severity="warning")
        start = self.skip(start)
        self.refuse_prose(start)
        value, end = self.value(start, (), 1)
        end = self.skip(end)
        if end < len(self.text):
            self.stop((), "text-after", "There is more text after the caption's end.", end)
        return value

    def refuse_prose(self, start: int) -> None:
        """Plain words get a kind answer instead of "expected a value"."""
        if start == len(self.text):
            self.stop((), "empty-text", "There is nothing here yet: write or paste a caption.", 0)
        first = self.text[start]
        word = _word(self.text, start)
        alone = start + len(word) == len(self.text.rstrip())
        number = first in "-+.0123456789" or word in _LITERALS or word in _NOT_FINITE
        if first in '{["' or (number and alone):
            return
        if self.text.startswith(("//", "/*"), start) and "{" in self.text:
            self.stop_at((), start, "", start)
        if "{" in self.text:
            message = "There is other text before the caption's first {. Repair can take it out."
        else:
            message = (
                "This is plain text, not a JSON caption. Magic prompt can turn an idea into one."
            )
        self.stop((), "plain-text", message, start)

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return at if match is None else match.end()

    def value(self, at: int, path: Path, depth: int) -> tuple[Any, int]:
        self.values += 1
        if self.values > LIMITS.values:
            message = f"This holds more than {LIMITS.values:,} values: too many for a caption."
            self.stop(path, "too-many-values", message, at)
        self.document.places[path] = at
        start = self.text[at : at + 1]
        if start == '"':
            return self.string(at, path)
        if start in ("{", "["):
            if depth > LIMITS.depth:
                message = f"Nested deeper than {LIMITS.depth} levels; a caption needs five."
                self.stop(path, "too-deep", message, at)
            return self.object(at, path, depth) if start == "{" else self.array(at, path, depth)
        return self.scalar(at, path)

    def object(self, at: int, path: Path, depth: int) -> tuple[dict[str, Any], int]:
        opened = at
        result: dict[str, Any] = {}
        count = 0
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "}":
            if count == LIMITS.elements:
                return result, self.refuse_rest(at, path, opened, "keys")
            if self.text[at : at + 1] != '"':
                self.stop_at(path, at, "Expected a key in double quotes", opened)
            key_at = at
            key, at = self.string(at, path, about_key=True)
            key_path = (*path, key)
            at = self.skip(at)
            if self.text[at : at + 1] != ":":
                self.stop_at(path, at, f'Expected ":" after "{short(key)}"', opened)
            if key in result:
                self.note_duplicate(key, key_path, key_at)
            self.document.key_places[key_path] = key_at
            result[key], at = self.value(self.skip(at + 1), key_path, depth + 1)
            count += 1
            at = self.next_item(at, path, "}", opened)
        return result, at + 1

    def array(self, at: int, path: Path, depth: int) -> tuple[list[Any], int]:
        opened = at
        result: list[Any] = []
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "]":
            if len(result) == LIMITS.elements:
                return result, self.refuse_rest(at, path, opened, "items")
            item, at = self.value(at, (*path, len(result)), depth + 1)
            result.append(item)
            at = self.next_item(at, path, "]", opened)
        return result, at + 1

    def refuse_rest(self, at: int, path: Path, opened: int, what: str) -> int:
        """Only count what is beyond the limit on items; the offset behind the closer."""
        count, level = LIMITS.elements + 1, 0
        for token in _TOKEN.finditer(self.text, at):
            mark = token.group()
            if mark == ",":
                count += level == 0
            elif mark in "[{":
                level += 1
            elif mark in "]}":
                level -= 1
                if level < 0:
                    break
        else:
            self.stop_at(path, len(self.text), "", opened)
        name = f'"{short(path[-1])}"' if path and isinstance(path[-1], str) else "This"
        what = "elements" if path[-1:] == ("elements",) else what
        message = f"{name} holds {count:,} {what}; the limit is {LIMITS.elements}."
        self.note(path, "too-many-items", message, opened)
        return token.end()

    def next_item(self, at: int, path: Path, closer: str, opened: int) -> int:
        """The start of the next item, or of the closer."""
        at = self.skip(at)
        found = self.text[at : at + 1]
        if found == closer:
            return at
        if found != ",":
            self.stop_at(path, at, f'Expected "," or "{closer}"', opened)
        comma = at
        at = self.skip(at + 1)
        if self.text[at : at + 1] == closer:
            message = f'JSON has no comma before "{closer}": take this one out.'
            self.stop(path, "trailing-comma", message, comma)
        return at

    def note_duplicate(self, key: str, key_path: Path, key_at: int) -> None:
        line, _ = self.document.line_and_column(self.document.key_places[key_path])
        message = f'"{short(key)}" is given twice here (first on line {line}); keep one.'
        # Reading into a dict has already kept the last one; writing it back is the whole fix.
        fix = Fix("Keep the last one", write_back)
        self.note(key_path, "duplicate-key", message, key_at, fix=fix)

    def string(self, at: int, path: Path, *, about_key: bool = False) -> tuple[str, int]:
        match = _STRING.match(self.text, at)
        if match is None:
            self.stop(path, "unclosed-string", 'This text has no closing ".', at)
        raw = match.group(1)
        decoded = unescape(raw, at + 1, partial(self.note_character, path))
        if len(decoded) > LIMITS.string:
            name = "A key" if about_key else "This text"
            message = f"{name} has {len(decoded):,} characters; the limit is {LIMITS.string:,}."
            self.note(path, "string-too-long", message, at)
        return decoded, match.end()

    def note_character(self, path: Path, code: str, message: str, at: int, fix: Fix | None) -> None:
        self.note(path, code, message, at, fix=fix)

    def scalar(self, at: int, path: Path) -> tuple[Any, int]:
        match = _NUMBER.match(self.text, at)
        word = _word(self.text, at)
        if match is not None and match.end() == at + len(word):
            return self.number(word, bool(match.group(1) or match.group(2)), at, path), match.end()
        if word in _LITERALS:
            return _LITERALS[word], at + len(word)
        if word in _NOT_FINITE:
            message = f"{word} is not a number that JSON knows."
            self.note(path, "number-not-finite", message, at)
            return None, at + len(word)
        if word[:1].isdigit() or word[:1] in ("-", "+", "."):
            message = f"{short(word)} is not a number as JSON writes it."
            self.stop(path, "bad-number", message, at)
        self.stop_at(path, at, "Expected a value", at)

    def number(self, word: str, has_fraction: bool, at: int, path: Path) -> int | float | None:
        if len(word) > _LONGEST_NUMBER:
            message = f"A number with {len(word):,} digits is too long."
            self.note(path, "number-too-long", message, at)
            return None
        if not has_fraction:
            return int(word)
        number = float(word)
        if math.isinf(number):
            message = f"{short(word)} is too large a number."
            self.note(path, "number-too-large", message, at)
            return None
        return number

    def stop_at(self, path: Path, at: int, expected: str, opened: int) -> NoReturn:
        """Stop with the likeliest reason why the character at `at` is not what was expected."""
        found = self.text[at : at + 1]
        if not found:
            line, _ = self.document.line_and_column(opened)
            message = f"The text ends early: what line {line} opens is never closed."
            self.stop(path, "cut-off", message, at)
        if self.text.startswith(("//", "/*", "#"), at):
            self.stop(path, "comment", "JSON has no comments: take this one out.", at)
        if found in "'‘’“”„`«»":
            self.stop(path, "wrong-quotes", 'JSON knows only straight double quotes: ".', at)
        if found == "\ufeff":
            message = "There is an invisible byte order mark here: take it out."
            self.stop(path, "byte-order-mark", message, at)
        word = _word(self.text, at)
        self.stop(path, "syntax", f"{expected}, found {short(word or found)}.", at)

    def stop(self, path: Path, code: str, message: str, at: int) -> NoReturn:
        self.document.findings.append(Finding(path, code, message, offset=at))
        raise _Stop

    def note(
        self,
        path: Path,
        code: str,
        message: str,
        at: int,
        *,
        severity: Any = "error",
        fix: Fix | None = None,
    ) -> None:
        """Write a problem down and go on; one without a fix leaves a stand-in for the value."""
        if len(self.document.findings) >= _MOST_FINDINGS:
            message = f"There are more than {_MOST_FINDINGS} problems; the first are shown."
            self.stop(path, "too-many-problems", message, at)
        self.document.findings.append(Finding(path, code, message, severity, fix, offset=at))
        if severity == "error" and fix is None:
            self.document.sound = False


def _word(text: str, at: int) -> str:
    match = _WORD.match(text, at)
    return "" if match is None else match.group()
