"""A contact sheet: pictures in a grid, the asked boxes over them, a line of figures below each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ideogram4.colour.cielab import to_lab
from ideogram4.demo.evaluation.cases import Case
from ideogram4.demo.evaluation.figures import Judged
from ideogram4.demo.evaluation.measure import in_pixels, lab_of
from ideogram4.demo.pictures.colours import RGB

GAP = 4
LABEL_HEIGHT = 14
PAPER, INK = (255, 255, 255), (60, 60, 60)
PENS: tuple[RGB, ...] = ((0, 0, 0), (255, 255, 255), (255, 0, 255), (0, 255, 0), (255, 255, 0))
# The pen is judged by the tenth of the line that it can be told from least.
WORST_SHARE = 10


def contact_sheet(
    cases: Sequence[Case],
    pictures: Sequence[Image.Image],
    columns: int = 8,
    labels: Sequence[str] | None = None,
) -> Image.Image:
    """Pictures of any sizes, each at the top left of a place that holds the largest."""
    columns = min(columns, len(pictures))
    wide = max(picture.width for picture in pictures) + GAP
    high = max(picture.height for picture in pictures) + GAP + (LABEL_HEIGHT if labels else 0)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * wide, rows * high), PAPER)
    pen = ImageDraw.Draw(sheet)
    for n, (case, picture) in enumerate(zip(cases, pictures, strict=True)):
        left, top = n % columns * wide, n // columns * high
        sheet.paste(with_boxes(case, picture), (left, top))
        if labels:
            font = ImageFont.load_default(11)
            pen.text((left, top + picture.height + 1), labels[n], fill=INK, font=font)
    return sheet


def with_boxes(case: Case, picture: Image.Image) -> Image.Image:
    """The picture with a thin frame at each asked box, in a colour that shows there."""
    marked = picture.convert("RGB")
    lab = lab_of(picture)
    pen = ImageDraw.Draw(marked)
    for element in case.scene.elements:
        top, left, bottom, right = in_pixels(element.box, picture.height, picture.width)
        # Pixels 0..n-1: a box that ends at the edge would have its line outside.
        frame = (
            round(left),
            round(top),
            max(round(left), min(round(right), picture.width) - 1),
            max(round(top), min(round(bottom), picture.height) - 1),
        )
        pen.rectangle(frame, outline=pen_for(_line(lab, frame)))
    return marked


def pen_for(under: np.ndarray) -> RGB:
    """The pen that stands out most from CIELAB pixels (n, 3)."""

    def contrast(colour: RGB) -> float:
        away = np.linalg.norm(under - to_lab(colour), axis=-1)
        return float(np.percentile(away, WORST_SHARE))

    return max(PENS, key=contrast)


def label_of(number: int, one: Judged) -> str:
    """ "12  IoU 0.83  colour 4.1", and what else the set asks."""
    iou = sum(one.scores.iou) / len(one.scores.iou)
    words = f"{number}  IoU {iou:.2f}  colour {max(one.scores.colour):.0f}"
    if one.read:
        words += f"  read {sum(one.read)}/{len(one.read)}"
    if one.in_front is not None:
        words += "  in front" if one.in_front else "  not in front"
    return words


def _line(lab: np.ndarray, frame: tuple[int, int, int, int]) -> np.ndarray:
    """The pixels (n, 3) that a frame will cover."""
    left, top, right, bottom = frame
    rows, columns = lab[top : bottom + 1], lab[:, left : right + 1]
    return np.concatenate([columns[top], columns[bottom], rows[:, left], rows[:, right]])
