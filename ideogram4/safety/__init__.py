"""Screening: whether words may be drawn and pictures shown, asked of others, who can be replaced.

`Moderator` is what judges, `Screening` what asks; both say no when there is no clear yes. It is no
judge of its own and no promise that what passes is harmless (docs/safety.md).
"""

from __future__ import annotations

from ideogram4.safety.moderator import Moderator, Verdict
from ideogram4.safety.screening import Screening, caption_texts, screening_of

__all__ = ["Moderator", "Screening", "Verdict", "caption_texts", "screening_of"]
