"""A proposal beside the caption that a person has: the parts in which they differ.

A part is what a designer decides on: the style, the palette, one element whatever of it changed.
Everything is data of the caption's text as it stands, so that what a person typed and a caption
does not know stays where it is; only palettes come in people's spelling. What it is not: the taking
(`taken`), or words for people (`proposal`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ideogram4.caption import Element, parse_caption
from ideogram4.caption.schema import keys_of
from ideogram4.caption.serialise import people_spelling
from ideogram4.magic.pairing import pairs
from ui.presets import Size
from ui.review.lines import shortened

Data = dict[str, Any]
FindSize = Callable[[tuple[int, int]], Size | None]

PALETTE = "colour_palette"
COMPOSITION = "compositional_deconstruction"
KINDS = ("photo", "art_style")
SAME_SHAPE = 0.03
"""How far apart, as a share, two ratios of a page are that are taken for one."""

NOT_NOW = (
    "The caption’s text cannot be read at the moment, so nothing can be taken. "
    "Mend the text first; the proposal waits."
)


@dataclass(frozen=True)
class Part:
    """One tick: what is there and what is proposed, None for nothing.

    `id` stays the same when the caption changes elsewhere. `old` and `new` are an element's index
    in the caption and in the proposal.
    """

    id: str
    title: str
    before: Any
    after: Any
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True)
class Sides:
    """Both captions as data, which elements are the same, and the parts that differ."""

    mine: Data
    theirs: Data
    matches: dict[int, int]
    parts: tuple[Part, ...]


def sides_of(asked: object, size_for: FindSize) -> Sides | str:
    """What the page asks about (`proposal.compare_proposal`), or why nothing can be said of it."""
    given: Data = asked if isinstance(asked, dict) else {}
    text, proposal = given.get("text"), given.get("proposal")
    theirs = parse_caption(proposal if isinstance(proposal, str) else "").caption
    if theirs is None:
        return "There is no proposal."
    mine = _data(text if isinstance(text, str) else "")
    if mine is None:
        return NOT_NOW
    their_data = theirs.to_dict()
    own = elements_of(mine)
    matches = pairs([_element(one) for one in own], theirs.compositional_deconstruction.elements)
    parts = [*_of_picture(mine, their_data), *_of_elements(own, elements_of(their_data), matches)]
    if list(matches.values()) != sorted(matches.values()):
        parts.append(Part("order", "What stands in front of what", None, "as proposed"))
    parts += _of_page(given.get("ratio"), given.get("page"), size_for)
    return Sides(mine, their_data, matches, tuple(parts))


def _data(text: str) -> Data | None:
    """The caption's data in people's spelling, made whole enough to be edited; None if broken."""
    if not text.strip():
        return {COMPOSITION: {"background": "", "elements": []}}
    if parse_caption(text).value is None:  # too large, too deep or broken
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    value, _, _ = people_spelling(value)
    if not isinstance(value, dict):
        return None
    composition = value.setdefault(COMPOSITION, {})
    if not isinstance(composition, dict):
        return None
    composition.setdefault("background", "")
    if not isinstance(composition.setdefault("elements", []), list):
        return None
    return value


def _of_picture(mine: Data, theirs: Data) -> list[Part]:
    """What is said of the picture as a whole. What a proposal leaves out it does not touch."""
    parts = []
    said = theirs.get("high_level_description")
    if said and said != mine.get("high_level_description"):
        before = mine.get("high_level_description") or None
        parts.append(Part("description", "The picture in a sentence", before, said))
    style = mine.get("style_description")
    style = style if isinstance(style, dict) else {}
    words, palette = apart(style)
    new_words, new_palette = apart(theirs.get("style_description") or {})
    if not any(kind in words for kind in KINDS) and new_words:
        # Colours alone are no style: it has to be a photograph or something else.
        if (words, palette) != (new_words, new_palette):
            both = theirs["style_description"]
            parts.append(Part("style", "Style and colours", style or None, both))
    else:
        if new_words and new_words != words:
            parts.append(Part("style", "Style", words, new_words))
        if new_palette and new_palette != palette:
            parts.append(Part("palette", "Palette", palette or None, new_palette))
    background = theirs[COMPOSITION].get("background")
    if background and background != mine[COMPOSITION]["background"]:
        before = mine[COMPOSITION]["background"] or None
        parts.append(Part("background", "Background", before, background))
    return parts


def _of_elements(own: list[Any], new: list[Data], matches: dict[int, int]) -> list[Part]:
    """One for each element that is new, changed or gone, in the proposal's order."""
    back = {j: i for i, j in matches.items()}
    parts = []
    for j, element in enumerate(new):
        if j not in back:
            title = f"New {name_of(element)}"
            parts.append(Part(f"element:{j}", title, None, element, None, j))
            continue
        before = own[back[j]]
        after = _replaced(before, element)
        if plain(before) != plain(after):
            title = f"Changed: {name_of(before)}"
            parts.append(Part(f"element:{j}", title, before, after, back[j], j))
    gone: dict[str, int] = {}
    for i, element in enumerate(own):
        if i not in matches:
            # By what it says, because its number changes with every element before it.
            said = json.dumps(element, ensure_ascii=False, sort_keys=True)
            gone[said] = gone.get(said, 0) + 1
            title = f"Taken out: {name_of(element)}"
            parts.append(Part(f"gone:{gone[said]}:{said}", title, element, None, i, None))
    return parts


