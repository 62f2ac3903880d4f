"""How well one picture obeys its scene: boxes found by colour, and colours measured.

An element's extent is where the picture is nearer to its colour than to any other colour of the
scene, specks removed; its IoU is that extent's bounding box against the asked one. Numpy only, and
no model: the same measure on drawn scenes is its ceiling, on another scene's picture its floor.

What that IoU cannot see is the outline: a rectangle passes for a star of the same box. `outlines`
can. And it is strict with strays: where an edge blends two colours into a third of the scene's, the
third's box grows, which costs the drawn scenes themselves six hundredths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ideogram4.colour.cielab import Lab, ciede2000, to_lab
from ideogram4.demo.pictures.scenes import Scene

Box = tuple[float, float, float, float]  # top, left, bottom, right
Mask = NDArray[np.bool_]  # (height, width)

# An element is missing when fewer of its box's pixels than this share have its colour.
MISSING = 0.05


@dataclass(frozen=True)
class Scores:
    """One picture against its scene; the tuples have one entry an element.

    iou: found against asked box. colour: CIEDE2000 of the found region, or of the box when nothing
    was found. filled: share of the asked box in the element's colour. background: CIEDE2000; of a
    fading background the mean over rows.
    """

    iou: tuple[float, ...]
    colour: tuple[float, ...]
    background: float
    filled: tuple[float, ...]

    @property
    def missing(self) -> tuple[bool, ...]:
        return tuple(share < MISSING for share in self.filled)


def score(picture: Image.Image, scene: Scene) -> Scores:
    """Measure one picture of any size."""
    return score_lab(lab_of(picture), scene)


def score_lab(lab: Lab, scene: Scene) -> Scores:
    """The same of a picture's CIELAB (height, width, 3)."""
    nearest = nearest_colour(lab, scene)
    height, width = nearest.shape
    overlaps, differences, filled = [], [], []
    for index, element in enumerate(scene.elements, start=1):
        region = without_specks(nearest == index)
        wanted = in_pixels(element.box, height, width)
        inside = inside_of(wanted, height, width)
        found = extent(region)
        overlaps.append(box_iou(found, wanted) if found else 0.0)
        inner = lab[region] if region.any() else lab[inside]
        differences.append(_difference(inner, to_lab(element.colour)))
        filled.append(float(region[inside].mean()) if inside.any() else 0.0)
    if scene.background_to is None:
        ground = nearest == 0
        rest = lab[ground] if ground.any() else lab.reshape(-1, 3)
        background = _difference(rest, to_lab(scene.background))
    else:
        background = gradient_difference(lab, scene)
    return Scores(tuple(overlaps), tuple(differences), background, tuple(filled))


def gradient_difference(lab: Lab, scene: Scene) -> float:
    """Mean CIEDE2000 over the rows, each row's median beside the asked boxes against its colour.

    Where to look comes from the boxes, not from the picture's colours: a fade takes in so many
    colours that "nearer to the background than to an element" would flatter it.
    """
    height, width = lab.shape[:2]
    free = np.ones((height, width), dtype=bool)
    for element in scene.elements:
        free &= ~inside_of(in_pixels(element.box, height, width), height, width)
    asked = background_rows(scene, height)
    rows = [_difference(lab[y][free[y]], asked[y]) for y in range(height) if free[y].any()]
    return float(np.mean(rows)) if rows else _difference(lab.reshape(-1, 3), asked.mean(0))


def in_front(lab: Lab, scene: Scene, shared: Mask) -> bool:
    """Whether most of `shared`, where the first two elements overlap, has the second's colour."""
    return float((nearest_colour(lab, scene)[shared] == 2).mean()) > 0.5


def outlines(lab: Lab, drawn: Lab, scene: Scene) -> tuple[float, ...]:
    """Intersection over union of each element's pixels with those of the drawn scene.

    This sees the shape, which the box's IoU does not; stray pixels weigh what they are, few.
    """
    found, wanted = nearest_colour(lab, scene), nearest_colour(drawn, scene)
    result = []
    for index in range(1, len(scene.elements) + 1):
        one, two = found == index, wanted == index
        result.append(float((one & two).sum() / max((one | two).sum(), 1)))
    return tuple(result)


def lab_of(picture: Image.Image) -> Lab:
    """(height, width, 3)."""
    return to_lab(np.asarray(picture.convert("RGB"), dtype=np.float64))


def nearest_colour(lab: Lab, scene: Scene) -> NDArray[np.intp]:
    """(height, width): 0 where the background's colour is nearest, n for the nth element's."""
    colours = [background_rows(scene, len(lab))[:, None]]
    colours += [to_lab(element.colour) for element in scene.elements]
    return np.stack([np.linalg.norm(lab - colour, axis=-1) for colour in colours]).argmin(0)


def background_rows(scene: Scene, height: int) -> Lab:
    """The asked background of each row, (height, 3); a fade is linear in sRGB, top to bottom."""
    share = (np.arange(height)[:, None] + 0.5) / height
    start = np.asarray(scene.background, dtype=np.float64)
    end = start if scene.background_to is None else np.asarray(scene.background_to)
    return to_lab(start * (1 - share) + end * share)


def in_pixels(box: Sequence[float], height: int, width: int) -> Box:
    """A box of the 0..1000 grid in pixels."""
    top, left, bottom, right = (v / 1000 * s for v, s in zip(box, (height, width) * 2, strict=True))
    return top, left, bottom, right


def inside_of(box: Box, height: int, width: int) -> Mask:
    """Pixels whose centre lies in the box."""
    y, x = np.mgrid[0:height, 0:width] + 0.5
    return (y >= box[0]) & (y <= box[2]) & (x >= box[1]) & (x <= box[3])


def without_specks(region: Mask) -> Mask:
    """Keep pixels that have at least 5 of the 9 around them in the region, themselves counted."""
    padded = np.pad(region, 1).astype(np.int8)
    height, width = region.shape
    count = sum(padded[i : i + height, j : j + width] for i in range(3) for j in range(3))
    kept: Mask = region & (count >= 5)
    return kept


def extent(region: Mask) -> Box | None:
    """The region's bounding box in pixels; None when empty."""
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    if not len(rows):
        return None
    return float(rows[0]), float(columns[0]), float(rows[-1] + 1), float(columns[-1] + 1)


def box_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes (top, left, bottom, right); 0 when both are empty."""
    high = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    wide = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = high * wide
    union = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)) - both
    return both / union if union > 0 else 0.0


def _difference(pixels: Lab, wanted: Lab) -> float:
    """CIEDE2000 between the median of (n, 3) and one colour."""
    return float(ciede2000(np.median(pixels, axis=0), wanted))
