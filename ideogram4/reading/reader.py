"""`Reader`: who looks at a picture, and the one door to all of them, `read_picture`.

A reader gets a picture and writes text; what it wrote is repaired, its colours are measured, and
where words are screened it is checked before anybody sees it. What it is not: the choice of a
reader (`choose`), or a judge of whether it is right (`likeness`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from ideogram4.caption import Caption, Change, Issue, validate_caption
from ideogram4.errors import ServiceError
from ideogram4.magic.expansion import read
from ideogram4.magic.pieces import passed_on, result_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.safety import Screening

UNVERIFIED = (
    "What a reader says it saw, not a proof. Reading has been tested for form, with small random "
    "weights and a stand-in service, never with the real weights."
)
PALETTES = frozenset(("color_palette", "colour_palette"))


class Reader(Protocol):
    """Looks at pictures. Answers within its own deadline."""

    @property
    def name(self) -> str:
        """What people know it as."""
        ...

    @property
    def sends_pictures(self) -> bool:
        """Whether the picture leaves this machine."""
        ...

    def look(self, image: Image, *, boxes: bool = True) -> Iterator[str]:
        """What is written about the picture, in pieces: a caption as JSON, or something like it.

        Closing the iterator stops the work. Raises ServiceError in words of ours, and of a model
        at work here WeightsError and its kin.
        """
        ...


@dataclass(frozen=True)
class Reading:
    """A picture's caption, who read it, what repair had to change, and what is still odd."""

    caption: Caption
    reader: str
    changes: tuple[Change, ...] = ()
    issues: tuple[Issue, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the caption as people spell it, and what there is to say of it."""
        return {
            "caption": self.caption.to_dict(),
            "reader": self.reader,
            "changes": [change.message for change in self.changes],
            "issues": [f"{issue.severity}: {issue.message}" for issue in self.issues],
            "note": UNVERIFIED,
        }


def read_picture(
    image: Image, reader: Reader, *, boxes: bool = True, screening: Screening | None = None
) -> Generator[str, None, Reading]:
    """Yield what is written as it is written, and return the reading.

    A picture is screened before it is sent anywhere. Where words are screened the pieces are empty,
    so that whoever asked can still go: the caption is told once it is cleared. Raises BlockedError
    and ServiceError, and for a model at work here WeightsError and its kin.
    """
    screened = screening is not None and bool(screening.words)
    if screening is not None and reader.sends_pictures:
        screening.check_picture(image)
    pieces = reader.look(image, boxes=boxes)
    text = yield from passed_on(pieces, reader.name, silent=screened)
    reading = finished(text, image, reader.name)
    if screening is not None:
        screening.check_caption(reading.caption)
    # What was repaired is told with the words that were there, which nobody has screened.
    return replace(reading, changes=()) if screened else reading


def read_whole(
    image: Image, reader: Reader, *, boxes: bool = True, screening: Screening | None = None
) -> Reading:
    """`read_picture` for whoever wants the reading alone."""
    return result_of(read_picture(image, reader, boxes=boxes, screening=screening))


def finished(text: str, image: Image, name: str) -> Reading:
    """The caption in an answer, with the colours of `image`. Raises `ServiceError` without one."""
    from ideogram4.colour.measure import measured  # numpy, which a command line starts without

    result = read(name, text)
    if result.caption is None:  # `read` has refused already; this is for the type
        raise ServiceError(f"{name} wrote no caption")
    caption = measured(image, result.caption)
    issues = tuple(validate_caption(caption.to_dict()))
    if any(issue.severity == "error" for issue in issues):
        raise ServiceError(f"what {name} wrote, with its colours, is more than a caption can hold")
    # Of the colours that were guessed nothing is left, so neither is what was mended in them.
    changes = tuple(c for c in result.changes if PALETTES.isdisjoint(c.path.split("/")))
    return Reading(caption, name, changes, issues)
