"""What was set beside a preset, LoRAs included, as text: how a picture remembers it and how it is
brought back.

What it is not: the rules; whatever is read here is checked again like any other wish.
"""

from __future__ import annotations

import json
from typing import Any

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import MAX_STEPS
from ui.service.loras import read_loras
from ui.service.requests import GenerateRequest

LARGEST = 10**9  # far beyond any rule
NAMES = ("num_steps", "guidance_schedule", "mu", "std")


def sampling_text(request: GenerateRequest) -> str:
    """The request's own numbers and LoRAs as JSON, "" when all are the preset's."""
    found = {name: getattr(request, name) for name in NAMES}
    given = {name: value for name, value in found.items() if value is not None}
    if request.loras:
        given["loras"] = [wish.record() for wish in request.loras]
    return json.dumps(given) if given else ""


def sampling_from(text: str) -> dict[str, Any]:
    """The numbers of a picture: every name, None for the preset's. What is odd counts as none."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        found = {}
    known = found if isinstance(found, dict) else {}
    numbers = {name: known[name] if _is_plain(known.get(name)) else None for name in NAMES}
    try:
        loras = [wish.record() for wish in read_loras(known.get("loras"))]
    except RequestError:
        loras = []
    return {**numbers, "loras": loras}


def sampling_of(asked: object) -> dict[str, Any]:
    """The same of what a page sends."""
    wished = asked if isinstance(asked, dict) else {}
    return {name: wished.get(name) for name in (*NAMES, "loras")}


def _is_plain(value: object) -> bool:
    """A number, or a list of them, that a page can be sent; the picture may be a forged one."""
    if isinstance(value, list):
        return len(value) <= MAX_STEPS and not any(
            isinstance(item, list) or not _is_plain(item) for item in value
        )
    return isinstance(value, (int, float)) and abs(value) < LARGEST  # false for NaN
