"""Other names for the caption's keys, and putting the right ones in their place.

Why: models write `objects` for `elements`, `boundingBox` for `bbox`, `Art Style` for `art_style`.
The synonyms are data (`synonyms.json`); the right names are the schema's.

What it is not: a place where values change.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ideogram4.caption.issue import Path
from ideogram4.caption.repairs.log import Log
from ideogram4.caption.rules import nearest
from ideogram4.caption.schema import keys_of
from ideogram4.caption.serialise import MODEL_PALETTE

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def synonyms() -> dict[str, Any]:
    """The table: for each kind of object its keys and their other names, and lists of words."""
    text = files("ideogram4.caption.repairs").joinpath("synonyms.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def plain_key(key: str) -> str:
    """A key in the caption's manner: "Art Style", "artStyle" and "art-style" are "art_style"."""
    return re.sub(r"[\s\-]+", "_", _HUMP.sub("_", key[:80].strip())).lower()


@cache
def _known_names(kind: str) -> dict[str, str]:
    names = {key: key for key in keys_of(kind)}
    for key, others in synonyms()[kind].items():
        names.update((other, key) for other in others)
    return names


@lru_cache(maxsize=1024)
def right_name(key: str, kind: str) -> str | None:
    """The key of a "caption", "style", "composition" or "element" that `key` means."""
    plain = plain_key(key)
    return _known_names(kind).get(plain) or nearest(plain, list(keys_of(kind)))


def rename_keys(
    data: dict[str, Any], kind: str, path: Path, log: Log
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """`data` as the known keys with their right names, the rest, and right name -> written name.

    A key under its right name wins over synonyms; a second synonym goes to the rest.
    """
    known = {key: value for key, value in data.items() if key in keys_of(kind)}
    written = {key: key for key in known}
    rest: dict[str, Any] = {}
    for key, value in data.items():
        if key in known and written[key] == key:
            continue
        name = right_name(key, kind)
        if name is None or name in known:
            rest[key] = value
            continue
        known[name], written[name] = value, key
        code = "palette-spelling" if key == MODEL_PALETTE else "key-renamed"
        log.add((*path, key), code, f'"{key[:60]}" is {name} here.', before=key, after=name)
    return known, rest, written
