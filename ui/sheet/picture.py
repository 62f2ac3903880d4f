"""The contact sheet as one picture: its cells in a grid, each above its words.

What it is not: a cell; each of those is a picture of its own, with its story inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ideogram4.disclosure import ASSEMBLED, disclosure
from ideogram4.errors import RequestError
from ideogram4.png import save_png
from ui.store import Picture
from ui.store.disk import writing

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

LONGEST_SIDE = 512  # of a cell in the sheet
MARGIN = 24
GAP = 16
LETTERS = 16  # pixels
LINE = 22
MOST_LINES = 3
PAPER, INK = (255, 255, 255), (28, 30, 33)


def save_sheet(pictures: Sequence[Picture], columns: int, target: Path) -> Path:
    """Draw the sheet of stored pictures, `columns` wide, to a PNG at `target`.

    Raises RequestError when there is none; Ideogram4Error when the disk refuses.
    """
    if not pictures:
        raise RequestError("there is no picture on this sheet")
    first = pictures[0].record
    labels = [picture.record.label or f"seed {picture.record.seed}" for picture in pictures]
    sheet = draw_sheet([picture.path for picture in pictures], labels, columns)
    story = {
        "Software": f"ideogram4 {first.version}",
        "Title": "Contact sheet",
        "Comment": "; ".join(labels),
    }
    made = disclosure(
        weights=first.weights, licence=first.licence, version=first.version, source_type=ASSEMBLED
    )
    with writing("the sheet"):
        return save_png(sheet, target, story | made)


def draw_sheet(paths: Sequence[Path], labels: Sequence[str], columns: int) -> Image:
    """The cells in rows, labels wrapped below them."""
    from PIL import Image, ImageDraw, ImageFont

    across = max(1, min(columns, len(paths)))
    cells = [_cell(path) for path in paths]
    width, height = (max(side) for side in zip(*(cell.size for cell in cells), strict=True))
    font = ImageFont.load_default(LETTERS)
    probe = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    lines = [_wrapped(probe, label, font, width) for label in labels]
    foot = LINE * max(map(len, lines))
    rows = -(-len(cells) // across)
    sheet = Image.new(
        "RGB",
        (
            2 * MARGIN + across * width + (across - 1) * GAP,
            2 * MARGIN + rows * (height + foot + 4) + (rows - 1) * GAP,
        ),
        PAPER,
    )
    pen = ImageDraw.Draw(sheet)
    for number, (cell, words) in enumerate(zip(cells, lines, strict=True)):
        row, column = divmod(number, across)
        x = MARGIN + column * (width + GAP)
        y = MARGIN + row * (height + foot + 4 + GAP)
        sheet.paste(cell, (x, y))
        for index, line in enumerate(words):
            pen.text((x, y + height + 4 + index * LINE), line, INK, font)
    return sheet


def _cell(path: Path) -> Image:
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return small


def _wrapped(pen: ImageDraw, label: str, font: FreeTypeFont | object, width: int) -> list[str]:
    """The label in lines no wider than its cell, cut after a few."""
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or pen.textlength(longer, font) <= width:  # type: ignore[arg-type]
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:MOST_LINES]
    return [_fitted(pen, line, font, width) for line in kept]


def _fitted(pen: ImageDraw, line: str, font: FreeTypeFont | object, width: int) -> str:
    if pen.textlength(line, font) <= width:  # type: ignore[arg-type]
        return line
    while line and pen.textlength(f"{line}…", font) > width:  # type: ignore[arg-type]
        line = line[:-1]
    return f"{line}…"
