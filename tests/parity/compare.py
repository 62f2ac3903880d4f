"""How far apart two results are, with the limits the tests hold them to."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

# Everything is float32. The largest honest difference is 10,000 t in the time's sinusoid, where the
# last bit of t is 3e-4 of a radian.
RELATIVE_LIMIT = 1e-3
LEVEL_LIMIT = 1.0


def relative_error(result: Tensor, expected: Tensor) -> float:
    """Norm of the difference over the norm of what was expected; shapes must agree."""
    if result.shape != expected.shape:
        raise ValueError(f"{tuple(result.shape)} is compared with {tuple(expected.shape)}")
    if not torch.isfinite(result).all():
        return float("inf")
    gap = (result.double() - expected.double()).norm() / expected.double().norm()
    return float(gap)


def mean_levels(result: Image.Image, expected: Image.Image) -> float:
    """Mean absolute difference of two pictures in levels of 255."""
    if result.size != expected.size or result.mode != expected.mode:
        raise ValueError(f"{result.size} {result.mode} is not {expected.size} {expected.mode}")
    a, b = (np.asarray(image, dtype=np.float64) for image in (result, expected))
    return float(np.abs(a - b).mean())
