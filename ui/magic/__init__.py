"""Magic prompt in the page: an idea becomes a proposal, and a person takes what they like of it."""

from __future__ import annotations

from ui.magic.component import MagicPanel

__all__ = ["MagicPanel"]
