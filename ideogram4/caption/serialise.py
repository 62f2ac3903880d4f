"""A caption as text: what a person edits, and what the model reads.

Why: this is the only place that knows the palette's two spellings. People, files and the studio say
`colour_palette`; the weights were trained on `color_palette`. It is also the only place that writes
captions, always in the trained key order of `schema.json`, so equal captions are equal bytes.

What it is not: a check. It writes what it is given.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ideogram4.caption.issue import Path
from ideogram4.caption.schema import keys_of

if TYPE_CHECKING:
    from ideogram4.caption.model import Caption

PEOPLE_PALETTE = "colour_palette"
MODEL_PALETTE = "color_palette"
HIDDEN = "hidden"


def to_data(caption: Caption, *, palette: str = PEOPLE_PALETTE) -> dict[str, Any]:
    """The caption as new dicts and lists in trained key order; absent parts are left out."""
    composition = caption.compositional_deconstruction
    data = _ordered(caption, "caption", palette)
    if caption.style_description is not None:
        data["style_description"] = _ordered(caption.style_description, "style", palette)
    data["compositional_deconstruction"] = _ordered(composition, "composition", palette)
    data["compositional_deconstruction"]["elements"] = [
        _ordered(element, "element", palette) for element in composition.elements
    ]
    return data


def to_prompt(caption: Caption) -> str:
    """What the model reads: compact JSON, letters as they are, `color_palette`, nothing hidden."""
    data = to_data(caption, palette=MODEL_PALETTE)
    parts = data["compositional_deconstruction"]
    parts["elements"] = [element for element in parts["elements"] if HIDDEN not in element]
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def format_json(value: Any, indent: int | None = 2) -> str:
    """Any JSON data as a person likes to edit it: lists of plain values stay on one line.

    `indent=None` gives one line in all.
    """
    if indent is None:
        return json.dumps(value, ensure_ascii=False)
    return _formatted(value, indent, "\n")


def people_spelling(value: Any) -> tuple[Any, set[Path], list[Path]]:
    """A copy with every `color_palette` renamed, keys keeping their places.

    Also the paths of the objects where that was done, and of those that have both spellings; there
    `colour_palette` is the one kept.
    """
    renamed: set[Path] = set()
    clashes: list[Path] = []
    return _respelled(value, (), renamed, clashes), renamed, clashes


def as_written(path: Path, renamed: set[Path]) -> Path:
    """A path in the copy of `people_spelling` as the path in what the person wrote."""
    return tuple(
        MODEL_PALETTE if part == PEOPLE_PALETTE and path[:index] in renamed else part
        for index, part in enumerate(path)
    )


def _ordered(part: Any, name: str, palette: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key in keys_of(name):
        value = getattr(part, key)
        if key == PEOPLE_PALETTE:
            # An empty palette tends to make the model answer with a grey card: it is left out.
            if value:
                data[palette] = list(value)
        elif key == HIDDEN:
            # Only what is hidden says so: the model was trained without the key.
            if value:
                data[key] = True
        elif value is not None:
            data[key] = list(value) if isinstance(value, tuple) else value
    return data


def _respelled(value: Any, path: Path, renamed: set[Path], clashes: list[Path]) -> Any:
    if isinstance(value, list):
        return [_respelled(item, (*path, i), renamed, clashes) for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    both = PEOPLE_PALETTE in value and MODEL_PALETTE in value
    if both:
        clashes.append(path)
    result = {}
    for key, item in value.items():
        if key == MODEL_PALETTE:
            if both:
                continue
            renamed.add(path)
            key = PEOPLE_PALETTE
        result[key] = _respelled(item, (*path, key), renamed, clashes)
    return result


def _formatted(value: Any, indent: int, margin: str) -> str:
    inner = margin + " " * indent
    if isinstance(value, dict) and value:
        members = [
            f"{json.dumps(key, ensure_ascii=False)}: {_formatted(item, indent, inner)}"
            for key, item in value.items()
        ]
        return "{" + inner + f",{inner}".join(members) + margin + "}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        items = [_formatted(item, indent, inner) for item in value]
        return "[" + inner + f",{inner}".join(items) + margin + "]"
    return json.dumps(value, ensure_ascii=False)
