"""Repair as a person reviews it: what the text said, what repair would say, part by part.

The page shows the parts with a checkbox each and sends back which of them to take; nothing is kept
here between the two. What it is not: the repair (`ideogram4.caption.repair`), nor the comparison
(`ideogram4.caption.difference`); it puts them into words.
"""

from __future__ import annotations

from typing import Any

from ideogram4.caption import Change, RepairResult, format_json, repair_caption
from ideogram4.caption.difference import Comparison, Difference, compare
from ideogram4.caption.issue import Path, pointer
from ideogram4.caption.repairs.names import right_name
from ui.review import shown

MOST_NOTES = 6
"""Of one choice; the values before and after say the rest."""

_VERBS = {"added": "Added", "removed": "Taken out", "changed": "Changed", "renamed": "Renamed"}
_KINDS: dict[Path, str] = {
    (): "caption",
    ("style_description",): "style",
    ("compositional_deconstruction",): "composition",
}


def review(text: object) -> dict[str, Any]:
    """What repair would do to `text`: `{"reading": [...], "parts": [...]}` or `{"error": ...}`.

    `reading` is what had to be done to read the text at all, in words. Each part is `{id, title,
    notes, lines: [{path, before, after}]}`, the values shortened JSON, null where there is none.
    """
    result = _repaired(text)
    if result.caption is None or result.found is None:
        return {"error": _why_not(result)}
    comparison = _compared(result)
    groups = comparison.groups()
    notes, reading = _notes(groups, result.changes)
    parts = [_part(number, group, notes[number]) for number, group in enumerate(groups)]
    return {"reading": reading, "parts": parts}


def apply_review(asked: object) -> dict[str, Any]:
    """`{"text": ...}` with the parts that were taken, or `{"error": ...}`.

    `asked` is `{"text": ..., "taken": [ids]}`. The rest stays as it was written.
    """
    parts = asked if isinstance(asked, dict) else {}
    wished = parts.get("taken")
    result = _repaired(parts.get("text"))
    if result.caption is None or result.found is None or not isinstance(wished, list):
        return {"error": _why_not(result)}
    comparison = _compared(result)
    taken = {number for number in wished if type(number) is int}
    if taken.issuperset(range(len(comparison.groups()))):
        return {"text": result.caption.to_json()}
    return {"text": format_json(comparison.build(taken))}


def _repaired(text: object) -> RepairResult:
    return repair_caption(text if isinstance(text, str) else "")


def _why_not(result: RepairResult) -> str:
    reasons = [issue.message for issue in result.issues if issue.severity == "error"]
    return " ".join(["No caption could be made of this text.", *reasons[:1]])


def _compared(result: RepairResult) -> Comparison:
    caption = result.caption
    loose = {change.path: change.before for change in result.changes if change.after is not None}

    def belongs(removed: Path, new: Path) -> bool:
        # A box that was written as `x`, `y`, `w`, `h` beside the words.
        before = loose.get(pointer(new))
        return isinstance(before, dict) and removed[-1] in before

    return compare(
        result.found,
        None if caption is None else caption.to_dict(),
        same_name=_meant,
        belongs=belongs,
    )


def _meant(path: Path, key: str) -> str | None:
    """The key of a caption that `key` is another name of."""
    kind = _KINDS.get(path)
    if path[:2] == ("compositional_deconstruction", "elements") and len(path) == 3:
        kind = "element"
    return None if kind is None else right_name(key, kind)


def _notes(
    groups: list[list[Difference]], changes: tuple[Change, ...]
) -> tuple[list[list[str]], list[str]]:
    """Repair's own words for each group; and those that belong to none."""
    homes: dict[str, int] = {}
    gaps: dict[str, int] = {}
    names: set[str] = set()
    for number, group in enumerate(groups):
        for difference in group:
            places = _places(difference)
            homes.update((place, number) for place in places if place not in homes)
            if _is_name_only(difference):
                names |= places
            # Of what repair adds it tells at the object that lacked it.
            if difference.after is not None and difference.after[1] == "":
                gaps[pointer(difference.there[:-1])] = number
    notes: list[list[str]] = [[] for _ in groups]
    rest: list[str] = []
    for change in changes:
        if change.code == "missing-key" and change.path in gaps:
            home: int | None = gaps[change.path]
        else:
            home = _home(change.path, homes, names)
        (rest if home is None else notes[home]).append(change.message)
    return [_few(words) for words in notes], list(dict.fromkeys(rest))


def _few(notes: list[str]) -> list[str]:
    """Each once, and not a wall of them."""
    each = list(dict.fromkeys(notes))
    more = len(each) - MOST_NOTES
    return each if more <= 0 else [*each[:MOST_NOTES], f"And {more} more like these."]


def _home(path: str, homes: dict[str, int], names: set[str]) -> int | None:
    """The group of the difference at a place or around it; a new name holds nothing but itself."""
    if path in homes:
        return homes[path]
    while path:
        path = path.rpartition("/")[0]
        if path in homes and path not in names:
            return homes[path]
    return None


def _places(difference: Difference) -> set[str]:
    keys = {member[0] for member in (difference.before, difference.after) if member is not None}
    return {pointer((*difference.there[:-1], key)) for key in keys} if difference.there else {""}


def _is_name_only(difference: Difference) -> bool:
    """Another name for a whole section, whose own differences are listed apart."""
    return difference.kind == "renamed" and all(
        member is not None
        and (
            isinstance(member[1], dict)
            or any(isinstance(i, (dict, list)) for i in _items(member[1]))
        )
        for member in (difference.before, difference.after)
    )


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _part(number: int, group: list[Difference], notes: list[str]) -> dict[str, Any]:
    """One checkbox: the differences that go together, and repair's words for them."""
    lines = [
        {
            "path": pointer(difference.path),
            "before": None if _is_name_only(difference) else shown(difference.before),
            "after": None if _is_name_only(difference) else shown(difference.after),
        }
        for difference in group
    ]
    return {"id": number, "title": _title(group), "notes": notes, "lines": lines}


def _title(group: list[Difference]) -> str:
    first = group[0]
    if len(group) > 1:
        added = [difference for difference in group if difference.after is not None]
        names = [str(difference.after[0]) for difference in added if difference.after]
        return f"Moved into {names[0]}" if names else "Moved"
    if first.kind == "renamed" and first.before and first.after:
        return f"{str(first.before[0])[:60]} renamed {first.after[0]}"
    return _VERBS[first.kind]
