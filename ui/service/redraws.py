"""Live redraws: which tab wants one, which may still run, and who goes before them.

A live redraw is a picture that nobody pressed a button for, so it gives way to everybody: to the
next edit in its own tab, and to any picture that was asked for anywhere. A tab has one at most and
reaches no other tab's. The page numbers its redraws, so a message that arrives late never touches a
newer one.

What it is not: the drawing, which is `ui.service`'s, or the page's side, which is `ui/live`.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from ui.service.jobs import Job
from ui.service.requests import GenerateRequest

TABS = 1000  # a tab that never says goodbye is forgotten when so many newer ones are known
SEEDS = 2**31  # a drawn seed is short enough to be read and typed


@dataclass(eq=False)
class Redraw:
    """One wish of a tab. `instead`: what its preview shows if something else took its place."""

    number: int
    request: GenerateRequest
    job: Job = field(default_factory=lambda: Job(kept=False))
    gave_way: bool = False
    instead: Any = None


@dataclass
class Tab:
    """What is known of one page: its redraw, its seed, the redraw in sight, and the last news."""

    redraw: Redraw | None = None
    stopped: int = 0  # every number up to this one is not wanted any more
    seed: int = field(default_factory=lambda: secrets.randbelow(SEEDS))
    in_sight: GenerateRequest | None = None
    settled: int = 0
    text: str | None = None


class Redraws:
    """The live redraws of all tabs. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._tabs: dict[str, Tab] = {}
        self._lock = threading.Lock()

    def seed(self, tab: str) -> int:
        """The seed of a tab that named none: drawn once, so only the caption changes a picture."""
        with self._lock:
            return self._tab(tab).seed

    def ask(self, tab: str, number: int, request: GenerateRequest) -> Redraw | None:
        """Put a wish in place of the tab's earlier one; None when it has been stopped already."""
        with self._lock:
            known = self._tab(tab)
            if number <= known.stopped:
                return None
            if known.redraw:
                known.redraw.job.cancel()
            known.stopped = max(known.stopped, number - 1)
            known.redraw = Redraw(number, request)
            return known.redraw

    def begin(self, tab: str, number: int) -> Redraw | None:
        """The wish of that number if it is still wanted. From here on its picture is in sight."""
        with self._lock:
            known = self._known(tab)
            redraw = known.redraw
            if redraw is None or redraw.number != number or redraw.job.cancelled:
                return None
            known.in_sight = None
            return redraw

    def finish(self, tab: str, redraw: Redraw) -> None:
        """The whole picture of `redraw` is in sight, unless something has taken its place."""
        with self._lock:
            known = self._known(tab)
            if known.redraw is redraw and redraw.instead is None:
                known.in_sight = redraw.request
                known.redraw = None

    def stop(self, tab: str, number: int | None = None, *, instead: Any = None) -> None:
        """Stop the tab's redraws up to `number`, or all; `instead` is what it shows from now on."""
        with self._lock:
            known = self._tab(tab)
            if number is not None:
                known.stopped = max(known.stopped, number)
            if instead is not None:
                known.in_sight = None
            redraw = known.redraw
            if redraw and (number is None or redraw.number <= number):
                redraw.instead = instead
                redraw.job.cancel()
                known.redraw = None

    def give_way(self) -> None:
        """A picture was asked for: every redraw stops within one step, or before it begins."""
        with self._lock:
            for known in self._tabs.values():
                if known.redraw:
                    known.redraw.gave_way = True
                    known.redraw.job.cancel()

    def latest(self, tab: str) -> int:
        """The number of the tab's redraw; 0 when it has none."""
        with self._lock:
            redraw = self._known(tab).redraw
            return redraw.number if redraw else 0

    def in_sight(self, tab: str) -> GenerateRequest | None:
        """What the picture in the tab's preview was asked with, if it is a whole live redraw."""
        with self._lock:
            return self._known(tab).in_sight

    def settle(self, tab: str, text: str | None = None) -> dict[str, Any]:
        """News for the page: the preview is about `text` (None: the caption as it is) already."""
        with self._lock:
            known = self._tab(tab)
            known.settled += 1
            known.text = text
        return self.news(tab)

    def news(self, tab: str, number: int = 0, state: str = "", message: str = "") -> dict[str, Any]:
        """What the page's switch is told; `ui/live/conductor.js` knows the states.

        Each message repeats the last settlement, because a page that is told two things at once
        sees only the second.
        """
        with self._lock:
            known = self._known(tab)
            settled, text = known.settled, known.text
        told = {"number": number, "state": state, "message": message}
        return {**told, "settled": settled, "text": text}

    def forget(self, tab: str) -> None:
        """The tab was closed."""
        with self._lock:
            self._drop(tab)

    def _known(self, tab: str) -> Tab:
        """What there is to read of a tab. One that has gone is not remembered again for that."""
        return self._tabs.get(tab) or Tab()

    def _tab(self, tab: str) -> Tab:
        """What there is of a tab, from now on."""
        if tab not in self._tabs:
            while len(self._tabs) >= TABS:
                self._drop(next(iter(self._tabs)))
            self._tabs[tab] = Tab()
        return self._tabs[tab]

    def _drop(self, tab: str) -> None:
        known = self._tabs.pop(tab, None)
        if known and known.redraw:
            known.redraw.job.cancel()
