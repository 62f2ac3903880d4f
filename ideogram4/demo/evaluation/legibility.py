"""Whether a drawn word can be read: a forced choice among ten words, without any OCR.

The word's box is compared with the asked word and with nine other random words of the same length,
each as the training pictures draw it. Read means that the asked one correlates best. Guessing gets
0.1; a box that shows nothing is not read. It asks "which of these", so letters may be rough.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ideogram4.colour.cielab import Lab, to_lab
from ideogram4.demo.evaluation.cases import coverage
from ideogram4.demo.evaluation.measure import background_rows, in_pixels
from ideogram4.demo.pictures.scenes import Element, Scene

CHOICES = 10
# Frozen like the held-out words; a larger alphabet of the pictures would make the choice easier.
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SHIFT = 2  # pixels that a word may stand beside its place
FLAT = 1e-6

Ink = NDArray[np.float64]  # (..., height, width), 1 where there is the word's colour


def is_read(lab: Lab, scene: Scene, index: int) -> bool:
    """Whether the word that is element `index` is told from nine others in a picture's CIELAB."""
    word = scene.elements[index]
    likeness = likeness_of(ink_of(lab, scene, word), word, choices(word.text))
    return bool(likeness[0] > likeness[1:].max())


def choices(word: str, count: int = CHOICES) -> tuple[str, ...]:
    """The word, then other words of its length; always the same ones for a word."""
    rng = random.Random(f"words beside {word}")
    found = [word]
    while len(found) < count:
        other = "".join(rng.choice(ALPHABET) for _ in word)
        if other not in found:
            found.append(other)
    return tuple(found)


def ink_of(lab: Lab, scene: Scene, word: Element) -> Ink:
    """How far each pixel is from the background towards the word's colour, 0 to 1."""
    from_word = np.linalg.norm(lab - to_lab(word.colour), axis=-1)
    from_ground = np.linalg.norm(lab - background_rows(scene, len(lab))[:, None], axis=-1)
    return np.asarray(from_ground / np.maximum(from_ground + from_word, FLAT))


def likeness_of(ink: Ink, word: Element, texts: Sequence[str]) -> Ink:
    """Correlation of the word's box with each text drawn there, the best of all small shifts."""
    height, width = ink.shape
    box = in_pixels(word.box, height, width)
    top, left, bottom, right = int(box[0]), int(box[1]), int(np.ceil(box[2])), int(np.ceil(box[3]))
    others = [replace(word, text=text) for text in texts]
    wanted = _standardised(coverage(others, (height, width), (top, left, bottom, right)))
    around = np.pad(ink, SHIFT, mode="edge")
    shifts = [(y, x) for y in range(2 * SHIFT + 1) for x in range(2 * SHIFT + 1)]
    windows = [around[None, top + y : bottom + y, left + x : right + x] for y, x in shifts]
    return np.asarray((wanted @ _standardised(np.concatenate(windows)).T).max(1))


def _standardised(pictures: Ink) -> Ink:
    """Each of (n, height, width) as a row of mean 0 and length 1; of zeros where it is flat."""
    rows = pictures.reshape(len(pictures), -1)
    rows = rows - rows.mean(1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.where(length > FLAT, rows / np.maximum(length, FLAT), 0.0))
