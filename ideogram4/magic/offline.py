"""`Rules`: an idea put into a caption's form by rules, without a key, a network or a model.

It is not magic and does not call itself so: it knows which words are lettering (those in quotation
marks), which are colours and which name a medium, and puts one subject in the middle of the page.
The rest is the person's own words. Its sentences are data, in `offline.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ideogram4.caption import LIMITS, Element
from ideogram4.caption.colours import colour_names
from ideogram4.caption.grid import GRID
from ideogram4.magic.assignment import MOST_TEXTS, Assignment
from ideogram4.magic.stack import MARGIN, stacked

MOST_COLOURS = 6
SUBJECT = (180, 180, 820, 820)
BELOW = (470, 180, 900, 820)  # of lettering, which has the upper part of the page
# A straight mark after a letter or a number is an end, an inch or a second, never a beginning.
_QUOTED = re.compile(
    r'(?<!\w)"([^"]{1,200})"|“([^”]{1,200})”|„([^“”]{1,200})[“”]|«([^»]{1,200})»|「([^」]{1,200})」'
)
# Up to its last word, which stands before a quotation mark, this says only that lettering follows.
_LEAD_IN = re.compile(
    r"(?:[,;:]?\s*\b(?:with|and|or|in|the|a|of|says?|saying|reads?|reading|that|which|titled|called"
    r"|labelled|words?|texts?|titles?|headline|letters|lettering|lines?|below|above|under|it)\b)+"
    r"[\s:,]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+|\d[^\W_]+")
_COLOUR = re.compile(rf"#[0-9a-f]{{6}}(?![0-9a-z])|{_WORD.pattern}")


@dataclass(frozen=True)
class Rules:
    """The rules. The same words always give the same caption."""

    name = "simple rules"
    sends_words = False

    def write(self, assignment: Assignment) -> Iterator[str]:
        """A sparse caption, in one piece."""
        yield json.dumps(caption_of(assignment), ensure_ascii=False)


def caption_of(assignment: Assignment) -> dict[str, Any]:
    """The caption of an assignment's words, as data."""
    rules = _rules()
    idea = assignment.idea.strip() or _own_words(assignment)
    words = _on_one_line(idea)
    texts = list(assignment.texts) or quoted(idea)
    subject = without_quotes(idea)
    if not subject and not texts:
        subject = words  # of signs alone; a caption without elements is drawn as nothing
    if assignment.task in ("fill", "element") and assignment.told:
        elements = [_worded(element, words, assignment) for element in assignment.told]
    elif assignment.task == "layout" and assignment.elements:
        elements = _placed("", texts)
    else:
        elements = _placed(subject, texts)
    if not assignment.boxes:
        for element in elements:
            element.pop("bbox", None)
    style = {**style_of(subject or words)}
    if palette := colours_in(subject):
        style["colour_palette"] = palette
    return {
        "high_level_description": words or _on_one_line(", ".join(texts)),
        "style_description": style,
        "compositional_deconstruction": {
            "background": rules["background"],
            "elements": elements,
        },
    }


def _placed(subject: str, texts: list[str]) -> list[dict[str, Any]]:
    """One subject in the middle, or below the lettering, which is stacked."""
    elements: list[dict[str, Any]] = []
    if subject:
        box = BELOW if texts else SUBJECT
        elements.append({"type": "obj", "bbox": list(box), "desc": subject})
    below = BELOW[0] if subject else GRID - MARGIN
    for text, box in zip(texts, stacked(texts, below=below), strict=True):
        desc = _rules()["lettering"]
        elements.append({"type": "text", "bbox": list(box), "text": text, "desc": desc})
    return elements


def _worded(element: Element, words: str, assignment: Assignment) -> dict[str, Any]:
    """One of the person's own, described if it is not, and with their wish if it is meant."""
    data: dict[str, Any] = {"type": element.type}
    if element.bbox is not None:
        data["bbox"] = list(element.bbox)
    if element.text is not None:
        data["text"] = element.text
    own = element.desc.strip() or (_rules()["lettering"] if element.type == "text" else "")
    is_meant = element is assignment.meant
    if own and is_meant and assignment.idea.strip():
        own = _on_one_line(f"{own.rstrip('. ')}, {words}")
    return {**data, "desc": own or words}


def quoted(words: str) -> list[str]:
    """The pieces in quotation marks, in their order; not more than can be placed."""
    found = (next(group for group in match.groups() if group) for match in _QUOTED.finditer(words))
    return [text.strip() for text in found if text.strip()][:MOST_TEXTS]


def without_quotes(words: str) -> str:
    """The words without what is in quotation marks and what leads up to it ("with the words")."""
    kept, end = "", 0
    for match in _QUOTED.finditer(words):
        kept += _LEAD_IN.sub("", words[end : match.start()])
        end = match.end()
    return _on_one_line(kept + words[end:]).strip(" ,;:.")


def colours_in(words: str) -> list[str]:
    """`#RRGGBB` of the colours that are named, in their order. A tomato is no colour by itself."""
    names, found = colour_names(), []
    for word in _COLOUR.findall(words.lower()):
        if word.startswith("#"):
            found.append(word.upper())
        elif word in names and word not in _rules()["not_colours"]:
            found.append(names[word])
    return list(dict.fromkeys(found))[:MOST_COLOURS]


def style_of(words: str) -> dict[str, Any]:
    """The style that goes with the medium that the words name."""
    rules = _rules()
    named = set(_WORD.findall(words.lower()))
    for choice in (rules["photo"], *rules["media"]):
        if named & set(choice["words"]):
            style: dict[str, Any] = choice["style"]
            return style
    usual: dict[str, Any] = rules["usual"]
    return usual


def _own_words(assignment: Assignment) -> str:
    """What the person's caption says in a sentence, for whoever has no idea besides."""
    if assignment.caption is None:
        return ""
    composition = assignment.caption.compositional_deconstruction
    told = [assignment.caption.high_level_description, composition.background]
    if assignment.element is not None:
        told.insert(0, composition.elements[assignment.element].desc)
    told += [element.desc for element in assignment.told]
    return next((text.strip() for text in told if text and text.strip()), "")


def _on_one_line(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()[: LIMITS.string]


@cache
def _rules() -> dict[str, Any]:
    text = files("ideogram4.magic").joinpath("offline.json").read_text(encoding="utf-8")
    rules: dict[str, Any] = json.loads(text)
    return rules
