"""What an element is called when a person is told about it: Text 2 “OPEN”, Object 1 “A red fox”.

What it is not: an address; that is its index.
"""

from __future__ import annotations

from ideogram4.caption.model import Element

LONGEST_NAME = 40


def element_name(index: int, element: Element) -> str:
    """The kind, its number among all elements from 1, and the beginning of its words."""
    words = " ".join((element.text or element.desc).split())
    kind = "Text" if element.type == "text" else "Object"
    return f"{kind} {index + 1}" + (f" “{_short(words)}”" if words else "")


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"
