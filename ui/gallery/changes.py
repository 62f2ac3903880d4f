"""What sets two captions apart, in words and element by element, for people who compare pictures.

What it is not: the comparison itself (`ideogram4.caption.difference`), nor a text diff: the order
of keys and the spacing of the file are no difference.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from ideogram4.caption import Caption, parse_caption
from ideogram4.caption.difference import Difference, compare
from ideogram4.caption.issue import Path

ELEMENTS: Path = ("compositional_deconstruction", "elements")
LONGEST = 200  # characters of a value that are shown
MOST_CHANGES = 60  # of two captions that have nothing in common; the rest is counted
_NAMES = {
    "high_level_description": "description",
    "desc": "description",
    "bbox": "box",
    "colour_palette": "colours",
    "type": "kind",
    "text": "words",
    "photo": "photo style",
    "art_style": "art style",
}


@dataclass(frozen=True)
class Change:
    """One difference. `subject` is whose it is, `what` which part; values as shown, "" is none."""

    subject: str
    what: str
    before: str
    after: str

    def to_dict(self) -> dict[str, str]:
        """As the page reads it."""
        return asdict(self)


def changes(before: str, after: str) -> list[Change]:
    """How the caption `before` became `after`; text that is no caption has no known changes."""
    old, new = _data(before), _data(after)
    if old is None or new is None:
        return []
    return [_change(item, old, new) for item in compare(old, new).differences]


def summary(found: list[Change], most: int = 3) -> str:
    """A line about changes: "description of the red cup; colours; 2 more"; "" for none."""
    words = list(dict.fromkeys(_brief(change) for change in found))
    more = len(words) - most
    shown = words if more <= 0 else [*words[:most], f"{more} more"]
    return "; ".join(shown)


def title_of(caption: str) -> str:
    """A few words that say which caption it is: its first text, else its description.

    Every card of a page has one, so the caption is not checked for it.
    """
    try:
        found = json.loads(caption)
    except (ValueError, RecursionError):
        found = None
    data = found if isinstance(found, dict) else {}
    parts = data.get("compositional_deconstruction")
    background = parts.get("background") if isinstance(parts, dict) else None
    elements = _elements(data)
    texts = [e["text"] for e in elements if isinstance(e.get("text"), str) and e["text"].strip()]
    descriptions = [e.get("desc") for e in elements]
    named = [*texts[:1], data.get("high_level_description"), *descriptions, background]
    words = (" ".join(text.split()) for text in named if isinstance(text, str))
    title = _short(next(filter(None, words), "Untitled"), 80)
    return title.encode(errors="replace").decode()  # half a surrogate pair cannot be sent


@lru_cache(maxsize=16)  # a line of versions compares each of them twice
def _data(caption: str) -> dict[str, Any] | None:
    parsed: Caption | None = parse_caption(caption).caption
    if parsed is None:
        return None
    data = parsed.to_dict()
    # #ff0000 is the colour that #FF0000 is.
    for holder in (data.get("style_description", {}), *_elements(data)):
        if "colour_palette" in holder:
            holder["colour_palette"] = [str(c).upper() for c in holder["colour_palette"]]
    return data


def _elements(data: dict[str, Any]) -> list[dict[str, Any]]:
    parts = data.get("compositional_deconstruction")
    found = parts.get("elements") if isinstance(parts, dict) else None
    return [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []


def _change(item: Difference, old: dict[str, Any], new: dict[str, Any]) -> Change:
    before = "" if item.before is None else _shown(item.before[1])
    after = "" if item.after is None else _shown(item.after[1])
    if item.path[:2] != ELEMENTS or len(item.path) < 3:
        return Change("Picture", _part(item.path[-1:]), before, after)
    data, path = (old, item.path) if item.before is not None else (new, item.there)
    if len(item.path) == 3:
        what = "added" if item.before is None else "taken out" if item.after is None else "changed"
        return Change(_name(data, path[2]), what, before, after)
    return Change(_name(data, path[2]), _part(item.path[3:]), before, after)


def _name(data: dict[str, Any], index: str | int) -> str:
    elements = data.get("compositional_deconstruction", {}).get("elements", [])
    element = elements[index] if isinstance(index, int) and index < len(elements) else {}
    words = element.get("text") or element.get("desc") or "" if isinstance(element, dict) else ""
    kind = "Text" if isinstance(element, dict) and element.get("type") == "text" else "Object"
    number = index + 1 if isinstance(index, int) else index
    quoted = f" “{_short(' '.join(str(words).split()), 32)}”" if words else ""
    return f"{kind} {number}{quoted}"


def _part(path: Path) -> str:
    return " ".join(_NAMES.get(str(key), str(key).replace("_", " ")) for key in path)


def _brief(change: Change) -> str:
    if change.subject == "Picture":
        return change.what
    if change.what in ("added", "taken out"):
        return f"{change.subject} {change.what}"
    return f"{change.what} of {change.subject}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return _short(value, LONGEST)
    if isinstance(value, dict):
        words = value.get("text") or value.get("desc")
        if words:
            return _short(str(words), LONGEST)
    return _short(json.dumps(value, ensure_ascii=False), LONGEST)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
