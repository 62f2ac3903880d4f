"""Paste anything a language model wrote: a caption comes out, with the list of what was changed.

Why: the page shows the changes to accept or reject, magic prompt cleans its answers with the same
code, and the command line prints them. A good caption comes back unchanged, and repairing twice
changes nothing more.

What it is not: silent. Everything it guessed, dropped or set aside is in the result.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any

from ideogram4.caption.issue import Issue
from ideogram4.caption.model import Caption
from ideogram4.caption.parse import parse_caption, parse_value
from ideogram4.caption.repairs.log import Change, Log
from ideogram4.caption.repairs.structure import likeness, mend_caption, unwrapped
from ideogram4.caption.repairs.text import decode, find_data


@dataclass(frozen=True)
class RepairResult:
    """`caption` is None where nothing like a caption was found; the issues then say why.

    Otherwise the issues are what is left, with lines in `caption.to_json()`. `aspect_ratio` is
    "W:H"; `found` is the object as it was written, out of its text and wrappers and not yet mended;
    `set_aside` maps JSON pointers to values that are no part of a caption.
    """

    caption: Caption | None
    changes: tuple[Change, ...] = ()
    issues: tuple[Issue, ...] = ()
    aspect_ratio: str | None = None
    set_aside: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] | None = field(default=None, repr=False, compare=False)


def repair_caption(text: Any) -> RepairResult:
    """The caption meant by a text (bytes, JSON data), and what had to change. Never raises."""
    log = Log()
    kind = type(text)
    if issubclass(kind, (dict, list, Caption)):
        try:
            text = json.dumps(text.to_dict() if kind is Caption else text, ensure_ascii=False)
        # A stranger's object may raise anything; `parse_value` has the words for it.
        except Exception:
            return RepairResult(None, issues=parse_value(text).issues)
    elif issubclass(kind, (bytes, bytearray)):
        text = decode(text, log)
    elif not issubclass(kind, str):
        return RepairResult(None, issues=parse_caption(text).issues)
    found, page = unwrapped(find_data(text, likeness, log), log)
    if found is None:
        return RepairResult(None, issues=parse_caption(text).issues)
    as_found = copy.deepcopy(found)
    data, page = mend_caption(found, page, log)
    result = parse_value(data)
    if result.caption is None:
        return RepairResult(None, tuple(log.changes), result.issues, page.ratio, log.set_aside)
    located = parse_caption(result.caption.to_json())
    issues = located.issues if located.ok else result.issues
    changes, aside = tuple(log.changes), dict(log.set_aside)
    return RepairResult(result.caption, changes, issues, page.ratio, aside, as_found)
