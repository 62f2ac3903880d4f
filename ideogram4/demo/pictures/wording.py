"""Writes a scene down as a caption, the ways people and magic prompt do.

With or without style, description and palettes; colours by name, by `#RRGGBB` in the description or
in a palette; short and long sentences, in several orders of words. Keys are in trained order, as
the pipeline always writes them.
"""

from __future__ import annotations

import json
import random
import re
from typing import Any

from ideogram4.demo.pictures.colours import NAMED, hex_colour
from ideogram4.demo.pictures.scenes import SHAPES, TEXT_SHAPE, Element, Scene, SceneMix

SYNONYMS = {
    "rectangle": ("rectangle", "square", "box", "block"),
    "circle": ("circle", "disc", "ellipse", "dot", "oval"),
    "diamond": ("diamond", "rhombus"),
    "cross": ("cross", "plus sign"),
    "ring": ("ring", "hoop"),
    "rounded rectangle": ("rounded rectangle", "rounded square", "pill", "rounded box"),
    "star": ("star", "five-pointed star"),
    "triangle": ("triangle", "triangle pointing up"),
    "heart": ("heart", "love heart"),
    "house": ("house", "little house", "home"),
    "sun": ("sun", "sun with rays"),
    "tree": ("tree", "fir tree"),
    "mountain": ("mountain", "mountains"),
}
TEXT_NOUNS = ("word", "lettering", "text", "headline", "title")
ADJECTIVES = (
    "flat", "large", "bold", "small", "solid", "simple", "plain", "crisp", "clean", "geometric",
    "tiny", "huge", "wide", "tall", "bright", "smooth", "perfect", "big",
)  # fmt: skip
TAILS = (
    "with crisp edges", "on the left", "on the right", "at the top", "at the bottom",
    "in the centre", "in the middle of the picture", "in the corner", "with clean edges",
    "evenly filled", "without shadow or texture", "seen from the front", "drawn as a flat vector",
    "filled with one colour", "with a smooth outline", "floating above the background",
    "standing alone", "as the main subject", "casting no shadow", "next to the others",
)  # fmt: skip
STYLES = ("a flat picture of", "simple shapes:", "a minimal poster with", "an illustration of", "")
AESTHETICS = ("flat, minimal", "clean, simple", "geometric", "bold, playful", "calm, modern")
LIGHTING = ("even", "flat", "none", "soft, even", "bright")
MEDIUM = ("graphic_design", "illustration")
ART_STYLE = ("flat vector shapes", "geometric", "paper cut-out", "minimal", "flat vector poster")
FADES = (
    "fades from {} to {}", "a gradient from {} to {}", "smooth gradient from {} to {}",
    "fades from {} at the top to {} at the bottom", "{} fading to {}",
)  # fmt: skip
GROUNDS = (
    "plain {} background", "{} background", "a flat {} background", "{}", "solid {}",
    "a plain {} wall", "a clean, even {} background without texture", "plain {}",
)  # fmt: skip
UNNAMED_GROUNDS = ("plain background", "flat background", "plain", "a clean, even background")
IN_COLOUR = ("{} in {}", "{} coloured {}", "{}, {}", "{} of colour {}", "{} in the colour {}")
# Words that have no token of their own: people will use others than ours, which fall apart into
# letters. Some must be met in training, or a reader takes letters for lengths.
FOREIGN = (
    "serif", "sans-serif", "capitals", "letters", "hand-lettered", "painted", "vintage", "elegant",
    "neon", "sign", "script", "typeface", "condensed", "chalk", "wooden", "paper", "texture",
    "grain", "poster", "menu", "coffee", "cup", "mountain range", "swan", "window", "street", "ink",
    "print",
    "glowing", "subtle", "thick", "thin", "rounded", "stencil", "marker", "brush", "gold", "metal",
    "ceramic", "leaf", "flower", "bird", "face", "hand", "logo mark", "badge", "ribbon", "frame",
    "subtitle", "price", "name", "date", "caption", "slogan", "upper case", "lower case", "spaced",
    "centred", "aligned", "engraved", "embossed", "printed", "woven", "knitted", "matte", "glossy",
)  # fmt: skip
SYLLABLES = (
    "ba",
    "cor",
    "del",
    "fi",
    "gra",
    "ho",
    "lin",
    "mo",
    "nu",
    "pre",
    "qua",
    "ro",
    "st",
    "tiv",
)
CHATTER = (
    "hello", "please draw something nice", "a cat on a sofa", "what can you do", "make a logo",
    "a photograph of a street in the rain", "some words and numbers 12 345", "draw it again",
    "my holiday by the sea with friends", "a portrait of a woman smiling", "",
)  # fmt: skip


def caption_of(scene: Scene, rng: random.Random, mix: SceneMix) -> str:
    """The scene in the words the model reads, in trained key order."""
    if not scene.readable:
        return _chatter(rng)
    caption: dict[str, Any] = {}
    if rng.random() < mix.style * 0.6:
        summary = _summary(scene, rng)
        more = rng.random() < mix.foreign
        caption["high_level_description"] = _with_foreign(summary, rng) if more else summary
    names_background = rng.random() < 0.65 or scene.background_to is not None
    names_background = names_background or not scene.ground_said
    if rng.random() < mix.style or not names_background:
        caption["style_description"] = _style(scene, rng, palette=not names_background)
    background = _background(scene, rng, names_background)
    if rng.random() < mix.foreign:
        background = _with_foreign(background, rng)
    caption["compositional_deconstruction"] = {
        "background": background,
        "elements": [_element(element, rng, mix.foreign) for element in scene.elements],
    }
    return json.dumps(caption, separators=(",", ":"), ensure_ascii=False)


