"""`Entry`: one picture as the index knows it, with the words and colours it is found by.

What it is not: the picture's whole story; what the model read stays in the PNG.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ui.store.colours import hex_colours
from ui.store.record import PictureRecord

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Entry:
    """One picture. `stamp` changes when its file does; its record's `prompt` is left out."""

    id: str
    stamp: Stamp
    record: PictureRecord
    words: str
    colours: tuple[str, ...]


def entry_of(picture_id: str, stamp: Stamp, record: PictureRecord) -> Entry:
    """What the index keeps of one picture."""
    facts = (record.label, record.preset, record.size, str(record.seed), record.weights)
    plain = f"{record.width}x{record.height}"
    words = folded("\n".join((*texts_of(record.caption), *facts, plain)))
    colours = dict.fromkeys((*hex_colours(record.colours), *hex_colours(record.caption)))
    return Entry(picture_id, stamp, replace(record, prompt=""), words, tuple(colours))


def folded(text: str) -> str:
    """The text as words are compared: without case, and each letter spelt one way."""
    return unicodedata.normalize("NFC", text.casefold())


def texts_of(caption: str) -> Iterable[str]:
    """The texts inside a caption, without its keys; the caption itself when it is no JSON."""
    try:
        todo: list[Any] = [json.loads(caption)]
    except (ValueError, RecursionError):
        return [caption]
    found: list[str] = []
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (dict, list)):
            todo.extend(reversed(list(value.values()) if isinstance(value, dict) else value))
    return found
