"""Reading by forced choice: sure on drawn words, at chance on other words, nothing on nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter

from ideogram4.demo.evaluation.cases import Case, draw, held_out
from ideogram4.demo.evaluation.legibility import ALPHABET, CHOICES, choices, is_read
from ideogram4.demo.evaluation.measure import lab_of
from ideogram4.demo.pictures.scenes import Element, Scene

CASES = held_out(24, "text")


def share_read(make: Callable[[Case], Image.Image], cases: list[Case] = CASES) -> float:
    found = []
    for case in cases:
        lab = lab_of(make(case))
        words = [n for n, e in enumerate(case.scene.elements) if e.text]
        found += [is_read(lab, case.scene, n) for n in words]
    return float(np.mean(found))


def with_other_words(case: Case, rng: random.Random) -> Case:
    """The same layout and colours, every word another one."""
    elements = tuple(
        replace(e, text="".join(rng.choice(ALPHABET) for _ in e.text)) if e.text else e
        for e in case.scene.elements
    )
    return replace(case, scene=replace(case.scene, elements=elements))


def test_drawn_words_are_read() -> None:
    assert share_read(draw) >= 0.98


def test_drawn_words_are_read_in_a_wide_picture() -> None:
    assert share_read(lambda case: draw(case, (192, 384)), CASES[:8]) >= 0.9


def test_other_words_at_the_same_place_are_chance() -> None:
    rng = random.Random(0)
    shares = [share_read(lambda case: draw(with_other_words(case, rng))) for _ in range(3)]
    assert np.mean(shares) < 0.2


def test_another_scenes_picture_is_chance() -> None:
    pictures = {case: draw(other) for case, other in zip(CASES, CASES[1:] + CASES[:1], strict=True)}
    assert share_read(pictures.__getitem__) < 0.25


def test_an_empty_box_is_not_read() -> None:
    assert share_read(lambda case: Image.new("RGB", (256, 256), case.scene.background)) == 0
    assert share_read(lambda case: Image.new("RGB", (256, 256), (9, 99, 199))) == 0


def test_a_box_filled_with_the_words_colour_is_not_read() -> None:
    def filled(case: Case) -> Image.Image:
        blocks = tuple(replace(e, shape="rectangle", text="") for e in case.scene.elements)
        return draw(Case(replace(case.scene, elements=blocks), ""))

    assert share_read(filled) < 0.25


def test_soft_and_shifted_letters_are_read_all_the_same() -> None:
    def soft(case: Case) -> Image.Image:
        return ImageChops.offset(draw(case).filter(ImageFilter.GaussianBlur(1)), 1, 2)

    assert share_read(soft, CASES[:12]) >= 0.9


@pytest.mark.parametrize("word", ["7", "GO", "HELLO", "2VCK88Q"])
def test_choices_are_ten_words_of_one_length(word: str) -> None:
    found = choices(word)
    assert found == choices(word), "always the same ones"
    assert found[0] == word
    assert len(set(found)) == CHOICES
    assert {len(other) for other in found} == {len(word)}


def test_letters_alike_are_told_apart() -> None:
    """The nearest letters of the font, on a background that is a picture of its own."""
    word = Element("text", (200, 200, 800, 800), (255, 255, 255), "", "O")
    scene = Scene((Element("circle", (0, 0, 600, 600), (200, 30, 30)), word), (0, 0, 60))
    assert is_read(lab_of(draw(Case(scene, ""))), scene, 1)
    wrong = replace(word, text=choices("O")[1])
    other = replace(scene, elements=(scene.elements[0], wrong))
    assert not is_read(lab_of(draw(Case(other, ""))), scene, 1)
