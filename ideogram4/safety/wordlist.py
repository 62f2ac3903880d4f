"""`WordList`: a file of words that no prompt may hold, read once, asked on this machine.

One word or phrase a line; empty lines and lines that begin with # are not. It finds whole words,
whatever their capitals, accents as they are composed, full-width letters, spaces or invisible
characters between them, and nothing cleverer: a misspelling passes, and so does the same thing said
in other words. It cannot look at pictures. It sends nothing anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ideogram4.errors import RequestError
from ideogram4.files import read_limited
from ideogram4.safety.moderator import Verdict

MOST_BYTES = 1 << 20
SHOWN = 60


class WordList:
    """A moderator for words alone."""

    name = "a word list"

    def __init__(self, words: Sequence[str]) -> None:
        known = sorted({plain(word) for word in words} - {""}, key=len, reverse=True)
        # \b would find no edge beside "#", so an edge is a place with no letter on its far side.
        self._found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)")
        if not known:
            raise RequestError("the word list is empty", hint="Write one word or phrase a line.")

    @classmethod
    def from_file(cls, path: Path) -> WordList:
        """Raises RequestError for a file that cannot be read, is no UTF-8, or has no words."""
        try:
            lines = read_limited(str(path), MOST_BYTES).decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as problem:
            raise RequestError(f"the word list {path} is not UTF-8 text") from problem
        words = [line for line in map(str.strip, lines) if line and not line.startswith("#")]
        if not words:
            raise RequestError(
                f"the word list {path} is empty", hint="Write one word or phrase a line."
            )
        return cls(words)

    def check_text(self, texts: Sequence[str]) -> Verdict:
        """Blocked if any of the words stands in any of the texts, or across two of them."""
        found = self._found.search(plain(" ".join(texts)))
        return Verdict.block(f"the word “{found[0][:SHOWN]}”") if found else Verdict.allow()

    def check_picture(self, png: bytes) -> Verdict:
        """It cannot, and says so."""
        return Verdict.unchecked("a word list cannot look at pictures")


def plain(text: str) -> str:
    """`text` as it is compared: one form for each letter, single spaces, nothing invisible."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(seen.split())
