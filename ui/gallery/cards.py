"""What the gallery's page is told of a picture: a card, a version, one side of a comparison.

Plain data of what the index or the file says. What it is not: the question of who may see it
(`ui.gallery.answers`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ui.gallery.changes import changes, summary, title_of
from ui.serving import address
from ui.store import Entry, Picture


def card(entry: Entry, thumbnail: str, favourite: bool) -> dict[str, Any]:
    """A picture in the grid. `thumbnail` is its address, "" where there is none."""
    record = entry.record
    return {
        "id": entry.id,
        "run": record.run or entry.id,
        "thumbnail": thumbnail,
        "title": title_of(record.caption),
        "seed": str(record.seed),  # beyond 2**53 a number of a page is not exact
        "size": record.size,
        "preset": record.preset,
        "weights": record.weights,
        "label": record.label,
        "blocked": record.blocked == "yes",
        "favourite": favourite,
    }


def version(run: str, runs: dict[str, list[Entry]], thumbnail: str) -> dict[str, Any]:
    """A press of Generate among all of them, with what it changed of the one before it."""
    entries = runs[run]
    first = entries[0]
    parent = runs.get(first.record.parent)
    how = _how(parent[0].record.caption, first.record.caption) if parent else ""
    return {
        "run": run,
        "parent": first.record.parent,
        "id": first.id,
        "thumbnail": thumbnail,
        "title": title_of(first.record.caption),
        "summary": how,
        "count": len(entries),
        "created": first.id,
        "when": _when(first.id),
    }


def side(picture: Picture) -> dict[str, Any]:
    """One of two pictures that are compared; Ideogram4Error when it cannot be served."""
    record = picture.record
    return {
        "src": address(picture.path),
        "facts": f"seed {record.seed} · {record.size} · {record.preset}",
        "width": record.width,
        "height": record.height,
    }


@lru_cache(maxsize=1024)  # reading two captions takes longer than all the rest, and none changes
def _how(before: str, after: str) -> str:
    """How a caption became another, in a line."""
    return summary(changes(before, after)) or "the same caption again"


def _when(picture_id: str) -> str:
    """Date and time of an id, as people write them."""
    day, clock = picture_id[:8], picture_id[9:15]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}"
