"""Which steps may have a preview, and how large, so that looking costs a tenth of drawing at most.

A preview is a decode of the autoencoder. On a card with the full model it is nothing beside a step;
on a processor with the demo one of 256 pixels takes twice a step's time. So both are measured while
they happen, and a preview is bought only with what the steps of the same job have earned. What it
is not: a guess about a device. The clock is handed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

SHARE = 0.10
SIDES = (256, 128, 64)  # longest sides of previews, in pixels; a smaller one says nothing
APART = 3.0  # a larger preview is worth having if one can be had every so many steps
RECENT = (
    3  # the cheapest of so many counts: a busy moment makes one seem dear, nothing makes it cheap
)
FORGET = 20  # after so many jobs that could not afford any, prices are asked for anew

Image = TypeVar("Image")


class PreviewBudget:
    """Earned by the steps of a job, spent on its previews; prices are remembered between jobs."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._prices: dict[int, deque[float]] = {}
        self._without = 0  # jobs in a row without a preview
        self._steps = 0
        self._drawn = self._spent = 0.0

    def begin(self) -> None:
        """A new job: nothing earned, nothing spent."""
        if self._steps and not self._spent:
            self._without += 1
        if self._without >= FORGET:
            self._prices.clear()
            self._without = 0
        self._steps = 0
        self._drawn = self._spent = 0.0

    def earn(self, seconds: float) -> None:
        """A step took so long, without any preview."""
        self._steps += 1
        self._drawn += seconds

    def buy(self, make: Callable[[int], Image]) -> Image | None:
        """`make(side)` if that is affordable now, else None."""
        side = self._wanted()
        if self._spent + self._price(side) > SHARE * self._drawn:
            return None
        began = self._clock()
        image = make(side)
        price = self._clock() - began
        self._spent += price
        self._without = 0
        self._prices.setdefault(side, deque(maxlen=RECENT)).append(price)
        return image

    @property
    def share(self) -> float:
        """What this job's previews have cost, as a part of its steps' time."""
        return self._spent / self._drawn if self._drawn else 0.0

    def _wanted(self) -> int:
        """The largest side that can come often, else the smallest."""
        most = APART * SHARE * self._drawn / max(1, self._steps)
        for side, smaller in pairwise(SIDES):
            # A side not tried yet is tried in hope: its price is rarely as large as its area says.
            known = side in self._prices
            hoped = self._price(side) if known else self._price(smaller) * side / smaller
            if (known or smaller in self._prices) and not self._trusting and hoped <= most:
                return side
        return SIDES[-1]

    def _price(self, side: int) -> float:
        """The least of the last ones paid; for a side not tried yet by its area, to be safe."""
        if self._trusting:
            return 0.0
        if side in self._prices:
            return min(self._prices[side])
        known = max(self._prices)
        return min(self._prices[known]) * (side / known) ** 2

    @property
    def _trusting(self) -> bool:
        """A price is found by paying it; the second time too, because the first warms things up."""
        return sum(map(len, self._prices.values())) < 2
