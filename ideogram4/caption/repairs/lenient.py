"""A forgiving reader for JSON as language models write it.

Why: smart or single quotes, bare keys, comments, trailing or missing commas, unescaped quotes, raw
line breaks, Python's True and None, a tail that was cut off. Each is forgiven in the place where it
is met, which is safer than replacing text everywhere; what was forgiven is counted by code.

What it is not: strict (`reader` comes first, and only its refusals come here), and no judge of
captions. It bounds depth and values as the strict reader does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from ideogram4.caption.schema import LIMITS
from ideogram4.caption.strings import unescape

_SPACE = re.compile(r"[\s\ufeff\u200b]*")
_COMMENT = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|#(?![0-9a-fA-F]{3,8}\b)[^\n]*|\.\.\.|…", re.DOTALL
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w%.])")
_BARE = re.compile(r"[^,:{}\[\]()\"“”\n]+")
_BARE_KEY = re.compile(r"([A-Za-z_][\w\- ]{0,60}?)\s*[:=]")
_LITERALS = {"true": True, "false": False, "null": None, "none": None, "undefined": None}
_NOT_FINITE = {"nan", "infinity", "-infinity", "inf", "-inf"}
_DOUBLE, _SINGLE = '"“”„‟«»', "'‘’‚`"
# A quote inside a text is told from the one that ends it by what follows.
_AFTER_KEY = re.compile(r"\s*[:=]")
_QUOTE = f"[{_DOUBLE}{_SINGLE}]"
_NAME = r"[A-Za-z_][\w\- ]{0,60}"
# A key, whole or cut off by the end of the text.
_KEY_AHEAD = rf"(?:{_QUOTE}?{_NAME}{_QUOTE}?\s*(?::|\Z)|{_QUOTE}?\Z)"
_AFTER_MEMBER = re.compile(
    rf"\s*(?:[}}\])]|\Z|//|/\*|```|,\s*(?:[}}\])]|//|/\*|\.\.\.|{_KEY_AHEAD})"
    rf"|{_QUOTE}{_NAME}{_QUOTE}\s*:)"
)
_KEY_FOLLOWS = re.compile(rf"\s*,\s*{_QUOTE}{_NAME}{_QUOTE}\s*:")
_AFTER_ITEM = re.compile(
    rf"\s*(?:[}}\]):]|\Z|//|/\*|```"
    rf"|,\s*(?:{_QUOTE}|[{{}}\[\](\d.-]|\Z|//|/\*|[a-zA-Z]+\s*[,\]])"
    rf"|\n\s*{_QUOTE})"
)
_LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Reading:
    """A value, the offset behind it, and how often what was forgiven (`cut-off`, `comment`...)."""

    value: Any
    end: int
    forgiven: Counter[str]


class _Lost(Exception):
    """This is not JSON of any kind."""


def read_leniently(text: str, start: int) -> Reading | None:
    """The value that begins at `start`, or None if there is none to be made out."""
    reader = _Lenient(text)
    try:
        value, end = reader.value(start, 1, _AFTER_ITEM)
    except _Lost:
        return None
    return Reading(value, end, reader.forgiven)


class _Lenient:
    def __init__(self, text: str) -> None:
        self.text = text
        self.values = 0
        self.open: list[str] = []
        self.forgiven: Counter[str] = Counter()

    def skip(self, at: int) -> int:
        """Past white space and comments."""
        while True:
            space = _SPACE.match(self.text, at)
            at = at if space is None else space.end()
            comment = _COMMENT.match(self.text, at)
            if comment is None:
                return at
            self.forgiven["comment"] += 1
            at = comment.end()

    def value(self, at: int, depth: int, after: re.Pattern[str]) -> tuple[Any, int]:
        self.values += 1
        if self.values > LIMITS.values or depth > LIMITS.depth:
            raise _Lost
        start = self.text[at : at + 1]
        if start in ("{", "[", "("):
            self.open.append("}" if start == "{" else "])")
            read = self.object if start == "{" else self.array
            item, end = read(at + 1, depth)
            self.open.pop()
            return item, end
        if start and start in _DOUBLE + _SINGLE:
            return self.string(at, after)
        return self.scalar(at)

    def object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        result: dict[str, Any] = {}
        while True:
            at = self.item_start(at)
            if self.ended(at):
                return result, at
            if self.text[at] in "}])":
                at, closed = self.close(at)
                if closed:
                    return result, at
                continue
            key, at = self.key(at)
            at = self.skip(at)
            if self.text[at : at + 1] not in (":", "="):
                if self.ended(at):
                    return result, at
                raise _Lost
            at = self.skip(at + 1)
            if self.ended(at):
                return result, at
            if key in result:
                self.forgiven["duplicate-key"] += 1
            if self.text[at] in ",}":
                self.forgiven["missing-value"] += 1
                item = None
            else:
                item, at = self.value(at, depth + 1, _AFTER_MEMBER)
            result[key] = item
            at = self.separator(at, "}")

    def array(self, at: int, depth: int) -> tuple[list[Any], int]:
        result: list[Any] = []
        while True:
            at = self.item_start(at)
            if self.ended(at):
                return result, at
            if self.text[at] in "}])":
                at, closed = self.close(at)
                if closed:
                    return result, at
                continue
            item_at = at
            item, at = self.value(at, depth + 1, _AFTER_ITEM)
            if self.text.startswith(":", self.skip(at)) and "}" in self.open:
                # A key: the bracket that closes this list is missing.
                self.forgiven["wrong-bracket"] += 1
                return result, item_at
            result.append(item)
            at = self.separator(at, "])")

    def item_start(self, at: int) -> int:
        """Past white space and commas too many."""
        at = self.skip(at)
        while self.text[at : at + 1] == ",":
            self.forgiven["extra-comma"] += 1
            at = self.skip(at + 1)
        return at

    def separator(self, at: int, closers: str) -> int:
        at = self.skip(at)
        if self.text[at : at + 1] == ",":
            at = self.skip(at + 1)
            if self.text[at : at + 1] and self.text[at] in closers:
                self.forgiven["trailing-comma"] += 1
        elif not self.ended(at, note=False) and self.text[at] not in "}])":
            self.forgiven["missing-comma"] += 1
        return at

    def close(self, at: int) -> tuple[int, bool]:
        """Whether the closer at `at` closes this level, and where to go on.

        One that belongs to a level outside closes this one too and is left standing; one that
        belongs to none is skipped.
        """
        closer = self.text[at]
        if closer in self.open[-1]:
            return at + 1, True
        self.forgiven["wrong-bracket"] += 1
        outside = any(closer in level for level in self.open)
        # "...400]], "desc":" is a bracket too many rather than a brace too few.
        doubled = self.text[at - 1] == closer and _KEY_FOLLOWS.match(self.text, at + 1)
        return (at, True) if outside and not doubled else (at + 1, False)

    def ended(self, at: int, *, note: bool = True) -> bool:
        """The text, or the code block it stands in, ends here although something is open."""
        if at < len(self.text) and not self.text.startswith("```", at):
            return False
        if note:
            self.forgiven["cut-off"] += 1
        return True

    def key(self, at: int) -> tuple[str, int]:
        if self.text[at] in _DOUBLE + _SINGLE:
            return self.string(at, _AFTER_KEY)
        bare = _BARE_KEY.match(self.text, at)
        if bare is None:
            raise _Lost
        self.forgiven["bare-key"] += 1
        return bare.group(1), bare.end(1)

    def string(self, at: int, after: re.Pattern[str]) -> tuple[str, int]:
        opener = self.text[at]
        family = _DOUBLE if opener in _DOUBLE else _SINGLE
        if opener == '"':
            family = opener
        else:
            self.forgiven["wrong-quotes"] += 1
        marks = re.compile(rf"\\.|[{family}]", re.DOTALL)
        inner = 0
        for mark in marks.finditer(self.text, at + 1):
            if mark.group().startswith("\\"):
                continue
            if after.match(self.text, mark.end()) is None:
                inner += 1
                continue
            # Only straight double quotes inside a text needed an escape.
            if opener == '"' and inner:
                self.forgiven["inner-quotes"] += inner
            return self.decoded(self.text[at + 1 : mark.start()]), mark.end()
        self.forgiven["cut-off"] += 1
        return self.decoded(self.text[at + 1 :].rstrip()), len(self.text)

    def decoded(self, raw: str) -> str:
        return unescape(raw, 0, lambda code, message, at, fix: self.forgiven.update([code]))

    def scalar(self, at: int) -> tuple[Any, int]:
        number = _NUMBER.match(self.text, at)
        if number is not None and len(number.group()) <= _LONGEST_NUMBER:
            return self.number(number.group()), number.end()
        bare = _BARE.match(self.text, at)
        if bare is None:
            raise _Lost
        word = bare.group().strip()
        plain = word.lower()
        if bare.end() == len(self.text):
            # Half a word at the end of a cut text: better nothing than a guess.
            self.forgiven["cut-off"] += 1
            return _LITERALS.get(plain), bare.end()
        if plain in _LITERALS:
            if word not in ("true", "false", "null"):
                self.forgiven["bare-word"] += 1
            return _LITERALS[plain], bare.end()
        if plain in _NOT_FINITE or number is not None:
            self.forgiven["number-not-finite"] += 1
            return None, bare.end()
        self.forgiven["bare-word"] += 1
        return word, bare.end()

    def number(self, word: str) -> int | float | None:
        if re.fullmatch(r"-?\d+", word):
            return int(word)
        number = float(word)
        # nan cannot come from digits, infinity can (1e400).
        if number in (float("inf"), float("-inf")):
            self.forgiven["number-not-finite"] += 1
            return None
        return number
