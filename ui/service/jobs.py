"""What a job is, what it reports, and the errors that end it without being its fault.

A job is cancelled through its own object, so a late click can never stop another person's picture.
It is not the line it stands in (`ui.service.line`) or the work that is done for it (`ui.service`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ideogram4.errors import Ideogram4Error

if TYPE_CHECKING:
    from PIL.Image import Image

    from ui.store import Picture

Phase = Literal[
    "screening",
    "waiting",
    "loading",
    "writing",
    "step",
    "finishing",
    "cell",
    "done",
    "cancelled",
]


class Busy(Ideogram4Error):
    """As many jobs wait as may wait; nothing was started."""

    def __init__(self) -> None:
        super().__init__(
            "The studio is busy: too many pictures are waiting already.",
            hint="Nothing is lost. Please try again in a minute.",
        )


class OneAtATime(Ideogram4Error):
    """A page has a picture in the making and asks for another; the first could not be stopped."""

    def __init__(self) -> None:
        super().__init__(
            "A picture is being made for this page already.",
            hint="Wait until it is finished, or cancel it.",
        )


@dataclass(frozen=True)
class Update:
    """How far a job is.

    While drawing: `step` of `total`, `seconds_left`, the `seed` in use, and at some steps a small
    `preview`; a step without one has not lost the last. When done: the stored `pictures`, or of a
    live redraw the whole picture as its `preview`. While waiting: jobs `ahead`, and as
    `seconds_left` what they are expected to take. While loading: `what`, and a `fraction` 0..1.
    "screening" comes before all of it, where words are checked; `withheld` says in the end how many
    pictures did not pass and are not among the `pictures`.

    Of a contact sheet every update says which `cell` of how many `cells`, `seconds_left` is that of
    all of them, "cell" brings the stored `pictures` of one, and "cancelled" those that are kept.

    Of a caption "writing" brings `what` was written since the last one.
    """

    phase: Phase
    step: int = 0
    total: int = 0
    seconds_left: float | None = None
    seed: int | None = None
    preview: Image | None = None
    pictures: tuple[Picture, ...] = ()
    ahead: int = 0
    what: str = ""
    fraction: float = 0.0
    cell: int = 0
    cells: int = 0
    withheld: int = 0


class Cancelled(Exception):
    """The person does not want the picture any more. Not an error, and never shown as one.

    `update` is the last word of a job that was stopped.
    """

    def __init__(self, update: Update | None = None) -> None:
        super().__init__()
        self.update = update or Update("cancelled")


class Job:
    """Somebody's wish for a picture. Cancelling twice, or after the end, does nothing.

    `kept` is False for a live redraw: its picture is shown and not stored. `work` is what is still
    to be done before the next in line may go, in the units of `ui.service.pace`.
    """

    def __init__(self, *, kept: bool = True) -> None:
        self.kept = kept
        self.work = 0.0
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; it does so within one step."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise Cancelled when the job was asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled
