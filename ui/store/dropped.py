"""A picture's file from anywhere: which caption it carries, and with what it was made.

Ours say everything. Other tools keep what they were asked with in the PNG's text: ComfyUI its whole
graph, the web interfaces of Stable Diffusion a "parameters" line, others a description. Whatever of
it is a caption, also one inside another text, is found and repaired.
What it is not: a decoder of pixels; only texts are looked at, and nothing is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ideogram4.caption import Caption, parse_caption, repair_caption
from ideogram4.errors import RequestError
from ideogram4.png import png_texts
from ideogram4.sampling.limits import MAX_SEED
from ui.store.record import PictureRecord

# In this order: what is surely a caption before what may be words about anything.
PLAIN = ("caption", "prompt", "parameters", "Description", "Comment", "workflow", "Title")
MARK = "compositional_deconstruction"
MOST_TEXTS = 2_000
SEED = re.compile(r"\bseed:\s*(\d{1,19})\b", re.IGNORECASE)
SIZE = re.compile(r"\bsize:\s*(\d{2,5})\s*x\s*(\d{2,5})\b", re.IGNORECASE)
END_OF_WORDS = re.compile(r"\n(?:negative prompt|steps):", re.IGNORECASE)


@dataclass(frozen=True)
class Dropped:
    """What a file says; `seed`, `width` and `height` None if it does not. `said`: words of ours."""

    caption: str
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    preset: str = ""
    run: str = ""
    sampling: str = ""
    said: str = ""


def read_dropped(data: bytes) -> Dropped:
    """Read the bytes of a PNG, with or without its pixels; RequestError when it has no caption."""
    texts = png_texts(data)
    try:
        record = PictureRecord.from_metadata(texts)
    except RequestError:
        return _foreign(texts)
    return Dropped(
        record.caption,
        record.seed,
        record.width,
        record.height,
        record.preset,
        record.run,
        record.sampling,
    )


def _foreign(texts: Mapping[str, str]) -> Dropped:
    ordered = [texts[key] for key in PLAIN if key in texts]
    ordered += [text for key, text in texts.items() if key not in PLAIN]
    graphs = [graph for graph in map(_json, ordered) if graph is not None]
    inside = [text for graph in graphs for text in _strings(graph)]
    seed, width, height = _settings(ordered, graphs)
    for text in [t for t in (*ordered, *inside) if MARK in t]:
        caption, said = _caption(text)
        if caption is not None:
            return Dropped(caption.to_json(), seed, width, height, said=said)
    words = _words(texts)
    if words:
        caption = Caption.from_dict(
            {
                "high_level_description": words,
                "compositional_deconstruction": {"background": "", "elements": []},
            }
        )
        said = "It held words and no boxes; they are the description now."
        return Dropped(caption.to_json(), seed, width, height, said=said)
    raise RequestError(
        "This picture carries no caption.",
        hint="Pictures made here do, until another program saves them anew.",
    )


def _caption(text: str) -> tuple[Caption | None, str]:
    """The caption in a text, and what to say about it."""
    parsed = parse_caption(text)
    if parsed.ok and parsed.caption is not None:
        return parsed.caption, ""
    repaired = repair_caption(text)
    return repaired.caption, "It was repaired on the way; undo brings your own back."


def _json(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _strings(graph: Any) -> Iterator[str]:
    """The texts in a graph, those of its top first."""
    todo, seen = [graph], 0
    while todo and seen < MOST_TEXTS:
        value = todo.pop(0)
        if isinstance(value, str):
            seen += 1
            yield value
        elif isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)


def _settings(texts: list[str], graphs: list[Any]) -> tuple[int | None, int | None, int | None]:
    """Seed, width and height, as far as anything says them."""
    for text in texts:
        seed, size = SEED.search(text), SIZE.search(text)
        if seed or size:
            found = int(seed[1]) if seed else None
            sides = (int(size[1]), int(size[2])) if size else (None, None)
            return (found if found is not None and found <= MAX_SEED else None), *sides
    numbers: dict[str, int] = {}
    for graph in graphs:
        for key, value in _numbers(graph):
            numbers.setdefault(key, value)
    seed_number = numbers.get("seed", numbers.get("noise_seed"))
    known = seed_number is not None and 0 <= seed_number <= MAX_SEED
    return (seed_number if known else None), numbers.get("width"), numbers.get("height")


def _numbers(graph: Any) -> Iterator[tuple[str, int]]:
    todo, seen = [graph], 0
    while todo and seen < MOST_TEXTS:
        value = todo.pop(0)
        seen += 1
        if isinstance(value, dict):
            yield from ((k, v) for k, v in value.items() if type(v) is int)
            todo.extend(v for v in value.values() if isinstance(v, (dict, list)))
        elif isinstance(value, list):
            todo.extend(v for v in value if isinstance(v, (dict, list)))


def _words(texts: Mapping[str, str]) -> str:
    """A plain prompt, if there is one."""
    for key in ("parameters", "prompt", "Description", "caption"):
        text = texts.get(key, "")
        if text.strip() and _json(text) is None:
            return END_OF_WORDS.split(text)[0].strip()[:2000]
    return ""
