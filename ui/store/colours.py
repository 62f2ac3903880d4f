"""A picture's main colours, as hex texts: what a gallery is filtered by.

What it is not: a measurement of anything (`ideogram4.colour.report` measures).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 6
LEAST_SHARE = 0.03  # of the pixels; less is an edge between two colours
SIDE = 64
HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def main_colours(image: Image) -> tuple[str, ...]:
    """At most six colours, the commonest first, like "#2850DC". Looks at a few thousand pixels."""
    from PIL import Image as Pillow

    # Nearest, because an average of two colours is a third that is not in the picture.
    small = image.convert("RGB").resize((SIDE, SIDE), Pillow.Resampling.NEAREST)
    few = small.quantize(16, method=Pillow.Quantize.MEDIANCUT)
    palette, least = few.getpalette() or [], LEAST_SHARE * SIDE * SIDE
    counted: list[tuple[int, int]] = few.getcolors() or []  # type: ignore[assignment]
    common = sorted((pair for pair in counted if pair[0] >= least), reverse=True)[:MOST]
    return tuple(
        "#{:02X}{:02X}{:02X}".format(*palette[3 * index : 3 * index + 3]) for _, index in common
    )


def hex_colours(text: str, most: int = 64) -> tuple[str, ...]:
    """Every colour that a text names, each once, in capitals."""
    return tuple(dict.fromkeys(found.upper() for found in HEX.findall(text)))[:most]
