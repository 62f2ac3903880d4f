"""What whoever looks at a picture is told to do: `instruction.txt`, the same for all of them.

What it is not: the form of the answer; that is the caption's schema.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

REQUEST = "Write the caption of this picture."


@cache
def instruction() -> str:
    """The text of the instruction."""
    return (files("ideogram4.reading") / "instruction.txt").read_text(encoding="utf-8")
