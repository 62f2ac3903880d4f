"""A picture's file from anywhere: which caption it carries, and with what it was made.

Ours say everything. Other tools keep what they were asked with in the PNG's text: ComfyUI its whole
graph, the web interfaces of Stable Diffusion a "parameters" line, others a description. Whatever of
it is a caption, also one inside another text, is found and repaired.
What it is not: a decoder of pixels; only texts are looked at, and nothing is kept. Nor a reader of
XMP: what a picture discloses of its making is for other programs, and is never shown.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from ideogram4.caption import Caption, parse_caption, repair_caption
from ideogram4.disclosure import XMP
from ideogram4.errors import RequestError
from ideogram4.png import png_texts
from ideogram4.sampling.limits import MAX_SEED
from ui.store.record import PictureRecord

# In this order: what is surely a caption before what may be words about anything.
PLAIN = ("caption", "prompt", "parameters", "Description", "Comment", "workflow", "Title")
MARK = "compositional_deconstruction"
MOST_VALUES = 100_000  # of a graph that are looked at; a large one of ComfyUI has a few thousand
MOST_CAPTIONS = 20  # texts that look like one and are tried
LONGEST_SIDE = 99_999
SEED = re.compile(r"\bseed:\s*(\d{1,19})\b", re.IGNORECASE)
SIZE = re.compile(r"\bsize:\s*(\d{2,5})\s*x\s*(\d{2,5})\b", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
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
    texts.pop(XMP, None)
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
    inside = (v for graph in graphs for v in _values(graph) if isinstance(v, str))
    seed, width, height = _settings(ordered, graphs)
    marked = (text for text in chain(ordered, inside) if MARK in text)
    for text in islice(marked, MOST_CAPTIONS):
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


def _values(graph: Any) -> Iterator[Any]:
    """Everything in a graph, its top first."""
    todo = deque([graph])
    for _ in range(MOST_VALUES):
        if not todo:
            return
        value = todo.popleft()
        yield value
        if isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)


def _settings(texts: list[str], graphs: list[Any]) -> tuple[int | None, int | None, int | None]:
    """Seed, width and height, as far as anything says them."""
    for text in texts:
        seed, size = SEED.search(text), SIZE.search(text)
        if seed or size:
            sides = (int(size[1]), int(size[2])) if size else (None, None)
            return _within(int(seed[1]) if seed else None, MAX_SEED), *sides
    numbers: dict[str, int] = {}
    for value in chain.from_iterable(map(_values, graphs)):
        if isinstance(value, dict):
            for key, number in value.items():
                if type(number) is int:
                    numbers.setdefault(key, number)
    seed_number = numbers.get("seed", numbers.get("noise_seed"))
    width, height = (_within(numbers.get(side), LONGEST_SIDE) for side in ("width", "height"))
    return _within(seed_number, MAX_SEED), width, height


def _within(number: int | None, most: int) -> int | None:
    return number if number is not None and 0 <= number <= most else None


def _words(texts: Mapping[str, str]) -> str:
    """A plain prompt, if there is one."""
    for key in ("parameters", "prompt", "Description", "caption"):
        text = texts.get(key, "")
        if text.strip() and _json(text) is None:
            words = END_OF_WORDS.split(text)[0][:2000]
            return " ".join(CONTROL.sub(" ", words).split())
    return ""
