"""The bar that makes a picture: preset, size, seed, how many, go and stop."""

from __future__ import annotations

from ui.generate.bar import GenerateBar

__all__ = ["GenerateBar"]
