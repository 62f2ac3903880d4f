"""Sizes, palettes and captions to choose from: files below presets/, read once and checked.

The files are data that anybody may edit, so a mistake in one is told with its name and place.
Sampler presets are not here: the pipeline needs them too (`ideogram4.sampling.presets`).
"""

from __future__ import annotations

from ui.presets.palettes import load_palettes, palettes_to_take
from ui.presets.sizes import Size, drawable_size, load_sizes, size_near, sizes_for
from ui.presets.starts import (
    FIRST_CAPTION,
    Start,
    captions_to_try,
    load_captions,
    load_starts,
    starts_for,
)

__all__ = [
    "FIRST_CAPTION",
    "Size",
    "Start",
    "captions_to_try",
    "drawable_size",
    "load_captions",
    "load_palettes",
    "load_sizes",
    "load_starts",
    "palettes_to_take",
    "size_near",
    "sizes_for",
    "starts_for",
]
