"""Named colours of the synthetic captions, and how far apart two colours are."""

from __future__ import annotations

import colorsys
import math
import random

RGB = tuple[int, int, int]

NAMED: dict[str, RGB] = {
    "red": (220, 40, 40),
    "dark red": (139, 20, 20),
    "orange": (245, 140, 30),
    "yellow": (250, 215, 40),
    "lime": (150, 215, 40),
    "green": (40, 160, 70),
    "dark green": (15, 80, 40),
    "teal": (20, 140, 140),
    "cyan": (50, 205, 225),
    "light blue": (150, 200, 245),
    "blue": (40, 90, 220),
    "navy": (20, 30, 90),
    "purple": (125, 55, 180),
    "violet": (170, 120, 235),
    "magenta": (220, 40, 170),
    "pink": (250, 160, 190),
    "brown": (125, 75, 40),
    "beige": (240, 225, 195),
    "cream": (252, 246, 225),
    "white": (255, 255, 255),
    "light grey": (210, 210, 210),
    "grey": (130, 130, 130),
    "dark grey": (65, 65, 65),
    "black": (15, 15, 15),
}


def hex_colour(rgb: RGB) -> str:
    """(255, 0, 16) -> "#FF0010"."""
    return "#{:02X}{:02X}{:02X}".format(*rgb)


def difference(a: RGB, b: RGB) -> float:
    """A cheap perceptual distance (weighted by how red the pair is); about 0..765."""
    red = (a[0] + b[0]) / 2
    d = [x - y for x, y in zip(a, b, strict=True)]
    weights = (2 + red / 256, 4, 2 + (255 - red) / 256)
    return math.sqrt(sum(w * x * x for w, x in zip(weights, d, strict=True)))


def random_colour(rng: random.Random) -> tuple[RGB, str]:
    """A colour and its name; "" when it is not one of the named ones."""
    kind = rng.random()
    if kind < 0.4:
        name = rng.choice(list(NAMED))
        return NAMED[name], name
    if kind < 0.7:
        channels = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.3, 1), rng.uniform(0.35, 1))
        red, green, blue = (round(255 * c) for c in channels)
        return (red, green, blue), ""
    return (rng.randrange(256), rng.randrange(256), rng.randrange(256)), ""


def distinct_colour(rng: random.Random, others: list[RGB], gap: float = 110) -> tuple[RGB, str]:
    """A colour that can be told from `others`; gives up after a while on crowded palettes."""
    for _ in range(30):
        rgb, name = random_colour(rng)
        if all(difference(rgb, other) >= gap for other in others):
            break
    return rgb, name
