"""The caption: an immutable value that the canvas, the editor, the gallery and the pipeline share.

Why: one document, many views. A `Caption` that exists is one the model can be given, equality is by
content, and the text for people and the text for the model come from the same value.

What it is not: a parser (see `parse`), nor a place for keys that the model does not know; those
are reported where a text is read and never become part of a caption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ideogram4.caption import serialise
from ideogram4.errors import CaptionError

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Element:
    """One subject (`type` "obj") or one piece of lettering ("text").

    A `hidden` one stays in the file and leaves the prompt.
    """

    type: str
    desc: str
    bbox: Box | None = None
    text: str | None = None
    colour_palette: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Style:
    """How the picture looks. `photo` for photographs, `art_style` for everything else."""

    aesthetics: str | None = None
    lighting: str | None = None
    photo: str | None = None
    medium: str | None = None
    art_style: str | None = None
    colour_palette: tuple[str, ...] = ()


@dataclass(frozen=True)
class Composition:
    """The background and, in painter's order, the elements in front of it."""

    background: str = ""
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True)
class Caption:
    """A whole caption. Make one with `from_dict`, `empty` or `parse_caption`."""

    compositional_deconstruction: Composition
    style_description: Style | None = None
    high_level_description: str | None = None

    def __post_init__(self) -> None:
        # A style that says nothing is no style: or two equal texts could be unequal captions.
        if self.style_description == Style():
            object.__setattr__(self, "style_description", None)

    @classmethod
    def empty(cls) -> Caption:
        """A new page: no words, no elements."""
        return cls(Composition())

    @classmethod
    def from_dict(cls, data: Any) -> Caption:
        """A caption from its dict, in either spelling; keys the model does not know are left out.

        Raises `CaptionError` with the issues if `data` is not a caption.
        """
        # `parse` builds captions, so it cannot be imported before this class exists.
        from ideogram4.caption.parse import parse_value

        result = parse_value(data)
        if result.caption is None:
            errors = [issue for issue in result.issues if issue.severity == "error"]
            where = f" (at {errors[0].path})" if errors[0].path else ""
            more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
            raise CaptionError(
                f"This is not a caption: {errors[0].message}{where}{more}", issues=result.issues
            )
        return result.caption

    def to_dict(self) -> dict[str, Any]:
        """The caption as people spell it (`colour_palette`), keys in trained order."""
        return serialise.to_data(self)

    def to_json(self, indent: int | None = 2) -> str:
        """What a person edits."""
        return serialise.format_json(self.to_dict(), indent)

    def to_prompt(self) -> str:
        """What the model reads: compact, trained key order, `color_palette`, nothing hidden."""
        return serialise.to_prompt(self)


def build(data: dict[str, Any]) -> Caption:
    """The caption in `data`, which has been checked and uses people's spelling."""
    composition = data["compositional_deconstruction"]
    style = data.get("style_description")
    return Caption(
        Composition(
            composition["background"],
            tuple(_element(element) for element in composition["elements"]),
        ),
        None if style is None else _style(style),
        data.get("high_level_description"),
    )


def _element(data: dict[str, Any]) -> Element:
    box = data.get("bbox")
    return Element(
        data["type"],
        data["desc"],
        None if box is None else (box[0], box[1], box[2], box[3]),
        data.get("text"),
        tuple(data.get("colour_palette", ())),
        data.get("hidden", False),
    )


def _style(data: dict[str, Any]) -> Style:
    return Style(
        data.get("aesthetics"),
        data.get("lighting"),
        data.get("photo"),
        data.get("medium"),
        data.get("art_style"),
        tuple(data.get("colour_palette", ())),
    )
