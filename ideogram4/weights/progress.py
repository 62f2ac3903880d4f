"""Count the bytes of a download over all its files, for one progress callback.

huggingface_hub reports progress to a tqdm class; `bar_class` is a stand-in that draws nothing and
passes the counts on. It is not a progress bar: what is shown is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OnProgress = Callable[[str, float], None]


class Meter:
    """Adds up bytes over all files and reports the fraction; keeps what a listener raises."""

    def __init__(self, total: int, on_progress: OnProgress | None) -> None:
        self._total = max(total, 1)
        self._on_progress = on_progress
        self._finished = 0
        self._current = 0
        self.raised: Exception | None = None

    def add(self, count: int) -> None:
        """Count bytes of the current file; negative when the library starts it over."""
        self._current = max(0, self._current + count)
        self._report()

    def finish_file(self, size: int) -> None:
        """Count a whole file of `size` bytes, however much of it was seen arriving."""
        self._finished += size
        self._current = 0
        self._report()

    def _report(self) -> None:
        if self._on_progress is None:
            return
        try:
            self._on_progress("download", min(1.0, (self._finished + self._current) / self._total))
        except Exception as error:
            self.raised = error
            raise


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
