"""What a reader wrote about a picture, made a caption: repaired, and its colours measured.

The same for a model at work here and for a service: neither is trusted to write a caption, and
neither can see a colour's value. What it is not: a check of whether the reader is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ideogram4.caption import Caption, Change, Issue, repair_caption
from ideogram4.colour.measure import measured
from ideogram4.errors import ServiceError

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Reading:
    """A picture's caption, what repair had to change in the answer, and what is still odd."""

    caption: Caption
    changes: tuple[Change, ...]
    issues: tuple[Issue, ...]


def read_answer(text: str, image: Image) -> Reading:
    """The caption in `text`, with the palettes of `image`. Raises `ServiceError` where none is.

    The error does not repeat the answer: whoever wrote it may have read it in the picture.
    """
    result = repair_caption(text)
    if result.caption is None:
        raise ServiceError(
            "what came back about the picture is no caption",
            hint="Try again; another seed or another model may do better.",
        )
    return Reading(measured(image, result.caption), result.changes, result.issues)
