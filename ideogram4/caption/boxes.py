"""Boxes as people and language models write them, as boxes on the 0..1000 grid.

Why: a box arrives as fractions, pixels, percent, `{x, y, w, h}`, corners, strings, or with min and
max swapped. `sketch` reads its form, `Unit` says what its numbers mean (a matter of all boxes of a
caption together), `on_grid` makes the box.

What it is not: a guesser. A list of four whole numbers on the grid is taken as the schema says, y
first; x first is believed only where a name or the page's size tells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ideogram4.caption.grid import GRID, Box, round_half_up

_NUMBER = re.compile(r"\s*(-?(?:\d{1,9}\.?\d{0,20}|\.\d{1,20}))\s*(%|px)?\s*")
_CORNERS = (
    ("y_min", "x_min", "y_max", "x_max"),
    ("ymin", "xmin", "ymax", "xmax"),
    ("top", "left", "bottom", "right"),
    ("y1", "x1", "y2", "x2"),
    ("y0", "x0", "y1", "x1"),
)
_CORNER_AND_SIZE = (
    ("y", "x", "h", "w"),
    ("y", "x", "height", "width"),
    ("top", "left", "height", "width"),
)
# A little over the grid is a slip of the pen; further is another unit.
_SLIP = 10
_PAGE_SIDES = (1024, 1280, 1344, 1536, 1792, 1920, 2048, 2560, 3072, 4096)


@dataclass(frozen=True)
class Sketch:
    """Four edges as written: `a, b, c, d` are y_min, x_min, y_max, x_max if y comes first.

    `named` when the writer's words fix the order; `decimal` when a number has a point or percent.
    """

    edges: tuple[float, float, float, float]
    named: bool = False
    decimal: bool = False

    def turned(self) -> Sketch:
        """The same numbers read x first."""
        a, b, c, d = self.edges
        return Sketch((b, a, d, c), True, self.decimal)

    def sized(self) -> Sketch:
        """The last two numbers read as sizes."""
        a, b, c, d = self.edges
        return Sketch((a, b, a + c, b + d), self.named, self.decimal)

    @property
    def fractions(self) -> bool:
        """All within 0..1, and not plain whole numbers."""
        return self.decimal and all(0 <= edge <= 1 for edge in self.edges)


@dataclass(frozen=True)
class Unit:
    """What a caption's box numbers count: parts of `height` down and of `width` across."""

    height: float = GRID
    width: float = GRID
    x_first: bool = False


def sketch(value: Any) -> Sketch | None:
    """The form of a box, or None if `value` is none: list, pairs, names or a string of numbers."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[,;\s\[\]()]+", value[:200]) if part]
    if isinstance(value, dict):
        return _named(value)
    if isinstance(value, list) and len(value) == 2 and all(isinstance(p, list) for p in value):
        value = [*value[0], *value[1]]
    if not isinstance(value, list) or len(value) != 4:
        return None
    return _sketched(value, named=False)


def page_unit(sketches: Sequence[Sketch], width: float | None, height: float | None) -> Unit:
    """What the numbers of all boxes of a caption mean, the page being `width` x `height`.

    The page may be in pixels, only a ratio (16 x 9), or unknown. Numbers beyond the grid are pixels
    of a page of that size, or of the smallest usual page of that shape.
    """
    whole = [s for s in sketches if not s.fractions]
    beyond = [s for s in whole if max(s.edges) > GRID + _SLIP]
    if not beyond:
        return Unit()
    down = max(max(s.edges[0], s.edges[2]) for s in whole)
    across = max(max(s.edges[1], s.edges[3]) for s in whole)
    ratio = width / height if width and height else 1
    if width and height and max(width, height) >= max(down, across):
        turned = (down > height or across > width) and across <= height and down <= width
        return Unit(height, width, x_first=turned and not any(s.named for s in whole))
    side = next((s for s in _PAGE_SIDES if s >= across and s / ratio >= down), None)
    if side is None:
        side = math.ceil(max(across, down * ratio))
    return Unit(side / ratio, side)


def on_grid(drawn: Sketch, unit: Unit) -> Box | None:
    """The box on the grid: scaled, ordered, cut at the page's edge; None if nothing is left."""
    if drawn.fractions:
        unit = Unit(1, 1)
    elif unit.x_first and not drawn.named:
        drawn = drawn.turned()
    y_one, y_two = (_scaled(drawn.edges[i], unit.height) for i in (0, 2))
    x_one, x_two = (_scaled(drawn.edges[i], unit.width) for i in (1, 3))
    y_low, y_high = min(y_one, y_two), max(y_one, y_two)
    x_low, x_high = min(x_one, x_two), max(x_one, x_two)
    if y_low == y_high or x_low == x_high:
        return None
    return (y_low, x_low, y_high, x_high)


def as_box(value: Any) -> Box | None:
    """One box, read by itself."""
    drawn = sketch(value)
    return None if drawn is None else on_grid(drawn, page_unit([drawn], None, None))


def _scaled(edge: float, side: float) -> int:
    return max(0, min(GRID, round_half_up(edge * GRID / side)))


def _named(value: dict[str, Any]) -> Sketch | None:
    known = {key.lower().replace("-", "_"): item for key, item in value.items()}
    for names in _CORNERS:
        if all(name in known for name in names):
            return _sketched([known[name] for name in names], named=True)
    for names in _CORNER_AND_SIZE:
        if all(name in known for name in names):
            drawn = _sketched([known[name] for name in names], named=True)
            if drawn is None:
                return None
            # Fractions of one stay fractions although their numbers may be written 0 and 1.
            unit = all(0 <= edge <= 1 for edge in drawn.edges)
            return Sketch(drawn.sized().edges, True, drawn.decimal or unit)
    return None


def _sketched(numbers: list[Any], *, named: bool) -> Sketch | None:
    edges = [_number(number) for number in numbers]
    if any(edge is None for edge in edges):
        return None
    a, b, c, d = (0.0 if edge is None else edge[0] for edge in edges)
    return Sketch((a, b, c, d), named, any(edge is not None and edge[1] for edge in edges))


def _number(value: Any) -> tuple[float, bool] | None:
    """The number, and whether it was written as a decimal or percentage."""
    if type(value) is int:
        return (float(value), False) if abs(value) < 10**9 else None
    if type(value) is float:
        return (value, True) if math.isfinite(value) and abs(value) < 10**9 else None
    match = _NUMBER.fullmatch(value) if isinstance(value, str) and len(value) < 40 else None
    if match is None:
        return None
    number = float(match.group(1))
    if match.group(2) == "%":
        return number / 100, True
    return number, "." in match.group(1)