def words_in_use() -> list[str]:
    """Every word that captions are made of, in a fixed order."""
    nouns = [noun for shape in SHAPES for noun in SYNONYMS.get(shape, (shape,))]
    lists = (
        SHAPES, nouns, TEXT_NOUNS, NAMED, ADJECTIVES, TAILS, STYLES, AESTHETICS, LIGHTING, MEDIUM,
        ART_STYLE, FADES, GROUNDS, UNNAMED_GROUNDS, IN_COLOUR, CHATTER,
    )  # fmt: skip
    text = " ".join(" ".join(words) for words in lists).lower()
    return list(dict.fromkeys(re.findall("[a-z]+", text)))


def _chatter(rng: random.Random) -> str:
    """Words that describe no layout, some of them in a caption's form."""
    words = rng.choice(CHATTER).split()
    rng.shuffle(words)
    text = " ".join(words)
    if rng.random() < 0.3:
        text = json.dumps({"high_level_description": text}, separators=(",", ":"))
    return text


def _summary(scene: Scene, rng: random.Random) -> str:
    parts = [f"{e.colour_name} {_noun(e, rng)}".strip() for e in scene.elements if e.said]
    return f"{rng.choice(STYLES)} {' and '.join(parts)}".strip()


def _style(scene: Scene, rng: random.Random, *, palette: bool) -> dict[str, Any]:
    style: dict[str, Any] = {
        "aesthetics": rng.choice(AESTHETICS),
        "lighting": rng.choice(LIGHTING),
        "medium": rng.choice(MEDIUM),
        "art_style": rng.choice(ART_STYLE),
    }
    if palette or rng.random() < 0.6:
        colours = [e.colour for e in scene.elements if e.said]
        colours = [scene.background, *colours] if scene.ground_said else colours
        if colours:
            style["color_palette"] = list(dict.fromkeys(hex_colour(c) for c in colours))
    return style


def _background(scene: Scene, rng: random.Random, named: bool) -> str:
    if not scene.ground_said:
        return _with_foreign("", rng) if rng.random() < 0.5 else ""
    if scene.background_to is not None:
        start, end = hex_colour(scene.background), hex_colour(scene.background_to)
        return rng.choice(FADES).format(start, end)
    if not named:
        return rng.choice(UNNAMED_GROUNDS)
    colour = hex_colour(scene.background)
    if scene.background_name and rng.random() < 0.6:
        colour = scene.background_name
    return _as_typed(rng.choice(GROUNDS).format(colour), rng)


def _noun(element: Element, rng: random.Random) -> str:
    if element.shape == TEXT_SHAPE:
        return rng.choice(TEXT_NOUNS)
    return rng.choice(SYNONYMS.get(element.shape, (element.shape,)))


def _element(element: Element, rng: random.Random, foreign: float) -> dict[str, Any]:
    if not element.said:
        return _unsaid(element, rng)
    result: dict[str, Any] = {"type": "text" if element.shape == TEXT_SHAPE else "obj"}
    if element.has_box:
        result["bbox"] = list(element.box)
    if element.shape == TEXT_SHAPE:
        result["text"] = element.text
    result["desc"], palette = _description(element, rng)
    if rng.random() < foreign:
        result["desc"] = _with_foreign(result["desc"], rng)
    if palette:
        result["color_palette"] = [hex_colour(element.colour)]
    return result


def _unsaid(element: Element, rng: random.Random) -> dict[str, Any]:
    """A box just drawn, with nothing in it yet, or words of which none is ours."""
    is_text = rng.random() < 0.4
    result: dict[str, Any] = {"type": "text" if is_text else "obj"}
    if element.has_box:
        result["bbox"] = list(element.box)
    if is_text:
        result["text"] = ""
    result["desc"] = _with_foreign("", rng) if rng.random() < 0.5 else ""
    return result


def _description(element: Element, rng: random.Random) -> tuple[str, bool]:
    """The words for an element, and whether a palette goes with them."""
    adjectives = rng.sample(ADJECTIVES, rng.choice((0, 0, 1, 1, 2)))
    says_colour = bool(element.colour_name) and rng.random() < 0.7
    words = [*adjectives, _noun(element, rng)]
    if says_colour and rng.random() < 0.8:
        words.insert(rng.randint(0, len(adjectives)), element.colour_name)
        desc = " ".join(words)
    elif says_colour:
        desc = rng.choice(IN_COLOUR).format(" ".join(words), element.colour_name)
    else:
        desc = " ".join(words)
    if rng.random() < 0.75:
        desc = f"{'an' if desc[0] in 'aeiou' else 'a'} {desc}"
    palette = not says_colour or rng.random() < 0.6
    if palette and rng.random() < 0.15:
        desc, palette = rng.choice(IN_COLOUR).format(desc, hex_colour(element.colour)), False
    if rng.random() < 0.2:
        tails = rng.sample(TAILS, rng.choice((1, 1, 2, 3)))
        desc = ", ".join([desc, *tails])
    return _as_typed(desc, rng), palette


def _with_foreign(text: str, rng: random.Random) -> str:
    """Words that are not ours put in between, before or behind."""
    words = text.split()
    for _ in range(rng.choice((1, 1, 2, 2, 3, 5))):
        word = rng.choice(FOREIGN)
        if rng.random() < 0.3:
            word = "".join(rng.choices(SYLLABLES, k=rng.randint(1, 4)))
        words.insert(rng.randint(0, len(words)), word)
    return " ".join(words)


def _as_typed(text: str, rng: random.Random) -> str:
    """Sometimes a capital at the start, or a full stop."""
    if rng.random() < 0.2:
        text = text[:1].upper() + text[1:]
    return text + "." if rng.random() < 0.1 else text
