"""What a one-click fix does to a caption's dict: small edits in place, each at a path.

Why: fixes are pure from outside (`Fix` works on a copy), so what remains is to find the place and
change it. A place that is gone raises `LookupError` or `TypeError`: `Fix` then leaves all as it is.

What it is not: repair of whole texts; see `repair`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ideogram4.caption.boxes import as_box
from ideogram4.caption.issue import Fix, Path


def remove(path: Path, label: str = "Take it out") -> Fix:
    """Remove the key or item at `path`."""

    def action(caption: Any) -> None:
        del _parent(caption, path)[path[-1]]

    return Fix(label, action)


def put(path: Path, value: Any, label: str) -> Fix:
    """Set the key or item at `path`; its parent must be there."""

    def action(caption: Any) -> None:
        _parent(caption, path)[path[-1]] = value

    return Fix(label, action)


def change(path: Path, function: Callable[[Any], Any], label: str) -> Fix:
    """Replace the value at `path` by `function` of it."""

    def action(caption: Any) -> None:
        parent = _parent(caption, path)
        parent[path[-1]] = function(parent[path[-1]])

    return Fix(label, action)


def rename(path: Path, new: str) -> Fix:
    """Rename the key at `path`, keeping its place in the object."""

    def action(caption: Any) -> None:
        parent = _parent(caption, path)
        if path[-1] not in parent or new in parent:
            raise LookupError(new)
        items = list(parent.items())
        parent.clear()
        parent.update((new if key == path[-1] else key, value) for key, value in items)

    return Fix(f"Rename it to {new}", action)


def mend_box(path: Path) -> Fix:
    """Make the numbers at `path` a box on the grid, or take them out if they are none."""

    def action(caption: Any) -> None:
        element = _parent(caption, path)
        box = as_box(element["bbox"])
        if box is None:
            del element["bbox"]
        else:
            element["bbox"] = list(box)

    return Fix("Mend this box", action)


def keep_one_style(path: Path) -> Fix:
    """Of photo and art_style, keep the one that fits the medium."""

    def action(caption: Any) -> None:
        style = _at(caption, path)
        del style["art_style" if keeps_photo(style) else "photo"]

    return Fix("Keep the one that fits the medium", action)


def keeps_photo(style: dict[str, Any]) -> bool:
    """Whether a style with both `photo` and `art_style` is a photograph's; empty words lose."""
    if not style.get("photo") or not style.get("art_style"):
        return bool(style.get("photo"))
    return "photo" in str(style.get("medium", "photo")).lower()


def _parent(caption: Any, path: Path) -> Any:
    if not path:
        raise LookupError("the whole caption has no parent")
    return _at(caption, path[:-1])


def _at(caption: Any, path: Path) -> Any:
    for part in path:
        caption = caption[part]
    return caption
