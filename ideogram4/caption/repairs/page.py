"""The page a pasted caption was written for: aspect ratio, size in pixels, order of its boxes.

Why: models put `aspect_ratio`, `width`, `height` or `bbox_format` beside the caption. The studio
uses the ratio for the size, the boxes need the pixels, and none of it may reach the model.

What it is not: a size to generate at; the caller fits the ratio to what the model can do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ideogram4.caption.repairs.log import Log
from ideogram4.caption.repairs.names import plain_key

_PAIR = re.compile(
    r"\D{0,20}?(\d{1,5}(?:\.\d{1,6})?)\s*(?:[:x×X/*]|by|,)\s*(\d{1,5}(?:\.\d{1,6})?)\D{0,20}"
)
_WORDS = {"square": "1:1", "landscape": "3:2", "portrait": "2:3", "widescreen": "16:9"}
_RATIO_KEYS = ("aspect_ratio", "ratio", "resolution", "size", "image_size", "dimensions")
_ORDER_KEYS = ("bbox_format", "bbox_order", "box_format", "coordinate_format")


@dataclass(frozen=True)
class Page:
    """`ratio` as "16:9"; the sides in pixels or in the ratio's parts; None is unknown."""

    ratio: str | None = None
    width: float | None = None
    height: float | None = None
    box_order: str = ""


def take_page(data: dict[str, Any], log: Log, found: Page) -> tuple[dict[str, Any], Page]:
    """`data` without what it says about the page, and the page; `found` wins where it knows."""
    rest: dict[str, Any] = {}
    ratio: str | None = None
    order = ""
    sides: dict[str, float] = {}
    for key, value in data.items():
        name = plain_key(key)
        side = _side(value) if name in ("width", "height") else None
        if name in _RATIO_KEYS and (known := parse_ratio(value)):
            ratio = ratio or known
            message = f"{key} is not part of a caption: used for the size."
        elif name in _ORDER_KEYS and isinstance(value, str):
            order = plain_key(value)[:40]
            message = f"{key} is not part of a caption: used to read the boxes."
        elif side is not None:
            sides[name] = side
            message = f"{key} is not part of a caption: used for the size."
        else:
            rest[key] = value
            continue
        log.add((key,), "page", message, before=value)
    if len(sides) == 2 and ratio is None:
        ratio = f"{sides['width']:g}:{sides['height']:g}"
    return rest, _page(found, ratio, order, sides)


def parse_ratio(value: Any) -> str | None:
    """A ratio as "W:H" from "16:9", "1344x768", 1.78, [16, 9], {"width": ..., "height": ...}."""
    if isinstance(value, dict):
        known = {plain_key(key): item for key, item in value.items()}
        value = [known.get("width"), known.get("height")]
    if isinstance(value, list):
        value = ":".join(str(item) for item in value[:3] if type(item) in (int, float))
    if type(value) in (int, float):
        return f"{value:g}:1" if 0.05 <= value <= 20 else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    word = _WORDS.get(value.strip().lower())
    pair = _PAIR.fullmatch(value.strip())
    if word or pair is None:
        return word
    width, height = float(pair.group(1)), float(pair.group(2))
    return f"{width:g}:{height:g}" if width > 0 and height > 0 else None


def _side(value: Any) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,5}\s*(?:px)?\s*", value):
        value = int(value.strip().removesuffix("px"))
    return float(value) if type(value) in (int, float) and 1 <= value <= 100_000 else None


def _page(found: Page, ratio: str | None, order: str, sides: dict[str, float]) -> Page:
    width, height = found.width, found.height
    if width is None and len(sides) == 2:
        width, height = sides["width"], sides["height"]
    elif width is None and ratio is not None:
        width, height = (float(part) for part in ratio.split(":"))
    return Page(found.ratio or ratio, width, height, found.box_order or order)
