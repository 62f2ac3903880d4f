"""What a picture is called: a moment, to the microsecond, and 64 random bits.

Nothing else is ever joined to the folder's name, so no text from a page or a request can point
outside it, and nobody guesses another person's pictures. What it is not: a promise that the picture
is there; the store looks.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import TypeGuard

ID = re.compile(r"[0-9]{8}-[0-9]{6}-(?:[0-9a-f]{5})?[0-9a-f]{16}")  # once it was to the second


def is_id(value: object) -> TypeGuard[str]:
    """Whether this could be a picture's id; it may be anything at all."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def new_id() -> str:
    """An id that sorts after every earlier one."""
    now = time.time_ns()
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now // 10**9))
    return f"{moment}-{now // 1000 % 10**6:05x}{secrets.token_hex(8)}"
