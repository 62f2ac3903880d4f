"""The grey card: a model that was trained with refused pictures sometimes answers with one.

Assumed, because the full weights could not be run here: one middle grey all over, hardly any
colour, at most some lettering around the middle. A caption that asks for grey is believed.
What it is not: moderation; it looks for a picture that is none, not for what a picture shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ideogram4.colour.cielab import to_lab

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.caption import Caption

SIDE = 128  # pixels looked at, a side
MIDDLE = (25.0, 85.0)  # CIELAB lightness of a middle grey
COLOURLESS = 6.0  # chroma of a pixel that is grey
GREY_SHARE = 0.99  # of all pixels
EVEN = 4.0  # lightness, to either side of the card's own
EVEN_SHARE = 0.85  # the rest may be letters
LETTERS_HIGH = (0.2, 0.8)  # where letters may stand, as shares of the height and the width
LETTERS_WIDE = (0.08, 0.92)
STRAY = 0.002  # pixels elsewhere that noise may leave
GREY_WORDS = re.compile(r"\b(gr[ae]y\w*|silver\w*|concrete|fog\w*|monochrome)\b", re.IGNORECASE)


def is_blocked_card(image: Image, caption: Caption | None = None) -> bool:
    """Whether a picture is a grey card, and not a grey picture that `caption` asks for."""
    if caption is not None and _asks_for_grey(caption):
        return False
    from PIL import Image as Pillow

    # An average, because noise should not look like letters.
    small = image.convert("RGB").resize((SIDE, SIDE), Pillow.Resampling.BOX)
    lab = to_lab(np.asarray(small))
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    if np.mean(chroma <= COLOURLESS) < GREY_SHARE:
        return False
    lightness = lab[..., 0]
    ground = float(np.median(lightness))
    if not MIDDLE[0] <= ground <= MIDDLE[1]:
        return False
    uneven = np.abs(lightness - ground) > EVEN
    if uneven.mean() > 1 - EVEN_SHARE:
        return False
    stray = uneven.copy()
    rows, columns = (slice(*(int(s * SIDE) for s in span)) for span in (LETTERS_HIGH, LETTERS_WIDE))
    stray[rows, columns] = False
    return bool(stray.mean() <= STRAY)


def _asks_for_grey(caption: Caption) -> bool:
    style, composition = caption.style_description, caption.compositional_deconstruction
    palettes = [style.colour_palette if style else ()]
    palettes += [element.colour_palette for element in composition.elements]
    if any(_is_middle_grey(colour) for palette in palettes for colour in palette):
        return True
    words = [composition.background, caption.high_level_description or ""]
    words += [element.desc for element in composition.elements]
    if style:
        told = (style.aesthetics, style.lighting, style.photo, style.medium, style.art_style)
        words += [text for text in told if text]
    return any(GREY_WORDS.search(text) for text in words)


def _is_middle_grey(colour: str) -> bool:
    lightness, a, b = to_lab([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return bool(np.hypot(a, b) <= 2 * COLOURLESS and MIDDLE[0] <= lightness <= MIDDLE[1])
