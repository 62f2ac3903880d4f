"""Times of the denoising steps: where between noise (t = 0) and image (t = 1) each step stands.

A normal quantile, shifted by `mu` and the picture's size and widened by `std`, decides how the
steps are spread. All in float64. Larger pictures start with more steps near the noise.
"""

from __future__ import annotations

import math
from statistics import NormalDist

REFERENCE_PIXELS = 512 * 512
T_MIN = 1 / (1 + math.exp(9))
T_MAX = 1 / (1 + math.exp(-7.5))


def schedule(num_steps: int, height: int, width: int, mu: float, std: float) -> list[float]:
    """`num_steps + 1` rising times; step k goes from times[k] to times[k + 1].

    height and width in pixels. The ends are clamped to [0.000123, 0.999447] as in the public
    reference: the last step does not reach 1.
    """
    mean = mu + 0.5 * math.log(height * width / REFERENCE_PIXELS)
    return [time_at(1 - k / num_steps, mean, std) for k in range(num_steps + 1)]


def time_at(u: float, mean: float, std: float) -> float:
    """t at quantile u (1 = noise, 0 = image): 1 - sigmoid(mean + std * ndtri(u)), clamped."""
    if u >= 1:
        return T_MIN
    if u <= 0:
        return T_MAX
    logit = mean + std * NormalDist().inv_cdf(u)
    return min(max(_sigmoid(-logit), T_MIN), T_MAX)


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)
