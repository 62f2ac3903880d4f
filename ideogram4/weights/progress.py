"""Count the bytes of a download over all its files, for one callback, and how fast they come.

huggingface_hub reports progress to a tqdm class; `bar_class` is a stand-in that draws nothing and
passes the counts on. It is not a progress bar: what is shown is the caller's business.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

OnProgress = Callable[[str, float], None]
REPORT_SECONDS = 0.1  # between two reports within a file; bytes come in thousands of pieces
WINDOW_SECONDS = 15.0  # over which a rate is measured


class Meter:
    """Adds up bytes over all files and reports the fraction; keeps what a listener raises."""

    def __init__(
        self,
        total: int,
        on_progress: OnProgress | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._reported = float("-inf")
        self._total = max(total, 1)
        self._on_progress = on_progress
        self._finished = 0
        self._current = 0
        self.raised: Exception | None = None

    def add(self, count: int) -> None:
        """Count bytes of the current file; negative when the library starts it over."""
        self._current = max(0, self._current + count)
        if self._clock() - self._reported >= REPORT_SECONDS:
            self._report()

    def finish_file(self, size: int) -> None:
        """Count a whole file of `size` bytes, however much of it was seen arriving."""
        self._finished += size
        self._current = 0
        self._report()

    def _report(self) -> None:
        if self._on_progress is None:
            return
        self._reported = self._clock()
        try:
            self._on_progress("download", min(1.0, (self._finished + self._current) / self._total))
        except Exception as error:
            self.raised = error
            raise


class Rate:
    """How fast a download is at the moment, and how long the rest will take."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, done: int) -> None:
        """`done` bytes of the total are here now."""
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and self._seen[1][0] < now - WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def per_second(self) -> float | None:
        """Bytes a second; None while it is too early to say."""
        if not self._seen:
            return None
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now - began >= 1 and done > before else None

    @property
    def seconds_left(self) -> float | None:
        """Until the whole is here, at this rate."""
        rate = self.per_second
        return (self._total - self._seen[-1][1]) / rate if rate else None


def bar_class(meter: Meter) -> type:
    """A stand-in for tqdm that draws nothing: the part of it huggingface_hub calls."""

    class Bar:
        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            self.n = 0
            self.total: int | None = None
            if initial:
                self.update(initial)

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def update(self, n: float | None = 1) -> None:
            meter.add(int(n or 0))

        def update_transfer(self, n: float | None = 1) -> None:
            """Bytes on the wire (Xet counts them apart from bytes on disk): not shown."""

        def set_postfix_str(self, *_: Any, **__: Any) -> None: ...

        def set_transfer_postfix_str(self, *_: Any, **__: Any) -> None: ...

        def set_description(self, *_: Any, **__: Any) -> None: ...

        def refresh(self, *_: Any, **__: Any) -> None: ...

        def close(self) -> None: ...

    return Bar
