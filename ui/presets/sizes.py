"""Sizes to choose, by use: presets/sizes.json, and which of them suit a model or a layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import SizeLimits
from ui.presets.files import PRESETS_FOLDER, entries, require

USUAL_AREA = 6  # a size is offered when its area is within this factor of the model's usual one
NEAR = 1.06  # two ratios are one for a layout when they differ by no more than this factor


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


@lru_cache(maxsize=1)
def load_sizes(path: Path = PRESETS_FOLDER / "sizes.json") -> tuple[Size, ...]:
    """Read and check a file of sizes; raises RequestError naming the file and the entry."""
    return tuple(_size(where, entry) for where, entry in entries(path, "size"))


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


def size_near(
    ratio: tuple[int, int], sizes: tuple[Size, ...], usual: tuple[int, int]
) -> Size | None:
    """The size for a layout of this ratio: the nearest ratio, then the area nearest the usual.

    None when no size is near enough for the layout to look as it was meant to.
    """

    def far(one: float, other: float) -> float:
        return max(one / other, other / one)

    def distance(size: Size) -> tuple[float, float]:
        shape = far(size.width / size.height, ratio[0] / ratio[1])
        return round(shape, 3), far(size.width * size.height, usual[0] * usual[1])

    best = min(sizes, key=distance, default=None)
    return best if best and distance(best)[0] <= NEAR else None


def drawable_size(width: int, height: int, limits: SizeLimits, usual: tuple[int, int]) -> Size:
    """The size itself if the model draws it, else the one of its ratio, else the usual one."""
    wished = Size(width, height)
    if _legal(limits, wished):
        return wished
    known = width > 0 and height > 0
    near = size_near((width, height), sizes_for(limits, usual), usual) if known else None
    return near or Size(*usual)


def _legal(limits: SizeLimits, size: Size) -> bool:
    try:
        limits.check(size.width, size.height)
    except RequestError:
        return False
    return True


def _size(where: str, entry: Any) -> Size:
    require(where, entry, {"width": int, "height": int, "name": str})
    for side in ("width", "height"):
        if entry[side] < 16 or entry[side] % 16:
            raise RequestError(f"{where}: {side} {entry[side]} is not a multiple of 16")
    return Size(**entry)
