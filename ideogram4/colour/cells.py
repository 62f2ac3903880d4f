"""Pixels sorted into small cells of RGB: thousands of colours become some hundred, with counts.

What it is not: a choice among them (`report` looks for asked colours, `measure` for the main ones).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]

CELLS = 12  # of each channel


@dataclass(frozen=True)
class Cells:
    """Per cell: `counts` of pixels, and the sums of their RGB and CIELAB values (cells, 3)."""

    counts: Floats
    rgb: Floats
    lab: Floats

    @property
    def centres(self) -> Floats:
        """The mean of each cell in CIELAB."""
        means: Floats = self.lab / self.counts[:, None]
        return means

    def most_common(self, most: int) -> list[int]:
        """Indices, the commonest first; of equal ones the darker."""
        return [int(index) for index in np.argsort(-self.counts, kind="stable")[:most]]


def cells_of(rgb: Rgb, lab: Floats) -> Cells:
    """The cells of some pixels, (pixels, 3) in both colour spaces."""
    cell = (rgb.astype(np.int64) * CELLS) // 256
    keys = (cell[:, 0] * CELLS + cell[:, 1]) * CELLS + cell[:, 2]
    names, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    lab_sums = [np.bincount(inverse, lab[:, c], len(names)) for c in range(3)]
    rgb_sums = [np.bincount(inverse, rgb[:, c], len(names)) for c in range(3)]
    return Cells(
        counts.astype(np.float64), np.stack(rgb_sums, axis=-1), np.stack(lab_sums, axis=-1)
    )


def hex_of(rgb: Floats) -> str:
    """`#RRGGBB` of a mean colour."""
    return "#{:02X}{:02X}{:02X}".format(*(round(float(value)) for value in rgb))
