"""What a language model is told: our instructions, and the person's assignment put into words.

The instructions are data in `prompts/`, one file a task and one that all share. A file's name has
its version: a change of meaning is a new file and a new `VERSION`, so that an answer can be traced
to what was asked. What it is not: a conversation, or anything about one provider.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from math import gcd

from ideogram4.magic.assignment import Assignment, Task

VERSION = 1


@cache
def instruction(task: Task, *, boxes: bool = True) -> str:
    """The system prompt of a task."""
    parts = [_read("common"), _read(task)]
    if not boxes:
        parts.append('Leave every "bbox" out; say in "desc" where things are.\n')
    return "\n".join(parts).strip()


def request(assignment: Assignment) -> str:
    """The person's side: idea, page, caption, element and texts, whatever of them there is."""
    parts = []
    if assignment.idea.strip():
        label = "Idea" if assignment.task == "expand" else "Wish"
        parts.append(f"{label}: {assignment.idea.strip()}")
    if assignment.size is not None:
        width, height = assignment.size
        step = gcd(width, height)
        parts.append(
            f"Page: {width} x {height} pixels, {width // step}:{height // step} (width to height)."
        )
    if assignment.texts:
        parts.append(f"Lettering: {json.dumps(assignment.texts, ensure_ascii=False)}")
    if assignment.element is not None:
        parts.append(f"Element to write anew: number {assignment.element + 1}.")
    if assignment.caption is not None:
        parts.append(f"Caption: {assignment.caption.to_json(indent=None)}")
    return "\n\n".join(parts)


def as_idea(assignment: Assignment, most: int) -> str:
    """The assignment as a plain idea, for a service that takes nothing else; at most `most`
    characters. What the service then gets wrong, `merge` puts right."""
    parts = [assignment.idea]
    if assignment.texts:
        parts.append("With the lettering " + ", ".join(_quoted(text) for text in assignment.texts))
    caption = assignment.caption
    if caption is not None:
        parts += [
            caption.high_level_description or "",
            caption.compositional_deconstruction.background,
        ]
    for element in assignment.told:
        # In a layout it is the texts alone that are lettering.
        if assignment.task != "layout" or element.type != "text":
            letters = f" that reads {_quoted(element.text)}" if element.text else ""
            parts.append(f"{element.desc.rstrip('. ')}{letters}")
    sentences = (part.strip().rstrip(". ") or part.strip() for part in parts if part.strip())
    return ". ".join(sentences)[:most]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'


def _read(name: str) -> str:
    file = files("ideogram4.magic").joinpath("prompts", f"{name}.v{VERSION}.txt")
    return file.read_text(encoding="utf-8")
