"""A contact sheet as one job: which cell is drawn, what is finished, how long all of it takes.

It turns the news of a single picture into news of the sheet. What it is not: the choice of cells,
which is the page's, or the drawing, which is the service's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ideogram4.errors import RequestError
from ui.service.jobs import Update
from ui.service.pace import Pace, work_of
from ui.service.requests import GenerateRequest

if TYPE_CHECKING:
    from ui.service.painting import Painted
    from ui.service.worker import Report
    from ui.store import Picture

MOST_CELLS = 64


def check_cells(requests: Sequence[GenerateRequest]) -> tuple[GenerateRequest, ...]:
    """The cells, unless there are none or too many; raises RequestError."""
    if not 1 <= len(requests) <= MOST_CELLS:
        raise RequestError(
            f"a contact sheet of {len(requests)} cells is outside 1 to {MOST_CELLS}",
            hint="Choose fewer seeds, palettes or presets.",
        )
    return tuple(requests)


class Sheet:
    """How far one sheet is."""

    def __init__(self, cells: tuple[GenerateRequest, ...], pace: Pace, tell: Report) -> None:
        self._works = tuple(map(work_of, cells))
        self._pace = pace
        self._tell = tell
        self._cell = 0  # the one in hand, from 1
        self._pictures: tuple[Picture, ...] = ()
        self._last: Update = Update("done")

    def begin(self) -> bool:
        """The next cell is in hand. True when another one was before it."""
        self._cell += 1
        return self._cell > 1

    def tell(self, update: Update) -> None:
        """News of the cell in hand, told as news of the sheet."""
        left = update.seconds_left
        if left is not None and update.phase == "step":
            left += self._later(left, update)
        self._tell(self._of(replace(update, seconds_left=left)))

    def finish(self, painted: Painted, pictures: tuple[Picture, ...]) -> None:
        """The cell in hand is stored."""
        self._pictures += pictures
        total, seed = painted.last.total, painted.last.seed
        left = self._pace.seconds(sum(self._works[self._cell :]))
        self._last = self._of(Update("cell", total, total, left, seed, pictures=pictures))
        self._tell(self._last)

    def done(self) -> None:
        """Every cell is finished."""
        self._tell(replace(self._last, phase="done", seconds_left=None, pictures=self._pictures))

    def cancelled(self) -> Update:
        """How a cancelled sheet ends: with the pictures that are kept."""
        return self._of(Update("cancelled", pictures=self._pictures))

    def _later(self, left: float, update: Update) -> float:
        """Seconds for the cells after this one; by this one's own steps while nothing is known."""
        work = sum(self._works[self._cell :])
        known = self._pace.seconds(work)
        if known is not None:
            return known
        share = 1 - update.step / update.total
        return left / share * work / self._works[self._cell - 1] if share else 0.0

    def _of(self, update: Update) -> Update:
        return replace(update, cell=self._cell, cells=len(self._works))
