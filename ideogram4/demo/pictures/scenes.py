"""Synthetic scenes and the captions that describe them.

A scene is a background and a few flat elements; `make_scene` invents one. `wording.py` writes it
down as a caption and `drawing.py` draws it. Everything comes from a `random.Random`, so a seed
names a scene.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from ideogram4.demo.pictures.colours import RGB, difference, distinct_colour, random_colour

SHAPES = (
    "rectangle",
    "circle",
    "triangle",
    "diamond",
    "rounded rectangle",
    "ring",
    "cross",
    "star",
    "heart",
    "sun",
    "house",
    "tree",
    "mountain",
)
ICONS = SHAPES[8:]
TEXT_SHAPE = "text"
# fmt: off
WORDS = (
    "SALE", "NEW", "OPEN", "HELLO", "MENU", "CAFE", "JAZZ", "SUN", "ART", "LOVE", "BOOK", "FREE",
    "GO", "YES", "TEA", "MOON", "PLAY", "FILM", "ZERO", "QUIZ", "WAVE", "FOX", "KEY", "VIP",
    "2026", "50", "100", "24", "7", "365",
)
# fmt: on
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MAX_ELEMENTS = 6
MAX_LETTERS = 7
ROOM_FOR_A_LETTER = 40  # of 1000: ten pixels, where seven rows and five columns can be seen
COUNTS = (3, 4, 4, 4, 1, 1)  # how often a scene has one, two, ... elements
DEFAULT_BOX = (250, 250, 750, 750)  # where an element without a box is drawn

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Element:
    """One flat shape. `box` is (y_min, x_min, y_max, x_max) on the 0..1000 grid.

    `has_box` False: the caption does not say the box, which then is `DEFAULT_BOX`.
    `said` False: the caption says neither shape nor colour; a grey rectangle holds the place.
    """

    shape: str
    box: Box
    colour: RGB
    colour_name: str = ""
    text: str = ""
    has_box: bool = True
    said: bool = True


@dataclass(frozen=True)
class Scene:
    """Elements in painter's order over a background that may fade from top to bottom.

    `readable` False: the caption is words that say nothing of a layout; a calm grey answers it.
    `ground_said` False: the caption does not say the background's colour, and it is that grey.
    """

    elements: tuple[Element, ...]
    background: RGB
    background_name: str = ""
    background_to: RGB | None = None
    readable: bool = True
    ground_said: bool = True


CALM_COLOUR, UNSAID_COLOUR = (226, 226, 226), (150, 150, 150)
CALM = Scene((), CALM_COLOUR, readable=False)


@dataclass(frozen=True)
class SceneMix:
    """What kind of scenes to make: how many elements, and how often each rarer thing."""

    max_elements: int = MAX_ELEMENTS
    text: float = 0.08
    gradient: float = 0.12
    icons: float = 0.25
    nested: float = 0.2
    style: float = 0.3
    boxless: float = 0.02
    unreadable: float = 0.02
    foreign: float = 0.3
    unsaid: float = 0.06


def make_scene(rng: random.Random, mix: SceneMix) -> Scene:
    """Invent a scene in which every element stays visible."""
    if rng.random() < mix.unreadable:
        return CALM
    background, background_name = random_colour(rng)
    background_to = None
    ground_said = rng.random() >= mix.unsaid
    if not ground_said:
        background, background_name = CALM_COLOUR, ""
    elif rng.random() < mix.gradient:
        background_to, _ = random_colour(rng)
        background_name = ""
    grounds = [background] + ([background_to] if background_to else [])
    elements: list[Element] = []
    counts = COUNTS[: mix.max_elements]
    for _ in range(rng.choices(range(1, len(counts) + 1), counts)[0]):
        has_box = rng.random() >= mix.boxless
        box = _free_box(rng, [e.box for e in elements], mix.nested) if has_box else DEFAULT_BOX
        if box is None:
            break
        if not has_box and any(_overlap(box, e.box) > 0.35 for e in elements):
            continue
        if rng.random() < mix.unsaid:
            elements.append(Element("rectangle", box, UNSAID_COLOUR, has_box=has_box, said=False))
            continue
        near = grounds + [e.colour for e in elements if _overlap(box, e.box) > 0]
        colour, name = distinct_colour(rng, near)
        if min(difference(colour, other) for other in near) < 60:
            continue
        shape, text = _shape(rng, mix), ""
        if shape == TEXT_SHAPE:
            room = (box[3] - box[1]) // ROOM_FOR_A_LETTER
            text = _word(rng, min(MAX_LETTERS, max(1, room)))
            box = _text_box(rng, box, text) if has_box else box
        elements.append(Element(shape, box, colour, name, text, has_box))
    if not elements:
        colour, name = (
            ((255, 255, 255), "white") if sum(background) < 380 else ((15, 15, 15), "black")
        )
        elements.append(Element("rectangle", DEFAULT_BOX, colour, name))
    return Scene(
        tuple(elements), background, background_name, background_to, ground_said=ground_said
    )


def _shape(rng: random.Random, mix: SceneMix) -> str:
    if rng.random() < mix.text:
        return TEXT_SHAPE
    return rng.choice(ICONS if rng.random() < mix.icons else SHAPES[: -len(ICONS)])


def _free_box(rng: random.Random, taken: list[Box], nested: float) -> Box | None:
    """A box that hides little of those before it; now and then one well inside another."""
    if taken and rng.random() < nested:
        outer = rng.choice(taken)
        sides = [outer[2] - outer[0], outer[3] - outer[1]]
        if min(sides) >= 250:
            height, width = (round(side * rng.uniform(0.25, 0.6)) for side in sides)
            top = rng.randint(outer[0] + sides[0] // 12, outer[2] - sides[0] // 12 - height)
            left = rng.randint(outer[1] + sides[1] // 12, outer[3] - sides[1] // 12 - width)
            box = (top, left, top + height, left + width)
            if all(_overlap(box, other) < 0.35 for other in taken if other != outer):
                return box
    for _ in range(12):
        height, width = (round(90 * (8.5 ** rng.random())) for _ in range(2))
        if rng.random() < 0.35:
            width = height
        top, left = rng.randint(0, 1000 - height), rng.randint(0, 1000 - width)
        if rng.random() < 0.1:  # flush with the page
            top = rng.choice((0, top, 1000 - height))
            left = rng.choice((0, left, 1000 - width))
        box = (top, left, top + height, left + width)
        if all(_overlap(box, other) < 0.35 for other in taken):
            return box
    return None


def _overlap(a: Box, b: Box) -> float:
    """Shared area over the smaller of the two areas."""
    high = min(a[2], b[2]) - max(a[0], b[0])
    wide = min(a[3], b[3]) - max(a[1], b[1])
    if high <= 0 or wide <= 0:
        return 0.0
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return high * wide / smaller


def _word(rng: random.Random, longest: int) -> str:
    """A word, or letters at random, that a box has room for."""
    words = [word for word in WORDS if len(word) <= longest]
    if longest > 1 and rng.random() < 0.4:
        return rng.choice(words)
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint((longest + 1) // 2, longest)))


def _text_box(rng: random.Random, box: Box, text: str) -> Box:
    """The box narrowed so that letters are neither needles nor planks."""
    top, left, bottom, right = box
    width = right - left
    height = min(bottom - top, round(width / len(text) * rng.uniform(1.1, 2.0)))
    return top, left, top + max(height, min(60, bottom - top)), right
