"""`ChatReader`: any OpenAI-compatible chat endpoint whose model has vision.

The picture travels inside the message as a reduced JPEG of its pixels alone: what a file says about
itself (a caption, a place, a name) stays here. What it is not: the sending, which is
`magic.chat`'s, with its deadline, caps and silence about keys.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ideogram4.magic.chat import Chat
from ideogram4.pictures import opaque
from ideogram4.reading.instruction import REQUEST, instruction

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 1280  # pixels; small lettering can still be read, and a message stays below 1 MB
QUALITY = 88


@dataclass(frozen=True)
class ChatReader:
    """The model behind a chat endpoint as a reader."""

    chat: Chat

    sends_pictures = True

    @property
    def name(self) -> str:
        return self.chat.name

    def look(self, image: Image, *, boxes: bool = True) -> Iterator[str]:
        """What the model answers, in one piece."""
        yield self.chat.ask(instruction(boxes=boxes), picture_parts(image, REQUEST))


def picture_parts(image: Image, words: str) -> list[dict[str, Any]]:
    """The content of a message: a picture, then words about it."""
    return [
        {"type": "image_url", "image_url": {"url": data_url(image)}},
        {"type": "text", "text": words},
    ]


def data_url(image: Image) -> str:
    """The picture's pixels, reduced, as a JPEG in a `data:` address."""
    from PIL import Image as Pillow

    # A new picture: `thumbnail` works in place, and Pillow would copy texts and EXIF along.
    clean = Pillow.new("RGB", image.size)
    clean.paste(opaque(image))
    clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Pillow.Resampling.LANCZOS)
    file = io.BytesIO()
    clean.save(file, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")
