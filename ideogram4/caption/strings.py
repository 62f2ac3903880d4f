"""What stands between two quotes in JSON: escapes, and characters that no caption may hold.

Why: escapes, surrogate halves, NUL and raw line breaks are where readers differ; here each is one
case with its own code, and most come with the text already mended.

What it is not: finding the closing quote; that is `reader`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ideogram4.caption.issue import Fix

# code, message, offset, and a fix where the text came out mended
Note = Callable[[str, str, int, Fix | None], None]

_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u([0-9a-fA-F]{4})|([\"\\/bfnrt])|(.?))",
    re.DOTALL,
)
_PLAIN_ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_UNFIT = re.compile("[\x00-\x1f\ud800-\udfff]")
_SPECIAL = re.compile("[\\\\\x00-\x1f\ud800-\udfff]")


def unescape(raw: str, at: int, note: Note) -> str:
    """The text that `raw` (found at offset `at`) stands for; `note` hears of everything odd."""
    if _SPECIAL.search(raw) is None:
        return raw
    parts = []
    end = 0
    for match in _ESCAPE.finditer(raw):
        parts.append(_without_unfit(raw[end : match.start()], at + end, note))
        parts.append(_escaped(match, at + match.start(), note))
        end = match.end()
    parts.append(_without_unfit(raw[end:], at + end, note))
    return "".join(parts)


def _escaped(match: re.Match[str], at: int, note: Note) -> str:
    high, low, code, plain, _ = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))
    if plain:
        return _PLAIN_ESCAPES[plain]
    if code:
        character = chr(int(code, 16))
        if character == "\0" or "\ud800" <= character <= "\udfff":
            return _mended(character, at, note)
        return character
    note("bad-escape", f"JSON has no escape {short(match.group())}: write \\\\ for \\.", at, None)
    return match.group()[1:]


def _without_unfit(piece: str, at: int, note: Note) -> str:
    return _UNFIT.sub(lambda found: _mended(found.group(), at + found.start(), note), piece)


def _mended(character: str, at: int, note: Note) -> str:
    """What stays of a forbidden character: line breaks and tabs do, NUL and halves go."""
    label = "Take it out"
    if character == "\0":
        note("nul-character", "This text holds a NUL character: take it out.", at, _fix(label))
        return ""
    if character >= " ":
        message = f"This text holds half of a character (\\u{ord(character):04x}): take it out."
        note("lone-surrogate", message, at, _fix(label))
        return ""
    name, label = {
        "\n": ("a line break: write \\n", "Write it as \\n"),
        "\t": ("a tab: write \\t", "Write it as \\t"),
    }.get(character, (f"control character {ord(character)} as it is", "Write it as an escape"))
    note("control-character", f"Text in JSON cannot hold {name}.", at, _fix(label))
    return character


def _fix(label: str) -> Fix:
    return Fix(label, write_back)


def write_back(caption: Any) -> None:
    """The action of a fix whose work was done by reading: writing the value back is enough."""


def short(text: str) -> str:
    """Text quoted in a message: short, and on one line."""
    text = text if len(text) <= 24 else text[:23] + "…"
    return "".join(c if c.isprintable() else "�" for c in text)
