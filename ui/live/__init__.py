"""The live demo: after a pause in editing the page draws by itself, and keeps nothing of it."""

from __future__ import annotations

from ui.live.component import LiveSwitch

__all__ = ["LiveSwitch"]
