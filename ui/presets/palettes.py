"""Palettes to take: presets/palettes.json."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ideogram4.errors import RequestError
from ui.presets.files import PRESETS_FOLDER, entries, require, require_words

MAX_COLOURS = 16  # as many as a picture's palette takes
HEX_COLOUR = re.compile("#[0-9A-F]{6}")


@dataclass(frozen=True)
class Palette:
    """Colours that go together, as `#RRGGBB`, and what people call them."""

    name: str
    colours: tuple[str, ...]


@lru_cache(maxsize=1)
def load_palettes(path: Path = PRESETS_FOLDER / "palettes.json") -> tuple[Palette, ...]:
    """Read and check a file of palettes; raises RequestError naming the file and the entry."""
    palettes: dict[str, Palette] = {}
    for where, entry in entries(path, "palette"):
        palette = _palette(where, entry)
        if palette.name in palettes:
            raise RequestError(f"{where}: there is another palette called {palette.name}")
        palettes[palette.name] = palette
    return tuple(palettes.values())


def palettes_to_take() -> list[dict[str, Any]]:
    """All palettes, as the page's menus take them."""
    return [{"name": palette.name, "colours": list(palette.colours)} for palette in load_palettes()]


def _palette(where: str, entry: Any) -> Palette:
    require(where, entry, {"name": str, "colours": list})
    require_words(where, entry, "name")
    colours = entry["colours"]
    if not 1 <= len(colours) <= MAX_COLOURS:
        raise RequestError(f"{where}: colours must be a list of 1 to {MAX_COLOURS}")
    for colour in colours:
        if not isinstance(colour, str) or not HEX_COLOUR.fullmatch(colour):
            raise RequestError(f"{where}: {colour!r:.40} is not a colour in the form #RRGGBB")
    return Palette(entry["name"], tuple(colours))
