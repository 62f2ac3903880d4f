"""Sizes, palettes and captions to choose from: files below presets/, read once and checked.

The files are data that anybody may edit, so a mistake in one is told with its name and place.
Sampler presets are not here: the pipeline needs them too (`ideogram4.sampling.presets`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ideogram4.caption import Caption
from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.sampling.limits import SizeLimits, require_int
from ui.requests import read_caption

PRESETS_FOLDER = Path(__file__).resolve().parents[1] / "presets"
FIRST_CAPTION = "House"
TO_TRY = ("Moonrise", "Four shapes", "Warm poster")  # what an empty gallery offers
MAX_COLOURS = 16  # as many as a picture's palette takes
HEX_COLOUR = re.compile("#[0-9A-F]{6}")
USUAL_AREA = 6  # a size is offered when its area is within this factor of the model's usual one


@dataclass(frozen=True)
class Size:
    """One size to choose, in pixels, and what people call it."""

    width: int
    height: int
    name: str = ""

    @property
    def text(self) -> str:
        """As the page shows and reads it."""
        return f"{self.width} × {self.height}"

    @property
    def label(self) -> str:
        return f"{self.text} · {self.name}" if self.name else self.text


@dataclass(frozen=True)
class Palette:
    """Colours that go together, as `#RRGGBB`, and what people call them."""

    name: str
    colours: tuple[str, ...]


@lru_cache(maxsize=1)
def load_sizes(path: Path = PRESETS_FOLDER / "sizes.json") -> tuple[Size, ...]:
    """Read and check a file of sizes; raises RequestError naming the file and the entry."""
    content = _json(path)
    if not isinstance(content, list) or not content:
        raise RequestError(f"{path} must hold a list of sizes")
    return tuple(_size(f"size {n} in {path}", entry) for n, entry in enumerate(content, 1))


@lru_cache(maxsize=1)
def load_palettes(path: Path = PRESETS_FOLDER / "palettes.json") -> tuple[Palette, ...]:
    """Read and check a file of palettes; raises RequestError naming the file and the entry."""
    content = _json(path)
    if not isinstance(content, list):
        raise RequestError(f"{path} must hold a list of palettes")
    palettes = tuple(
        _palette(f"palette {n} in {path}", entry) for n, entry in enumerate(content, 1)
    )
    names = [palette.name for palette in palettes]
    for name in names:
        if names.count(name) > 1:
            raise RequestError(f"{path} has two palettes called {name}")
    return palettes


@lru_cache(maxsize=1)
def load_captions(folder: Path = PRESETS_FOLDER / "captions") -> dict[str, Caption]:
    """Read every caption of a folder, titled by its file's name; raises RequestError."""
    captions: dict[str, Caption] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            captions[_title(path)] = read_caption(path.read_bytes())
        except (OSError, Ideogram4Error) as problem:
            raise RequestError(f"the caption in {path} cannot be used: {problem}") from problem
    if not captions:
        raise RequestError(f"there are no captions in {folder}")
    return captions


def captions_to_try() -> list[dict[str, str]]:
    """The captions of TO_TRY, as `{title, text}`; raises RequestError when one is missing."""
    captions = load_captions()
    missing = [title for title in TO_TRY if title not in captions]
    if missing:
        raise RequestError(f"there is no caption called {missing[0]} in {PRESETS_FOLDER}")
    return [{"title": title, "text": captions[title].to_json()} for title in TO_TRY]


def palettes_to_take() -> list[dict[str, Any]]:
    """All palettes, as the page's menus take them."""
    return [{"name": palette.name, "colours": list(palette.colours)} for palette in load_palettes()]


def sizes_for(limits: SizeLimits, usual: tuple[int, int]) -> tuple[Size, ...]:
    """The sizes worth offering for a model: legal, near its usual area, the usual one included."""
    area = usual[0] * usual[1]
    offered = [
        size
        for size in load_sizes()
        if area / USUAL_AREA <= size.width * size.height <= area * USUAL_AREA
        and _legal(limits, size)
    ]
    if usual not in [(size.width, size.height) for size in offered]:
        offered.insert(0, Size(*usual))
    return tuple(offered)


def _title(path: Path) -> str:
    return path.stem.replace("-", " ").capitalize()


def _legal(limits: SizeLimits, size: Size) -> bool:
    try:
        limits.check(size.width, size.height)
    except RequestError:
        return False
    return True


def _size(where: str, entry: Any) -> Size:
    if not isinstance(entry, dict) or set(entry) != {"width", "height", "name"}:
        raise RequestError(f"{where} must have exactly width, height and name")
    if not isinstance(entry["name"], str):
        raise RequestError(f"{where}: name must be text")
    for side in ("width", "height"):
        require_int(f"{where}: {side}", entry[side])
        if entry[side] < 16 or entry[side] % 16:
            raise RequestError(f"{where}: {side} {entry[side]} is not a multiple of 16")
    return Size(**entry)


def _palette(where: str, entry: Any) -> Palette:
    if not isinstance(entry, dict) or set(entry) != {"name", "colours"}:
        raise RequestError(f"{where} must have exactly name and colours")
    name, colours = entry["name"], entry["colours"]
    if not isinstance(name, str) or not name.strip():
        raise RequestError(f"{where}: name must be text")
    if not isinstance(colours, list) or not 1 <= len(colours) <= MAX_COLOURS:
        raise RequestError(f"{where}: colours must be a list of 1 to {MAX_COLOURS}")
    for colour in colours:
        if not isinstance(colour, str) or not HEX_COLOUR.fullmatch(colour):
            raise RequestError(f"{where}: {colour!r:.40} is not a colour in the form #RRGGBB")
    return Palette(name, tuple(colours))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise RequestError(
            f"{path} cannot be read: {problem}", hint="Restore the file from the repository."
        ) from problem
