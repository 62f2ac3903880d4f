"""From a wish to stored pictures: its checks, the line, the steps, and what is told of them.

The studio's panels and its API ask here and hear `Update`s; nothing here knows a page, and only
here is the pipeline touched.
"""

from __future__ import annotations

from ui.service.generation import GenerationService
from ui.service.worker import Updates, apology

__all__ = ["GenerationService", "Updates", "apology"]
