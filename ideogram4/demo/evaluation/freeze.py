"""Writes the held-out captions that `cases.py` reads. Run once a set, and never again for it.

    python -m ideogram4.demo.evaluation.freeze

Sets that the file already has are kept byte for byte: scenes.py may change, the benchmark may not.
To add one, give it a line in `RECIPES` and in `cases.SETS`, and run the command.

Colours of a scene can all be told apart, so that the measures mean something. Seeds are apart from
those of training: `shapes` keeps the number it always had (training multiplies its seeds by 1009
and adds the worker's number; this one would be worker 725), the others are seeded by words, which
no number equals.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ideogram4.demo.evaluation.cases import FILE, SIZE, WHOLLY, Case, compact, coverage, to_record
from ideogram4.demo.pictures.colours import RGB, difference, random_colour
from ideogram4.demo.pictures.font import GLYPH_HEIGHT, GLYPH_WIDTH
from ideogram4.demo.pictures.scenes import SHAPES, TEXT_SHAPE, Element, Scene, SceneMix
from ideogram4.demo.pictures.scenes import make_scene as invent
from ideogram4.demo.pictures.wording import caption_of

SEED = 987_654_321
APART = 100  # by colours.difference; well above what two neighbouring names have
# The smallest cell of the 5 x 7 font, as a share of the picture: 1.5 x 2 pixels of 256.
CELL_WIDTH, CELL_HEIGHT = 1.5 / 256, 2 / 256
OVERLAP = 0.015  # of the picture, where two elements really cover each other


@dataclass(frozen=True)
class Recipe:
    """How many cases, from which seed, and what makes and admits a scene."""

    count: int
    seed: int | str
    mix: SceneMix
    admits: Callable[[Scene], bool] = lambda scene: True
    make: Callable[[random.Random, SceneMix], Scene] = invent

    def cases(self) -> Iterator[Case]:
        """Endless cases, always the same."""
        rng = random.Random(self.seed)
        while True:
            scene = self.make(rng, self.mix)
            if not scene.elements or not colours_differ(scene) or not self.admits(scene):
                continue
            case = Case(scene, caption_of(scene, rng, self.mix))
            if says_every_box(case):
                yield case


def says_every_box(case: Case) -> bool:
    """Whether the caption is one that a picture can be held to."""
    elements = json.loads(case.caption)["compositional_deconstruction"]["elements"]
    return all("bbox" in element for element in elements)


def colours_differ(scene: Scene) -> bool:
    """Whether background and elements can all be told from one another."""
    colours = [scene.background, *(e.colour for e in scene.elements)]
    pairs = [(a, b) for i, a in enumerate(colours) for b in colours[:i]]
    return all(difference(a, b) >= APART for a, b in pairs)


def readable(scene: Scene) -> bool:
    """Whether there is a word, and every word's letters are large and nothing is in front."""
    words = [(n, e) for n, e in enumerate(scene.elements) if e.shape == TEXT_SHAPE]
    return bool(words) and all(
        _letters_are_large(word) and not any(_touch(word, e) for e in scene.elements[n + 1 :])
        for n, word in words
    )


def fades(scene: Scene) -> bool:
    """Whether the background really changes, and no element is lost before any part of it."""
    end = scene.background_to
    if end is None or difference(scene.background, end) < APART:
        return False
    between = [_mixed(scene.background, end, step / 10) for step in range(11)]
    return all(difference(e.colour, c) >= APART for e in scene.elements for c in between)


def make_pair(rng: random.Random, mix: SceneMix) -> Scene:
    """Two elements of middle to large size, the second over a part of the first."""
    background, background_name = random_colour(rng)
    elements = []
    centre = [rng.randint(350, 650), rng.randint(350, 650)]
    for _ in range(2):
        high, wide = rng.randint(250, 550), rng.randint(250, 550)
        top = min(max(centre[0] + rng.randint(-220, 220) - high // 2, 0), 1000 - high)
        left = min(max(centre[1] + rng.randint(-220, 220) - wide // 2, 0), 1000 - wide)
        colour, name = random_colour(rng)
        box = (top, left, top + high, left + wide)
        elements.append(Element(rng.choice(SHAPES), box, colour, name))
    return Scene(tuple(elements), background, background_name)


def overlaps(scene: Scene) -> bool:
    """Whether the two elements share a good part of the picture, and both show beside it."""
    covered = coverage(scene.elements, SIZE) > WHOLLY
    smaller = float(covered.mean((1, 2)).min())
    return OVERLAP <= float(covered.all(0).mean()) <= 0.6 * smaller


def _letters_are_large(word: Element) -> bool:
    top, left, bottom, right = word.box
    columns = len(word.text) * (GLYPH_WIDTH + 1) - 1
    wide, high = (right - left) / 1000 / columns, (bottom - top) / 1000 / GLYPH_HEIGHT
    return wide >= CELL_WIDTH and high >= CELL_HEIGHT


def _touch(a: Element, b: Element) -> bool:
    high = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    wide = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return high > 0 and wide > 0


def _mixed(a: RGB, b: RGB, share: float) -> RGB:
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


RECIPES = {
    "shapes": Recipe(200, SEED, SceneMix(text=0.0, gradient=0.0)),
    "text": Recipe(60, f"{SEED} text", SceneMix(text=0.6, gradient=0.0), readable),
    "gradient": Recipe(60, f"{SEED} gradient", SceneMix(text=0.0, gradient=1.0), fades),
    "order": Recipe(60, f"{SEED} order", SceneMix(text=0.0, gradient=0.0), overlaps, make_pair),
}


def freeze(path: Path = FILE) -> list[str]:
    """Add the sets that the file lacks; returns their names."""
    sets = json.loads(path.read_text(encoding="utf-8"))["sets"] if path.exists() else {}
    added = [name for name in RECIPES if name not in sets]
    for name in added:
        recipe = RECIPES[name]
        cases = recipe.cases()
        sets[name] = [to_record(next(cases)) for _ in range(recipe.count)]
    # A case a line, so that a change would show as one.
    parts = [
        f"{compact(name)}:[\n" + ",\n".join(map(compact, records)) + "\n]"
        for name, records in sets.items()
    ]
    if added:
        path.write_text('{"sets":{\n' + ",\n".join(parts) + "\n}}\n", encoding="utf-8")
    return added


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ideogram4.demo.evaluation.freeze", description=__doc__.splitlines()[0]
    )
    parser.parse_args(arguments)
    print(f"added: {', '.join(freeze()) or 'nothing, every set is there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
