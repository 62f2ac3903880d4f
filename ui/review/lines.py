"""A value before or after a change, as a line of the sheet shows it."""

from __future__ import annotations

import json

from ideogram4.caption.difference import Member

LONGEST = 160
"""Characters of a value that the page is sent; a review is read, not studied."""


def shown(member: Member | None, longest: int = LONGEST) -> str | None:
    """The value as JSON, shortened; None where there is none."""
    if member is None:
        return None
    return shortened(json.dumps(member[1], ensure_ascii=False), longest)


def shortened(text: str, longest: int = LONGEST) -> str:
    """At most so many characters of it."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
