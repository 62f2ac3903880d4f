"""What a person asked of the sampler, checked and made complete: the numbers of one generation.

Explicit arguments override the preset. Everything here is decided before any network runs; a wrong
value is a `RequestError` that names the argument, its rule and the value. It needs no torch.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import MAX_SEED, check_num_images, check_seed, check_steps
from ideogram4.sampling.presets import get_preset
from ideogram4.sampling.schedule import schedule

MAX_GUIDANCE = 100.0
MAX_STD = 20.0
FRESH_SEEDS = 2**32


@dataclass(frozen=True)
class SamplingPlan:
    """`times` has one entry more than `guidance`; both run first step first."""

    preset: str
    times: tuple[float, ...]
    guidance: tuple[float, ...]
    mu: float
    std: float

    @property
    def num_steps(self) -> int:
        return len(self.guidance)


def plan_sampling(
    *,
    height: int,
    width: int,
    preset: str,
    num_steps: int | None = None,
    guidance_scale: float | None = None,
    guidance_schedule: Sequence[float] | None = None,
    mu: float | None = None,
    std: float | None = None,
    preset_guidance_limit: float | None = None,
) -> SamplingPlan:
    """Complete a request from its preset. height and width in pixels, already checked.

    `preset_guidance_limit` lowers the preset's guidance to what a checkpoint bears; guidance that
    was asked for is left alone.
    """
    chosen = get_preset(preset)
    if num_steps is None:
        given = guidance_schedule is not None
        num_steps = len(guidance_schedule) if given else chosen.num_steps  # type: ignore[arg-type]
    check_steps(num_steps)
    mu = chosen.mu if mu is None else _number("mu", mu, -20.0, 20.0)
    std = chosen.std if std is None else _number("std", std, 1e-3, MAX_STD)
    limit = math.inf if preset_guidance_limit is None else preset_guidance_limit
    weights = tuple(min(weight, limit) for weight in chosen.guidance_schedule)
    guidance = _guidance(weights, num_steps, guidance_scale, guidance_schedule)
    times = tuple(schedule(num_steps, height, width, mu, std))
    return SamplingPlan(chosen.name, times, guidance, mu, std)


def plan_seeds(seed: int | None, prompts: int, num_images: int) -> tuple[int, ...]:
    """One seed a picture: counting on from `seed`, or from a fresh random one."""
    check_num_images(num_images)
    if seed is None:
        seed = secrets.randbelow(FRESH_SEEDS)
    check_seed(seed)
    last = seed + prompts * num_images - 1
    if last > MAX_SEED:
        raise RequestError(
            f"seed {seed} leaves no room for {prompts * num_images} pictures: "
            "each counts on from the one before",
            hint=f"The largest seed is {MAX_SEED}.",
        )
    return tuple(range(seed, last + 1))


def _guidance(
    preset: tuple[float, ...],
    num_steps: int,
    scale: float | None,
    weights: Sequence[float] | None,
) -> tuple[float, ...]:
    if scale is not None and weights is not None:
        raise RequestError(
            "guidance_scale and guidance_schedule are both given",
            hint="Give one: a single weight for all steps, or one weight a step.",
        )
    if scale is not None:
        return (_weight("guidance_scale", scale),) * num_steps
    if weights is None:
        return stretched(preset, num_steps)
    try:
        values = tuple(weights)
    except TypeError as error:
        raise RequestError("guidance_schedule must be a list of numbers, one a step") from error
    if len(values) != num_steps:
        raise RequestError(
            f"guidance_schedule has {len(values)} weights for {num_steps} steps; "
            "give one a step, first step first"
        )
    return tuple(_weight(f"guidance_schedule[{n}]", value) for n, value in enumerate(values))


def stretched(weights: Sequence[float], num_steps: int) -> tuple[float, ...]:
    """A preset's weights over another number of steps, each part keeping its share of the way."""
    count = len(weights)
    places = (int((step + 0.5) * count / num_steps) for step in range(num_steps))
    return tuple(weights[min(place, count - 1)] for place in places)


def _weight(name: str, value: object) -> float:
    return _number(name, value, 0.0, MAX_GUIDANCE)


def _number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RequestError(f"{name} must be a number, not {type(value).__name__}")
    if not low <= value <= high or not math.isfinite(value):
        raise RequestError(f"{name} {value!r:.40} is outside {low:g} to {high:g}")
    return float(value)
