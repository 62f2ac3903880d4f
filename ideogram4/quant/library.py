"""The one place that imports bitsandbytes, when nf4 is decoded on a card or packed.

On a processor the library complains, on import, about a kernel that we do not use.
"""

from __future__ import annotations

import logging
from types import ModuleType


def bitsandbytes() -> ModuleType:
    """The library; its operators are registered with torch once it is imported."""
    logger = logging.getLogger("bitsandbytes")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        import bitsandbytes
    finally:
        logger.setLevel(level)
    return bitsandbytes
