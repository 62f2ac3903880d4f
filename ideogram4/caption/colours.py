"""Colours as people and language models write them, as the `#RRGGBB` that captions hold.

Why: palettes arrive as `#0f0`, `00ff00`, `rgb(0, 255, 0)`, `lime` or `Lime (#00FF00)`; the model
was trained on six capital digits. The names are CSS's, kept as data in `colour_names.json`.

What it is not: colour science. Difference, harmony and contrast belong to the palette panel.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

# Without # three or four letters need a digit among them: "bed" and "face" are words.
_HEX = re.compile(
    r"#?([0-9a-fA-F]{8}|[0-9a-fA-F]{6})|#([0-9a-fA-F]{3,4})|(?=[a-fA-F]*[0-9])([0-9a-fA-F]{3,4})"
)
_HEX_WITHIN = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![0-9a-zA-Z])")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/][^)]*)?\)", re.I)
_LONGEST = 200


@cache
def colour_names() -> dict[str, str]:
    """The CSS colour names in lowercase and their `#RRGGBB`."""
    text = files("ideogram4.caption").joinpath("colour_names.json").read_text(encoding="utf-8")
    names: dict[str, str] = json.loads(text)
    return names


def parse_colour(text: str) -> str | None:
    """The colour as `#RRGGBB` in capitals, or None if the text names none. Opacity is dropped."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    name = colour_names().get(re.sub(r"[\s_-]", "", text).lower())
    if name is not None:
        return name
    whole = _HEX.fullmatch(text)
    if whole is not None:
        return _six_digits(whole.group(whole.lastindex or 0))
    rgb = _RGB.fullmatch(text)
    if rgb is not None:
        return rgb_colour(*(int(part) for part in rgb.groups()))
    within = _HEX_WITHIN.search(text)
    return None if within is None else _six_digits(within.group(1))


def rgb_colour(red: int, green: int, blue: int) -> str | None:
    """Three numbers 0..255 as `#RRGGBB`, or None if one is outside."""
    if not all(0 <= part <= 255 for part in (red, green, blue)):
        return None
    return f"#{red:02X}{green:02X}{blue:02X}"


def _six_digits(digits: str) -> str:
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    return "#" + digits[:6].upper()
