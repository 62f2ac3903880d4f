"""The way from the demo to the real weights, for whoever sits at this machine."""

from __future__ import annotations

from ui.weights.answers import WeightsAnswers
from ui.weights.component import WeightsPanel

__all__ = ["WeightsAnswers", "WeightsPanel"]
