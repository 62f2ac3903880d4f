"""Synthetic scenes and the captions that describe them.

A scene is a background and up to four flat elements; `make_scene` invents one, `caption_of` writes
it down the ways people and magic prompt do: with or without style, description, palettes,
adjectives. Everything comes from a `random.Random`, so a seed names a scene. Drawing is in
`drawing.py`.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from ideogram4.demo.colours import RGB, difference, distinct_colour, hex_colour, random_colour

SHAPES = (
    "rectangle",
    "circle",
    "triangle",
    "diamond",
    "rounded rectangle",
    "ring",
    "cross",
    "star",
)
TEXT_SHAPE = "text"
SYNONYMS = {
    "rectangle": ("rectangle", "square", "box", "block"),
    "circle": ("circle", "disc", "ellipse", "dot", "oval"),
    "diamond": ("diamond", "rhombus"),
    "cross": ("cross", "plus sign"),
    "ring": ("ring", "hoop"),
    "star": ("star", "five-pointed star"),
}
# fmt: off
WORDS = (
    "SALE", "NEW", "OPEN", "HELLO", "MENU", "CAFE", "JAZZ", "SUN", "ART", "LOVE", "BOOK", "FREE",
    "GO", "YES", "TEA", "MOON", "PLAY", "FILM", "ZERO", "QUIZ", "WAVE", "FOX", "KEY", "VIP",
    "2026", "50", "100", "24", "7", "365",
)
# fmt: on
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MAX_ELEMENTS = 4
MAX_LETTERS = 7


@dataclass(frozen=True)
class Element:
    """One flat shape. `box` is (y_min, x_min, y_max, x_max) on the 0..1000 grid."""

    shape: str
    box: tuple[int, int, int, int]
    colour: RGB
    colour_name: str = ""
    text: str = ""


@dataclass(frozen=True)
class Scene:
    """Elements in painter's order over a background that may fade from top to bottom."""

    elements: tuple[Element, ...]
    background: RGB
    background_name: str = ""
    background_to: RGB | None = None


@dataclass(frozen=True)
class SceneMix:
    """What kind of scenes to make; training moves from simple to full."""

    max_elements: int = MAX_ELEMENTS
    text: float = 0.12
    gradient: float = 0.1
    style: float = 0.5


def make_scene(rng: random.Random, mix: SceneMix) -> Scene:
    """Invent a scene in which every element stays visible."""
    background, background_name = random_colour(rng)
    background_to = None
    if rng.random() < mix.gradient:
        background_to, _ = random_colour(rng)
        background_name = ""
    colours = [background] + ([background_to] if background_to else [])
    elements: list[Element] = []
    for _ in range(rng.randint(1, mix.max_elements)):
        box = _free_box(rng, [e.box for e in elements])
        if box is None:
            break
        near = colours + [e.colour for e in elements if _overlap(box, e.box) > 0]
        colour, name = distinct_colour(rng, near)
        if difference(colour, background) < 60:
            continue
        if rng.random() < mix.text:
            text = _word(rng)
            elements.append(Element(TEXT_SHAPE, _text_box(rng, box, text), colour, name, text))
        else:
            elements.append(Element(rng.choice(SHAPES), box, colour, name))
    if not elements:
        colour = (255, 255, 255) if sum(background) < 380 else (15, 15, 15)
        name = "white" if sum(background) < 380 else "black"
        elements.append(Element("rectangle", (250, 250, 750, 750), colour, name))
    return Scene(tuple(elements), background, background_name, background_to)


def caption_of(scene: Scene, rng: random.Random, mix: SceneMix) -> str:
    """The scene in the words the model reads, in trained key order."""
    caption: dict[str, Any] = {}
    if rng.random() < mix.style * 0.6:
        caption["high_level_description"] = _summary(scene, rng)
    names_background = rng.random() < 0.8 or scene.background_to is not None
    if rng.random() < mix.style or not names_background:
        caption["style_description"] = _style(scene, rng, palette=not names_background)
    caption["compositional_deconstruction"] = {
        "background": _background(scene, rng, names_background),
        "elements": [_element(element, rng) for element in scene.elements],
    }
    return json.dumps(caption, separators=(",", ":"), ensure_ascii=False)


