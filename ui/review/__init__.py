"""What a person takes or leaves part by part: the sheet, and the lines in it.

Repair (`ui.editor.review`) and magic prompt (`ui.magic.proposal`) are shown in it. What it is not:
the comparing, or the meaning of a part.
"""

from __future__ import annotations

from ui.review.lines import shown

__all__ = ["shown"]
