"""The bar that makes a picture: preset, size, seed, how many, go, stop; and what is advanced."""

from __future__ import annotations

from ui.generate.bar import GenerateBar
from ui.generate.sampling import SamplingPanel

__all__ = ["GenerateBar", "SamplingPanel"]
