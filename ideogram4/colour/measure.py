"""The palette that a picture has: its main colours, and those of each box, from its pixels.

A model that reads a picture guesses colour values; pixels are there to be measured. Colours nearer
than the eye tells apart at a glance are one, a small vivid accent counts for more than its area,
and the mixed pixels along an edge count for nothing. The same pixels always give the same palette.
What it is not: a comparison with colours that were asked for (`report`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ideogram4.caption import LIMITS, Caption
from ideogram4.colour.cells import Cells, Floats, Rgb, cells_of, hex_of
from ideogram4.colour.cielab import ciede2000, to_lab
from ideogram4.colour.regions import regions_of

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 256  # pixels looked at; more say nothing new about colours
MOST_CELLS = 256
MOST_CLUSTERS = 32
# More colours than these say less: the caption's limits (16 and 5) are upper bounds, not aims.
MOST = min(8, LIMITS.style_palette)
MOST_OF_A_BOX = min(4, LIMITS.element_palette)
APART = 11.0  # CIEDE2000; nearer colours are one
CORE = 3.0  # what is as near as this to a cluster's commonest cell makes its colour
LEAST = 0.012  # of the pixels, an accent's chroma counted in
LEAST_OF_A_BOX = 0.02
# Boxes do not end where things do: of each side so much is surroundings.
RIM_OF_A_BOX = 0.03
SMALLEST_TRIMMED = 12  # pixels a side; a smaller box is looked at whole
VIVID = 60.0  # a colour of this chroma counts twice
# A colour of few pixels on the straight line between two greater ones is the rim between them.
RIM_SHARE = 0.02
RIM_DISTANCE = 14.0  # of 255


@dataclass(frozen=True)
class MeasuredColour:
    """A main colour as `#RRGGBB`, and the share of the region that has it or looks like it."""

    colour: str
    share: float


def main_colours(image: Image, most: int = MOST) -> tuple[MeasuredColour, ...]:
    """The main colours of a whole picture, the most frequent first; at least one."""
    rgb = _small(image)
    return _chosen(rgb.reshape(-1, 3), to_lab(rgb).reshape(-1, 3), most)


def measured(image: Image, caption: Caption) -> Caption:
    """The caption with the palettes that `image` has, in place of any that it had.

    The picture's goes into the style, where there is one. An element without a box, or covered by
    others, keeps none: where it is cannot be told.
    """
    rgb = _small(image)
    lab = to_lab(rgb)
    palettes: dict[int, tuple[str, ...]] = {}
    for region in regions_of(caption, *rgb.shape[:2]):
        mask = _inside(region.mask)
        if mask.any():
            found = _chosen(rgb[mask], lab[mask], MOST_OF_A_BOX, LEAST_OF_A_BOX)
            palettes[region.index] = tuple(part.colour for part in found)
    composition = caption.compositional_deconstruction
    elements = tuple(
        replace(element, colour_palette=palettes.get(index, ()))
        for index, element in enumerate(composition.elements)
    )
    style = caption.style_description
    if style is not None:
        whole = _chosen(rgb.reshape(-1, 3), lab.reshape(-1, 3), MOST)
        style = replace(style, colour_palette=tuple(part.colour for part in whole))
    return replace(
        caption,
        compositional_deconstruction=replace(composition, elements=elements),
        style_description=style,
    )


def _small(image: Image) -> Rgb:
    """(rows, columns, 3); picked pixels, since a mean of two colours is a third."""
    from PIL.Image import Resampling

    by = min(1.0, LONGEST_SIDE / max(image.size))
    size = max(1, round(image.width * by)), max(1, round(image.height * by))
    # Picked before it is converted: less to convert, and palettes of GIFs survive.
    picked = image if size == image.size else image.resize(size, Resampling.NEAREST)
    return np.asarray(picked.convert("RGB"), dtype=np.uint8)


def _inside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A region without the outermost pixels of its box."""
    kept = mask.copy()
    for axis in (0, 1):
        places = np.flatnonzero(mask.any(axis=1 - axis))
        if len(places) >= SMALLEST_TRIMMED:
            width = max(1, round(RIM_OF_A_BOX * (places[-1] + 1 - places[0])))
            along = np.swapaxes(kept, 0, axis)
            along[places[0] : places[0] + width] = False
            along[places[-1] + 1 - width : places[-1] + 1] = False
    return kept if kept.any() else mask


def _chosen(rgb: Rgb, lab: Floats, most: int, least: float = LEAST) -> tuple[MeasuredColour, ...]:
    cells = cells_of(rgb, lab)
    clusters = _clusters(cells)
    total = cells.counts.sum()
    found = [cells.rgb[c.core].sum(axis=0) / cells.counts[c.core].sum() for c in clusters]
    shares = [float(cells.counts[c.members].sum() / total) for c in clusters]
    chroma = np.hypot(*to_lab(np.array(found))[:, 1:].T)
    weights = np.array(shares) * (1 + chroma / VIVID)
    order = [int(index) for index in np.argsort(-weights, kind="stable")]
    kept: list[int] = []
    for index in order:
        if len(kept) == most or (kept and weights[index] < least):
            break
        rim = shares[index] < RIM_SHARE and _is_between(found[index], [found[k] for k in kept])
        if not rim:
            kept.append(index)
    kept.sort(key=lambda index: -shares[index])
    return tuple(MeasuredColour(hex_of(found[index]), shares[index]) for index in kept)


@dataclass(frozen=True)
class _Cluster:
    """Indices of cells that look alike. The core is what lies close to the commonest of them: its
    mean is the colour, so that a fringe does not tint a flat one.
    """

    members: NDArray[np.int64]
    core: NDArray[np.int64]


def _clusters(cells: Cells) -> list[_Cluster]:
    order = np.array(cells.most_common(MOST_CELLS))
    centres = cells.centres[order]
    nearest = np.full(len(order), np.inf)
    home = np.zeros(len(order), dtype=np.int64)
    cores: list[NDArray[np.bool_]] = []
    for n in range(len(order)):
        if nearest[n] <= APART or len(cores) == MOST_CLUSTERS:
            continue
        far = ciede2000(centres, centres[n])
        far[n] = -1  # its own, whatever comes later
        home[far < nearest] = len(cores)
        nearest = np.minimum(nearest, far)
        cores.append(far <= CORE)
    return [
        _Cluster(order[home == head], order[(home == head) & core])
        for head, core in enumerate(cores)
    ]


def _is_between(colour: Floats, greater: list[Floats]) -> bool:
    """Whether two of the greater colours, mixed, give this one."""
    for n, one in enumerate(greater):
        for other in greater[:n]:
            line = other - one
            along = float(np.clip((colour - one) @ line / max(line @ line, 1e-9), 0, 1))
            if 0.05 < along < 0.95 and _length(one + along * line - colour) <= RIM_DISTANCE:
                return True
    return False


def _length(vector: NDArray[np.float64]) -> float:
    return float(np.sqrt(vector @ vector))
