"""How a file below presets/ is read: JSON, a list, entries with exactly the members they need.

What it is not: about what the members mean; each kind of preset judges its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ideogram4.errors import RequestError

PRESETS_FOLDER = Path(__file__).resolve().parents[2] / "presets"
KINDS = {str: "text", list: "a list", bool: "true or false", int: "a whole number"}


def entries(path: Path, kind: str) -> list[tuple[str, Any]]:
    """Each entry of a file's list with its place in words; raises RequestError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise RequestError(
            f"{path} cannot be read: {problem}", hint="Restore the file from the repository."
        ) from problem
    if not isinstance(content, list) or not content:
        raise RequestError(f"{path} must hold a list of {kind}s")
    return [(f"{kind} {n} in {path}", entry) for n, entry in enumerate(content, 1)]


def require(where: str, entry: Any, members: dict[str, type]) -> None:
    """Raise RequestError unless `entry` has exactly these members, of these types."""
    if not isinstance(entry, dict) or set(entry) != set(members):
        *most, last = members
        raise RequestError(f"{where} must have exactly {', '.join(most)} and {last}")
    for name, kind in members.items():
        if type(entry[name]) is not kind:
            raise RequestError(f"{where}: {name} must be {KINDS[kind]}")


def require_words(where: str, entry: dict[str, Any], *names: str) -> None:
    """Raise RequestError if one of these members says nothing."""
    for name in names:
        if not entry[name].strip():
            raise RequestError(f"{where}: {name} is empty")
