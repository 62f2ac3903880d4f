"""What repair did: a list of changes for a person to accept, and what it set aside.

Why: repair guesses. Every guess is told, with the value before and after, so nothing is lost in
silence.

What it is not: a diff of texts; the page makes that from the text before and after.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ideogram4.caption.issue import Path, pointer


@dataclass(frozen=True)
class Change:
    """One thing that repair changed. `path` is a JSON pointer into the caption as it was found."""

    path: str
    code: str
    message: str
    before: Any = None
    after: Any = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {
            "path": self.path,
            "code": self.code,
            "message": self.message,
            "before": self.before,
            "after": self.after,
        }


@dataclass
class Log:
    """Written by every stage of one repair."""

    changes: list[Change] = field(default_factory=list)
    set_aside: dict[str, Any] = field(default_factory=dict)

    def add(
        self, path: Path, code: str, message: str, before: Any = None, after: Any = None
    ) -> None:
        """Note a change."""
        self.changes.append(Change(pointer(path), code, message, before, after))

    def aside(self, path: Path, code: str, message: str, value: Any) -> None:
        """Note that `value` is taken out of the caption, and keep it."""
        self.set_aside[pointer(path)] = value
        self.add(path, code, message, before=value)
