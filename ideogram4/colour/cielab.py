"""CIELAB, and how different two colours look: CIEDE2000.

After Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula" (2005); checked against their
published test data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Lab = NDArray[np.float64]

# sRGB to XYZ under D65 (IEC 61966-2-1), and D65 itself.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def to_lab(rgb: ArrayLike) -> Lab:
    """sRGB 0..255 (..., 3) to CIELAB under D65."""
    c = np.asarray(rgb, dtype=np.float64) / 255
    c = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    xyz = c @ TO_XYZ.T / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """CIEDE2000 of two CIELAB colours (..., 3), all parametric factors 1. 1 is just visible."""
    # l: lightness, c: chroma, h: hue in degrees; 1 and 2: the two colours; d: difference
    l1, a1, b1 = np.moveaxis(np.asarray(a, dtype=np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(b, dtype=np.float64), -1, 0)
    chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(chroma7 / (chroma7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = np.where(grey, h1 + h2, _mean_hue(h1, h2))
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    swing = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    rc = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rt = -np.sin(np.radians(2 * swing)) * rc
    parts = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh)
    return np.asarray(np.sqrt(np.maximum(parts, 0)))


def _mean_hue(h1: NDArray[np.float64], h2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half way round the shorter arc; below 360, since `swing` is no function of the angle."""
    mean = (h1 + h2) / 2
    across = np.where(h1 + h2 < 360, mean + 180, mean - 180)
    return np.where(np.abs(h1 - h2) > 180, across, mean)
