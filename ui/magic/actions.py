"""What the magic panel's events do: have a caption written, or stop that.

The page numbers what it asks, so a message that arrives late never touches a newer one. Every
message holds all there is to know, because a page that is told two things at once sees only the
second. It makes no component, and changes no caption: a proposal is all that it hands over.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from ideogram4.errors import Ideogram4Error
from ideogram4.magic import Expansion
from ui.actions import SKIP, session_of
from ui.magic.parts import Data
from ui.presets import Size, size_near, sizes_for
from ui.service import GenerationService
from ui.service.assignments import ExpansionWish
from ui.service.expansions import TooManyWrite
from ui.service.jobs import Job

log = logging.getLogger(__name__)

LARGEST = 2**53  # numbers of a page are exact up to here
EVERY = 0.1  # seconds between two messages while a text grows
WISHES = (
    *("idea", "caption", "task", "element", "texts", "width", "height"),
    *("provider", "keep_boxes", "keep_palette", "boxes"),
)
APOLOGY = "Something went wrong while the caption was being written. Nothing of yours has changed."


class MagicActions:
    """The events of the panel. One object serves every session."""

    def __init__(self, service: GenerationService) -> None:
        self.service = service
        self._jobs: dict[str, tuple[int, Job]] = {}
        self._stopped: dict[str, int] = {}  # who stopped up to which number

    def write(self, request: gr.Request, event: gr.EventData) -> Iterator[Any]:
        """Have a caption written, telling how far it is. -> magic panel"""
        session, number = session_of(request), number_of(event)
        if number <= self._stopped.get(session, 0):
            yield SKIP
            return
        job = Job()
        self._jobs[session] = number, job
        try:
            yield from self._told(number, wish_of(event), job, session)
        except Ideogram4Error as error:
            yield news(number, "failed", message=error.sentence)
        except Exception:
            log.exception("the page could not have a caption written")
            yield news(number, "failed", message=APOLOGY)
        finally:
            job.cancel()
            if self._jobs.get(session) == (number, job):
                del self._jobs[session]

    def _told(self, number: int, wish: ExpansionWish, job: Job, session: str) -> Iterator[Any]:
        text, told = "", 0.0
        with closing(self.service.expansions.run(wish, job, session=session)) as steps:
            for step in steps:
                if step.phase == "writing":
                    text += step.text
                    if time.monotonic() - told < EVERY:
                        continue
                    told = time.monotonic()
                if step.expansion is None:
                    yield news(number, step.phase, text=text, ahead=step.ahead)
                else:
                    yield news(number, "done", proposal=proposal_of(step.expansion))

    def stop(self, request: gr.Request, event: gr.EventData) -> None:
        """That one is not wanted any more, whether it has begun or not."""
        session, number = session_of(request), number_of(event)
        self._stopped[session] = max(number, self._stopped.get(session, 0))
        running = self._jobs.get(session)
        if running and running[0] <= number:
            running[1].cancel()

    def leave(self, request: gr.Request) -> None:
        """The tab was closed: nobody waits for its caption any more."""
        session = session_of(request)
        self._stopped.pop(session, None)
        if session in self._jobs:
            self._jobs[session][1].cancel()

    def turned_away(self) -> Data:
        """One ended before it began: the queue was full. -> magic panel"""
        return news(0, "failed", message=TooManyWrite().sentence)

    def size_for(self, ratio: tuple[int, int]) -> Size | None:
        """The size that the model offers for a ratio; None when none is near enough."""
        model = self.service.model
        return size_near(ratio, sizes_for(model.limits, model.default_size), model.default_size)


def news(
    number: int,
    state: str,
    *,
    text: str = "",
    ahead: int = 0,
    message: str = "",
    proposal: Data | None = None,
) -> Data:
    """What the panel is told of its asking `number`; 0 is whichever it waits for."""
    told = {"number": number, "state": state, "text": text, "ahead": ahead, "message": message}
    return {**told, "proposal": proposal}


def proposal_of(expansion: Expansion) -> Data:
    """A proposal as the page keeps it."""
    return {
        "text": expansion.caption.to_json(),
        "provider": expansion.provider,
        "notes": [change.message for change in expansion.changes],
        "ratio": expansion.aspect_ratio,
    }


def wish_of(event: gr.EventData) -> ExpansionWish:
    """What the page asks for, checked; raises Ideogram4Error."""
    data: Any = event._data
    asked = data if isinstance(data, dict) else {}
    return ExpansionWish.checked(**{name: asked[name] for name in WISHES if name in asked})


def number_of(event: gr.EventData) -> int:
    """The number the page gave; 0, which nothing has, for anything else a browser may send."""
    data: Any = event._data
    number = data.get("number") if isinstance(data, dict) else None
    return number if type(number) is int and 0 < number < LARGEST else 0