def _of_page(ratio: object, page: object, size_for: FindSize) -> list[Part]:
    try:
        width, height = (int(side) for side in str(ratio).split(":"))
    except ValueError:
        return []
    size = size_for((width, height)) if 0 < width <= 1000 and 0 < height <= 1000 else None
    now: Data = page if isinstance(page, dict) else {}
    wide: Any = now.get("width")
    high: Any = now.get("height")
    if size is None or not all(type(side) is int and side > 0 for side in (wide, high)):
        return []
    if abs(wide * size.height - size.width * high) <= SAME_SHAPE * wide * size.height:
        return []
    before = {"width": wide, "height": high}
    after = {"width": size.width, "height": size.height}
    return [Part("page", f"Page {width}:{height}", before, after)]


def _replaced(before: Any, after: Data) -> Data:
    """An element as proposed. Whether it is hidden, and what only the person knows, stays."""
    if not isinstance(before, dict):
        return after
    known = set(keys_of("element")) - {"hidden"}
    return {**after, **{key: value for key, value in before.items() if key not in known}}


def elements_of(data: Data) -> list[Any]:
    elements: list[Any] = data[COMPOSITION]["elements"]
    return elements


def _element(data: Any) -> Element:
    """As far as it can be told; what is no element is like nothing."""
    if not isinstance(data, dict):
        return Element("", "")
    box = data.get("bbox")
    palette = data.get(PALETTE)
    drawn = None
    if isinstance(box, list) and len(box) == 4 and all(type(edge) is int for edge in box):
        drawn = (box[0], box[1], box[2], box[3]) if box[0] < box[2] and box[1] < box[3] else None
    return Element(
        type=text_of(data.get("type")),
        desc=text_of(data.get("desc")),
        bbox=drawn,
        text=data["text"] if isinstance(data.get("text"), str) else None,
        colour_palette=tuple(map(str, palette)) if isinstance(palette, list) else (),
    )


def apart(style: Data) -> tuple[Data, list[Any]]:
    palette = style.get(PALETTE)
    words = {key: value for key, value in style.items() if key != PALETTE}
    return words, palette if isinstance(palette, list) else []


def plain(element: Any) -> Any:
    """Without what says nothing, so that it is no difference."""
    if not isinstance(element, dict):
        return element
    empty: tuple[Any, ...] = ([], None, False)
    return {key: value for key, value in element.items() if value not in empty}


def name_of(element: Any) -> str:
    if not isinstance(element, dict):
        return "an entry that is no element"
    if element.get("type") == "text":
        return f"text “{_short(text_of(element.get('text')))}”"
    return f"object: {_short(text_of(element.get('desc')))}"


def _short(words: str) -> str:
    return shortened(" ".join(words.split()), 60)


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""
