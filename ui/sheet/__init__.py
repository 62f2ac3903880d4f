"""Contact sheets: one caption in several seeds, palettes and presets, and the winner of them."""

from __future__ import annotations

from ui.sheet.component import ContactSheet, SheetNews
from ui.sheet.plan import SheetPlan, plan_sheet

__all__ = ["ContactSheet", "SheetNews", "SheetPlan", "plan_sheet"]
