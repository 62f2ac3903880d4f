"""Where a job meets screening: its words before it stands in line, its pictures before the store.

What it is not: the asking or the answers, which are `ideogram4.safety`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ideogram4.errors import BlockedError, ServiceError
from ideogram4.safety import Screening, caption_texts
from ui.service.jobs import Update
from ui.service.line import Line
from ui.service.requests import GenerateRequest
from ui.service.worker import Updates

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Cleared:
    """The pictures that may be shown, with their numbers from 1; how many may not."""

    images: tuple[tuple[int, Image], ...]
    withheld: int


def clear_words(
    screening: Screening, asked: Sequence[GenerateRequest], line: Line, updates: Updates
) -> Updates:
    """`updates` of a job, once all its words may be drawn. Raises ServiceError when they may not,
    and Busy before anybody is asked for nothing."""
    line.check_room()
    yield Update("screening")
    # The cells of a contact sheet say mostly the same; their labels are stored too.
    texts = [text for one in asked for text in (*caption_texts(one.caption), one.label)]
    screening.check_words(texts)
    yield from updates


def clear_pictures(screening: Screening, images: Sequence[Image]) -> Cleared:
    """Those that pass. Raises ServiceError when none does."""
    passed: list[tuple[int, Image]] = []
    stopped: list[ServiceError] = []
    for number, image in enumerate(images, 1):
        try:
            screening.check_picture(image)
        except ServiceError as problem:
            stopped.append(problem)
        else:
            passed.append((number, image))
    if stopped and not passed:
        # One that was not answered goes first: trying again later can help.
        raise next((p for p in stopped if not isinstance(p, BlockedError)), stopped[0])
    return Cleared(tuple(passed), len(stopped))
