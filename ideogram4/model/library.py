"""The transformers library for two threads at once.

While it is first imported it puts another module in its own place; a thread that waits for that
import in another thread is handed the husk, and `from transformers import X` fails there. The
studio counts tokens while a model loads, so both come here.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def transformers() -> Any:
    """The library, whole. Heavy to import: ask where it is used."""
    importlib.import_module("transformers")
    return sys.modules["transformers"]
