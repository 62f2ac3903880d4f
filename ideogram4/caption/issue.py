"""A problem in a caption as an object: where it is, what it is, and what would mend it.

Why: the page underlines it, the command line prints it, a test matches its `code`; all three hold
the same `Issue`. Severities: `error` (this is not a caption), `warning` (outside what the model was
trained on), `hint` (the guides for good captions).

What it is not: an exception. A caption with problems is an ordinary value; `CaptionError` carries
issues where a caller asked for a caption or nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "hint"]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fix:
    """One way to mend an issue: call it with the caption's dict, it returns a mended copy.

    `action` edits the copy in place. A caption that has changed since and no longer holds the place
    comes back as it is.
    """

    label: str
    action: Callable[[Any], None] = field(compare=False, repr=False)

    def __call__(self, caption: Any) -> Any:
        mended = copy.deepcopy(caption)
        try:
            self.action(mended)
        except (LookupError, TypeError, ValueError, AttributeError):
            return copy.deepcopy(caption)
        return mended


@dataclass(frozen=True)
class Issue:
    """One problem. `path` is a JSON pointer ("" is the whole caption).

    `line` and `column` count from 1, columns in code points; both are None where there is no text.
    """

    path: str
    line: int | None
    column: int | None
    code: str
    severity: Severity
    message: str
    fix: Fix | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data; a fix is told by its label."""
        return {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "fix": None if self.fix is None else {"label": self.fix.label},
        }


@dataclass(frozen=True)
class Finding:
    """An issue before it has a line: `path` in parts, and whether it is about the key there.

    `offset`, where set, is the place in the text itself and wins over the path's.
    """

    path: Path
    code: str
    message: str
    severity: Severity = "error"
    fix: Fix | None = None
    about_key: bool = False
    offset: int | None = None


def pointer(path: Path) -> str:
    """The path as a JSON pointer (RFC 6901): ("a/b", 0) -> "/a~1b/0"."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
