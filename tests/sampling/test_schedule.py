"""The schedule: known values, ends, and how size moves it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.sampling.schedule import T_MAX, T_MIN, schedule


def test_ends_are_clamped_as_in_the_reference() -> None:
    times = schedule(20, 1024, 1024, 0.0, 1.75)
    assert len(times) == 21
    assert times[0] == pytest.approx(1.2339e-4, rel=1e-3)
    assert times[-1] == pytest.approx(0.999447, abs=1e-6)


def test_the_middle_of_an_unshifted_512_schedule_is_one_half() -> None:
    assert schedule(2, 512, 512, 0.0, 1.5)[1] == pytest.approx(0.5, abs=1e-12)


def test_larger_pictures_spend_more_steps_near_the_noise() -> None:
    # At 1024 x 1024 the mean is ln 2, so the middle step stands at 1 - sigmoid(ln 2) = 1/3.
    assert schedule(2, 1024, 1024, 0.0, 1.5)[1] == pytest.approx(1 / 3, abs=1e-12)
    assert schedule(2, 256, 256, 0.0, 1.5)[1] == pytest.approx(2 / 3, abs=1e-12)


def test_a_quarter_of_the_way_is_the_normal_quartile() -> None:
    quartile = 0.6744897501960817
    expected = 1 - 1 / (1 + math.exp(-(0.5 + 1.75 * quartile)))
    assert schedule(4, 512, 512, 0.5, 1.75)[1] == pytest.approx(expected, abs=1e-12)


@given(
    steps=st.integers(1, 200),
    height=st.integers(16, 128).map(lambda n: 16 * n),
    width=st.integers(16, 128).map(lambda n: 16 * n),
    mu=st.floats(-3, 3),
    std=st.floats(0.1, 3),
)
def test_times_never_fall_and_stay_inside(
    steps: int, height: int, width: int, mu: float, std: float
) -> None:
    times = schedule(steps, height, width, mu, std)
    assert times == sorted(times)
    assert times[0] == T_MIN and times[-1] == T_MAX
