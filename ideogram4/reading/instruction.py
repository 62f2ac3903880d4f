"""What whoever looks at a picture is told to do: `instruction.txt`, the same for all of them.

What it is not: the form of the answer; that is the caption's schema.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

REQUEST = "Write the caption of this picture."


@cache
def instruction(*, boxes: bool = True) -> str:
    """The text of the instruction."""
    text = files("ideogram4.reading").joinpath("instruction.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if boxes or not line.startswith("- bbox ")]
    if not boxes:
        lines.append('- Leave every "bbox" out; say in "desc" where things are.')
    return "\n".join(lines).strip()
