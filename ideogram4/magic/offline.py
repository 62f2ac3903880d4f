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

from ideogram4.caption import LIMITS
from ideogram4.caption.colours import colour_names
from ideogram4.magic.assignment import Assignment
from ideogram4.magic.stack import stacked

MOST_COLOURS = 6
MOST_LETTERINGS = 8
SUBJECT = (180, 180, 820, 820)
BELOW = (470, 180, 900, 820)  # of lettering, which has the upper part of the page
_QUOTED = re.compile(r'"([^"]{1,200})"|“([^”]{1,200})”|„([^“”]{1,200})[“”]|«([^»]{1,200})»')
# Up to its last word, which stands before a quotation mark, this says only that lettering follows.
_LEAD_IN = re.compile(
    r"(?:[,;:]?\s*\b(?:with|and|or|in|the|a|of|says?|saying|reads?|reading|that|which|titled|called"
    r"|labelled|words?|texts?|titles?|headline|letters|lettering|lines?|below|above|under|it)\b)+"
    r"[\s:,]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+|\d[^\W_]+")


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
    words = _words_of(assignment)
    texts = list(assignment.texts) or quoted(words)
    subject = without_quotes(words)
    elements: list[dict[str, Any]] = []
    if subject and not (assignment.task == "layout" and assignment.caption is not None):
        box = BELOW if texts else SUBJECT
        elements.append({"type": "obj", "bbox": list(box), "desc": subject})
    for text, box in zip(texts, stacked(texts, below=470 if subject else 900), strict=True):
        elements.append(
            {"type": "text", "bbox": list(box), "text": text, "desc": rules["lettering"]}
        )
    if not assignment.boxes:
        for element in elements:
            del element["bbox"]
    style = {**style_of(subject or words)}
    if palette := colours_in(words):
        style["colour_palette"] = palette
    return {
        "high_level_description": words or ", ".join(texts),
        "style_description": style,
        "compositional_deconstruction": {
            "background": rules["background"],
            "elements": elements,
        },
    }


def quoted(words: str) -> list[str]:
    """The pieces in quotation marks, in their order; not more than can be placed."""
    found = (next(group for group in match.groups() if group) for match in _QUOTED.finditer(words))
    return [text.strip() for text in found if text.strip()][:MOST_LETTERINGS]


def without_quotes(words: str) -> str:
    """The words without what is in quotation marks and what leads up to it ("with the words")."""
    kept, end = "", 0
    for match in _QUOTED.finditer(words):
        kept = _LEAD_IN.sub("", kept + words[end : match.start()])
        end = match.end()
    return re.sub(r"\s+", " ", kept + words[end:]).strip(" ,;:.")


def colours_in(words: str) -> list[str]:
    """`#RRGGBB` of the colours that are named, in their order. A tomato is no colour by itself."""
    names = colour_names()
    found = [match.upper() for match in re.findall(r"#[0-9a-fA-F]{6}(?![0-9a-zA-Z])", words)]
    for word in _WORD.findall(words.lower()):
        if word in names and word not in _rules()["not_colours"]:
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


def _words_of(assignment: Assignment) -> str:
    """What the person said, or else what their caption says in a sentence."""
    words = re.sub(r"\s+", " ", assignment.idea).strip()
    caption = assignment.caption
    if not words and caption is not None:
        words = caption.high_level_description or ""
        if assignment.task == "element" and assignment.element is not None:
            words = caption.compositional_deconstruction.elements[assignment.element].desc
    return words[: LIMITS.string]


@cache
def _rules() -> dict[str, Any]:
    text = files("ideogram4.magic").joinpath("offline.json").read_text(encoding="utf-8")
    rules: dict[str, Any] = json.loads(text)
    return rules