def _free_box(
    rng: random.Random, taken: list[tuple[int, int, int, int]]
) -> tuple[int, int, int, int] | None:
    for _ in range(12):
        height, width = (round(90 * (8.5 ** rng.random())) for _ in range(2))
        if rng.random() < 0.35:
            width = height
        top, left = rng.randint(0, 1000 - height), rng.randint(0, 1000 - width)
        box = (top, left, top + height, left + width)
        if all(_overlap(box, other) < 0.35 for other in taken):
            return box
    return None


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> float:
    """Shared area over the smaller of the two areas."""
    high = min(a[2], b[2]) - max(a[0], b[0])
    wide = min(a[3], b[3]) - max(a[1], b[1])
    if high <= 0 or wide <= 0:
        return 0.0
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return high * wide / smaller


def _word(rng: random.Random) -> str:
    if rng.random() < 0.4:
        return rng.choice(WORDS)
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, MAX_LETTERS)))


def _text_box(
    rng: random.Random, box: tuple[int, int, int, int], text: str
) -> tuple[int, int, int, int]:
    """The box narrowed so that letters are neither needles nor planks."""
    top, left, bottom, right = box
    width = right - left
    height = min(bottom - top, round(width / len(text) * rng.uniform(1.1, 2.0)))
    return top, left, top + max(height, 60), right


def _summary(scene: Scene, rng: random.Random) -> str:
    parts = [f"{e.colour_name} {_noun(e, rng)}".strip() for e in scene.elements]
    style = rng.choice(("a flat picture of", "simple shapes:", "a minimal poster with", ""))
    return f"{style} {' and '.join(parts)}".strip()


def _style(scene: Scene, rng: random.Random, *, palette: bool) -> dict[str, Any]:
    style: dict[str, Any] = {
        "aesthetics": rng.choice(("flat, minimal", "clean, simple", "geometric", "bold, playful")),
        "lighting": rng.choice(("even", "flat", "none", "soft, even")),
        "medium": rng.choice(("graphic_design", "illustration")),
        "art_style": rng.choice(("flat vector shapes", "geometric", "paper cut-out", "minimal")),
    }
    if palette or rng.random() < 0.6:
        colours = [scene.background, *(e.colour for e in scene.elements)]
        style["color_palette"] = list(dict.fromkeys(hex_colour(c) for c in colours))
    return style


def _background(scene: Scene, rng: random.Random, named: bool) -> str:
    if scene.background_to is not None:
        start, end = hex_colour(scene.background), hex_colour(scene.background_to)
        return rng.choice(("fades from {} to {}", "a gradient from {} to {}")).format(start, end)
    if not named:
        return rng.choice(("plain background", "flat background", "plain"))
    colour = hex_colour(scene.background)
    if scene.background_name and rng.random() < 0.6:
        colour = scene.background_name
    form = rng.choice(("plain {} background", "{} background", "a flat {} background", "{}"))
    return form.format(colour)


def _noun(element: Element, rng: random.Random) -> str:
    if element.shape == TEXT_SHAPE:
        return rng.choice(("word", "lettering", "text", "headline"))
    return rng.choice(SYNONYMS.get(element.shape, (element.shape,)))


def _element(element: Element, rng: random.Random) -> dict[str, Any]:
    result: dict[str, Any] = {"type": "text" if element.shape == TEXT_SHAPE else "obj"}
    result["bbox"] = list(element.box)
    if element.shape == TEXT_SHAPE:
        result["text"] = element.text
    says_colour = bool(element.colour_name) and rng.random() < 0.7
    colour = element.colour_name if says_colour else ""
    adjective = rng.choice(("", "", "", "flat", "large", "bold", "small", "solid"))
    words = ["a", adjective, colour, _noun(element, rng)]
    desc = " ".join(word for word in words if word)
    palette = not says_colour or rng.random() < 0.6
    if not palette or rng.random() < 0.85:
        result["desc"] = desc
    else:
        result["desc"] = f"{desc} in {hex_colour(element.colour)}"
        palette = False
    if palette:
        result["color_palette"] = [hex_colour(element.colour)]
    return result
