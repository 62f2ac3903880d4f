"""Who may expect a picture that has not begun: sessions between their click and their turn to run.

The page comes back with its ticket within a moment. One that does not (it was closed, it is no
page) must not keep everybody else's live demo waiting, so a ticket is only good for a while. What
it is not: a place in line; `ui.service.line` gives those.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

GOOD_FOR = 30.0  # seconds


class Tickets:
    """One a session at most. May be used from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._given: dict[str, float] = {}
        self._lock = threading.Lock()

    def give(self, session: str) -> None:
        """A ticket for `session`, in place of any that it has."""
        with self._lock:
            self._forget_old()
            self._given[session] = self._clock()

    def discard(self, session: str) -> None:
        """Its job has begun, or nobody wants it any more."""
        with self._lock:
            self._given.pop(session, None)

    def __contains__(self, session: str) -> bool:
        with self._lock:
            return session in self._given

    def holds(self, session: str) -> bool:
        """Whether it may still come with its ticket."""
        with self._lock:
            given = self._given.get(session)
            return given is not None and given >= self._clock() - GOOD_FOR

    @property
    def expecting(self) -> bool:
        """Whether anybody may still come with a ticket."""
        with self._lock:
            self._forget_old()
            return bool(self._given)

    def _forget_old(self) -> None:
        oldest = self._clock() - GOOD_FOR
        for session in [s for s, when in self._given.items() if when < oldest]:
            del self._given[session]
