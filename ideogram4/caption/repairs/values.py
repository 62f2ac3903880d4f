"""Single values put right: words, palettes, and the keys that are set aside.

Why: every object of a caption holds words and colours, and models get both wrong in the same ways.

What it is not: about boxes (`boxes`) or about which key is which (`names`).
"""

from __future__ import annotations

import re
from typing import Any

from ideogram4.caption.colours import parse_colour, rgb_colour
from ideogram4.caption.issue import Path
from ideogram4.caption.repairs.log import Log
from ideogram4.caption.schema import LIMITS, keys_of
from ideogram4.caption.serialise import MODEL_PALETTE, PEOPLE_PALETTE

_WORD_KEYS = ("desc", "description", "text", "name", "value", "content")
_COLOUR_KEYS = ("hex", "color", "colour", "value", "code")
_DEEPEST = 3


def mend_words(data: dict[str, Any], key: str, path: Path, log: Log) -> None:
    """Make `data[key]`, where there is one, a text within the limit; take it out if it is none."""
    if key not in data:
        return
    before = data[key]
    words = as_words(before)
    if words is None:
        del data[key]
        if before is None:
            log.add((*path, key), "null", f"{key} was null: taken out.")
        else:
            log.aside((*path, key), "wrong-type", f"{key} is not text: set aside.", before)
        return
    if words != before:
        log.add((*path, key), "wrong-type", f"{key} made a text.", before, words)
    if len(words) > LIMITS.string:
        short = words[: LIMITS.string]
        message = f"{key} cut to {LIMITS.string:,} characters."
        log.aside((*path, key), "string-too-long", message, words)
        words = short
    data[key] = words


def as_words(value: Any, depth: int = 0) -> str | None:
    """A text from a text, a number, a list of them, or an object that describes itself."""
    if isinstance(value, str):
        return value
    if type(value) in (int, float):
        return str(value)
    if depth < _DEEPEST and isinstance(value, list) and value:
        parts = [as_words(item, depth + 1) for item in value]
        return ", ".join(part for part in parts if part) or None
    if depth < _DEEPEST and isinstance(value, dict):
        return next((words for key in _WORD_KEYS if (words := as_words(value.get(key), 3))), None)
    return None


def mend_palette(
    data: dict[str, Any], rest: dict[str, Any], limit: int, path: Path, log: Log
) -> None:
    """Make the palette of `data` a list of at most `limit` colours, or take it out."""
    other = rest.pop(MODEL_PALETTE, None)
    if other is not None:
        both = [*_colour_list(data.get(PEOPLE_PALETTE)), *_colour_list(other)]
        message = f"{PEOPLE_PALETTE} and {MODEL_PALETTE} joined."
        log.add((*path, MODEL_PALETTE), "both-palettes", message, other, None)
        data[PEOPLE_PALETTE] = list(dict.fromkeys(colour for c in both if (colour := _colour(c))))
    if PEOPLE_PALETTE not in data:
        return
    here = (*path, PEOPLE_PALETTE)
    before = data.pop(PEOPLE_PALETTE)
    colours: list[str] = []
    for index, written in enumerate(_colour_list(before)):
        colour = _colour(written)
        if colour is None:
            message = "Not a colour: set aside."
            log.aside((*here, index), "colour-format", message, written)
            continue
        if colour != written:
            log.add((*here, index), "colour-format", f"Written {colour}.", written, colour)
        colours.append(colour)
    if len(colours) > limit:
        message = f"A palette has up to {limit} colours here: the rest set aside."
        log.aside(here, "palette-too-long", message, colours[limit:])
        del colours[limit:]
    if colours and not isinstance(before, list):
        log.add(here, "wrong-type", "Palette made a list.", before, colours)
    if colours:
        data[PEOPLE_PALETTE] = colours
    elif not _colour_list(before):
        log.add(here, "palette-empty", "Empty palette left out.", before)


def put_aside(rest: dict[str, Any], path: Path, log: Log) -> None:
    """Keys that no caption has: kept for the person, never sent to the model."""
    for key, value in rest.items():
        message = f'"{key[:60]}" is not part of a caption: set aside.'
        log.aside((*path, key), "unknown-key", message, value)


def in_order(data: dict[str, Any], kind: str) -> dict[str, Any]:
    """The same keys in trained order."""
    return {key: data[key] for key in keys_of(kind) if key in data}


def _colour_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        if len(value) == 3 and all(type(part) is int for part in value):
            return [value]
        return value
    if isinstance(value, dict):
        return [value] if _described(value) else list(value.values())
    if isinstance(value, str):
        return [part for part in re.split(r"[,;\n|]+(?![^(]*\))", value) if part.strip()]
    return []


def _colour(value: Any) -> str | None:
    if isinstance(value, str):
        return parse_colour(value)
    if isinstance(value, dict):
        found = _described(value)
        return parse_colour(found) if found else None
    if isinstance(value, list) and len(value) == 3 and all(type(p) is int for p in value):
        return rgb_colour(*value)
    return None


def _described(value: dict[str, Any]) -> str | None:
    return next((value[key] for key in _COLOUR_KEYS if isinstance(value.get(key), str)), None)
