"""Which steps get a preview: never for more than a tenth of the time, whatever a decode costs."""

from __future__ import annotations

import itertools

import pytest

from ui.service.budget import FORGET, SHARE, PreviewBudget


class Clock:
    """Time passes only when somebody spends it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Device:
    """A denoising step takes `step` seconds, a decode `dear` seconds for 256 pixels a side."""

    def __init__(self, step: float, dear: float, warm_up: float = 0.0) -> None:
        self.clock = Clock()
        self.budget = PreviewBudget(self.clock)
        self.step, self.dear, self.warm_up = step, dear, warm_up

    def preview(self, side: int) -> int:
        self.clock.now += self.dear * (side / 256) ** 2 + self.warm_up
        self.warm_up = 0.0
        return side

    def job(self, steps: int) -> list[int | None]:
        """The side of each step's preview."""
        self.budget.begin()
        sides = []
        for _ in range(steps):
            self.clock.now += self.step
            self.budget.earn(self.step)
            sides.append(self.budget.buy(self.preview))
        return sides

    def known(self, steps: int) -> None:
        """Jobs that find out what a preview costs."""
        for _ in range(2):
            self.job(steps)


SPEEDS = list(itertools.product((0.01, 0.1, 2.0), (0.0001, 0.02, 0.1, 1.5), (12, 20, 48)))


@pytest.mark.parametrize(("step", "dear", "steps"), SPEEDS)
def test_previews_cost_a_tenth_of_the_steps_at_most(step: float, dear: float, steps: int) -> None:
    """Whatever the size or the device; the price is known after two previews of the process."""
    device = Device(step, dear)
    device.known(steps)
    for _ in range(5):
        device.job(steps)
        assert device.budget.share <= SHARE + 1e-9


def test_where_a_decode_is_nothing_every_step_has_a_large_preview() -> None:
    sides = Device(step=1.0, dear=0.02).job(20)
    assert sides[0] == 64  # the price was not known yet
    assert sides.count(256) >= 17


def test_where_a_decode_is_dear_previews_are_small_and_come_as_often_as_they_can() -> None:
    """The demo at 256 pixels on two cores: a step of 50 ms, a decode of 100."""
    device = Device(step=0.05, dear=0.1)
    device.job(12)
    sides = device.job(12)
    assert {side for side in sides if side} == {64}
    assert sides.index(64) == 1 and len([side for side in sides if side]) >= 6
    assert 0.05 < device.budget.share <= SHARE


def test_a_model_too_quick_for_any_preview_has_none() -> None:
    device = Device(step=0.001, dear=1.0)
    device.known(12)
    assert device.job(12) == [None] * 12
    assert device.budget.share == 0


def test_a_first_decode_that_only_warms_up_does_not_count_as_the_price() -> None:
    device = Device(step=0.05, dear=0.1, warm_up=5.0)
    device.job(12)
    assert any(device.job(12))


def test_who_could_not_afford_any_for_long_asks_the_price_anew() -> None:
    """The machine was busy then; one job in so many may find out."""
    device = Device(step=0.01, dear=10.0)
    device.known(12)
    device.dear = 0.01
    jobs = [any(device.job(12)) for _ in range(FORGET + 2)]
    assert not any(jobs[: FORGET - 1]) and jobs[-1]
