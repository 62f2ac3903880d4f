"""How far lettering that was read is from lettering that was asked for, letter by letter.

What a reader cannot see does not count: which way an accent is encoded, whether a quotation mark is
typographic, how a line break was written down. Upper and lower case do. What it is not: a judge of
meaning.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

# Typographic quotation marks as plain ones; the mark that asks for a coloured emoji is invisible.
_ALIKE = {ord(c): "'" for c in "‘’‚‛′"} | {ord(c): '"' for c in "“”„‟″"} | {0xFE0F: None}
CLOSE = 0.2


@dataclass(frozen=True)
class TextMatch:
    """Asked and read lettering. `distance`: letters to insert, delete or replace; `error_rate`:
    that by the number of letters asked (the character error rate, which may pass 1).

    verdict: exact, case (only capitals differ), close (a rate up to a fifth) or different.
    """

    asked: str
    read: str
    distance: int
    error_rate: float
    verdict: str


def compare_texts(asked: str, read: str) -> TextMatch:
    """Measure `read` against `asked`."""
    one, other = plain(asked), plain(read)
    distance = edit_distance(one, other)
    rate = distance / max(len(one), 1)
    if distance == 0:
        verdict = "exact"
    elif one.casefold() == other.casefold():
        verdict = "case"
    else:
        verdict = "close" if rate <= CLOSE else "different"
    return TextMatch(asked, read, distance, rate, verdict)


def plain(text: str) -> str:
    """Composed letters, plain quotation marks, one space for any run of white space."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())


def edit_distance(one: str, other: str) -> int:
    """Levenshtein's, in code points; linear in the texts' length for any that a caption holds.

    After Hyyrö (2003), "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
    Distances": a column of the table is two whole numbers, whose bits say where it rises and falls.
    """
    if not one or not other:
        return max(len(one), len(other))
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    places: dict[str, int] = {}
    for index, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | (1 << index)
    rises, falls, distance = full, 0, len(one)
    for letter in other:
        same = places.get(letter, 0)
        diagonal = (((same & rises) + rises) ^ rises) | same | falls
        across_up = falls | ~(diagonal | rises)
        across_down = rises & diagonal
        distance += bool(across_up & last) - bool(across_down & last)
        across_up = (across_up << 1) | 1
        across_down <<= 1
        rises = (across_down | ~(diagonal | across_up)) & full
        falls = across_up & diagonal & full
    return distance
