"""A picture as the vision tower wants it: resized to whole patches, normalised, cut up, in order.

Follows the preprocessing that Qwen3-VL was published with (patches of 16 pixels, two by two merged
into one token, mean and deviation 0.5), with fewer pixels at most: a picture of 1024 x 1024 is
1,024 tokens, and larger ones are reduced to that. It uses Pillow and numpy and no torch. What it is
not: a reader of files; whoever opened the picture has looked at its size before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ideogram4.errors import RequestError
from ideogram4.pictures import opaque

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST_PIXELS = 256 * 256
MOST_PIXELS = 1024 * 1024
MOST_STRETCHED = 200
MEAN = DEVIATION = 0.5


@dataclass(frozen=True)
class PatchSizes:
    """side: pixels of a patch. merge: patches a side that become one token. frames: how often a
    still picture is repeated, since the tower reads films."""

    side: int = 16
    merge: int = 2
    frames: int = 2


@dataclass(frozen=True)
class Patches:
    """values (rows * columns, channels * frames * side * side) float32, merged blocks together."""

    values: NDArray[np.float32]
    rows: int
    columns: int


def patches_of(image: Image, sizes: PatchSizes | None = None) -> Patches:
    """Cut a picture up. Raises `RequestError` for one that is longer than `MOST_STRETCHED`:1."""
    sizes = sizes or PatchSizes()
    size = fitted_size(image.width, image.height, sizes.side * sizes.merge)
    pixels = np.asarray(_resized(opaque(image), size), dtype=np.float32)
    scaled = (pixels / 255 - MEAN) / DEVIATION
    rows, columns = size[1] // sizes.side, size[0] // sizes.side
    # (blocks down, rows of a block, pixels down, blocks across, columns of it, pixels, channels)
    cut = scaled.reshape(
        rows // sizes.merge, sizes.merge, sizes.side, columns // sizes.merge, sizes.merge,
        sizes.side, 3,
    )  # fmt: skip
    ordered = cut.transpose(0, 3, 1, 4, 6, 2, 5)
    repeated = np.repeat(ordered[:, :, :, :, :, None], sizes.frames, axis=5)
    values = np.ascontiguousarray(repeated.reshape(rows * columns, -1), dtype=np.float32)
    return Patches(values, rows, columns)


def fitted_size(
    width: int, height: int, unit: int, *, least: int = LEAST_PIXELS, most: int = MOST_PIXELS
) -> tuple[int, int]:
    """The nearest (width, height) in multiples of `unit` with `least` to `most` pixels."""
    if min(width, height) < 1 or max(width, height) > MOST_STRETCHED * min(width, height):
        raise RequestError(
            f"a picture of {width} x {height} pixels is longer than {MOST_STRETCHED}:1",
            hint="Crop it to the part that matters.",
        )
    fitted = round(width / unit) * unit, round(height / unit) * unit
    pixels = fitted[0] * fitted[1]
    if pixels > most:
        by = math.sqrt(most / (width * height))
        return tuple(max(1, math.floor(side * by / unit)) * unit for side in (width, height))  # type: ignore[return-value]
    if pixels < least:
        by = math.sqrt(least / (width * height))
        return tuple(math.ceil(side * by / unit) * unit for side in (width, height))  # type: ignore[return-value]
    return fitted


def _resized(image: Image, size: tuple[int, int]) -> Image:
    from PIL.Image import Resampling

    return image if image.size == size else image.resize(size, Resampling.BICUBIC)
