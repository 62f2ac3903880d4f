"""Providers and a pipeline that write what a test wants, when it wants it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

from ideogram4.magic import Assignment, Provider
from tests.ui.pretend import PretendPipeline


def caption(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A whole caption as data."""
    return {
        "high_level_description": "A cat on a wall.",
        "style_description": {
            "aesthetics": "calm",
            "lighting": "soft",
            "medium": "illustration",
            "art_style": "flat shapes",
            "colour_palette": ["#112233"],
        },
        "compositional_deconstruction": {"background": "A wall.", "elements": list(elements)},
        **more,
    }


def obj(desc: str, *bbox: int, **more: Any) -> dict[str, Any]:
    return {"type": "obj", **({"bbox": list(bbox)} if bbox else {}), "desc": desc, **more}


def text(words: str, *bbox: int, desc: str = "Bold letters.") -> dict[str, Any]:
    return {"type": "text", **({"bbox": list(bbox)} if bbox else {}), "text": words, "desc": desc}


class Author:
    """A provider that writes `answer`, after `held` (if it is given) has been set."""

    name = "the author"
    sends_words = True

    def __init__(self, answer: Any, held: threading.Event | None = None) -> None:
        self.answer = answer
        self.held = held
        self.asked: list[Assignment] = []
        self.began = threading.Event()

    def write(self, assignment: Assignment) -> Iterator[str]:
        self.asked.append(assignment)
        self.began.set()
        if self.held is not None and not self.held.wait(30):
            raise TimeoutError("the test never let the author write")
        if isinstance(self.answer, Exception):
            raise self.answer
        yield self.answer if isinstance(self.answer, str) else json.dumps(self.answer)

    def choose(self, *_: object, **__: object) -> Provider:
        """In place of `choose_provider`."""
        return self


class WritingPipeline(PretendPipeline):
    """A model that can write: the pieces of a caption, each after `paces` if it is paced."""

    def __init__(self, pieces: list[str], **settings: Any) -> None:
        super().__init__(**settings)
        self.pieces = pieces
        self.written = 0
        self.closed = False
        self.wrote = threading.Event()

    def write_caption(
        self, instruction: str, request: str, *, boxes: bool, seed: int
    ) -> Iterator[str]:
        try:
            for piece in self.pieces:
                if self.paced and not self.paces.acquire(timeout=60):
                    raise TimeoutError("the test never let the model write on")
                self.written += 1
                self.wrote.set()
                yield piece
        finally:
            self.closed = True
