"""A grey card is recognised, and no picture is taken for one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ideogram4.blocked import is_blocked_card
from ideogram4.caption import Caption


def card(size: tuple[int, int] = (512, 512), grey: int = 128, words: str = "") -> Image.Image:
    image = Image.new("RGB", size, (grey, grey, grey))
    if words:
        pen = ImageDraw.Draw(image)
        middle = (size[0] // 2, size[1] // 2)
        pen.multiline_text(middle, words, (235, 235, 235), anchor="mm", font_size=size[1] // 16)
    return image


def noisy(image: Image.Image, spread: float) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float64)
    drawn = np.random.default_rng(7).normal(0, spread, (*pixels.shape[:2], 1))
    return Image.fromarray(np.clip(pixels + drawn, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("size", [(256, 256), (1024, 576), (640, 1152), (2048, 2048)])
@pytest.mark.parametrize("words", ["", "Image blocked\nby safety filter"])
def test_a_flat_grey_card_is_one_with_and_without_words(size: tuple[int, int], words: str) -> None:
    assert is_blocked_card(card(size, words=words))


def test_a_little_noise_hides_nothing() -> None:
    assert is_blocked_card(noisy(card(words="Blocked"), 6))


def product() -> Image.Image:
    image = card(grey=150)
    ImageDraw.Draw(image).ellipse((140, 120, 380, 420), fill=(40, 90, 160))
    return image


def still_life_in_grey() -> Image.Image:
    image = card(grey=150)
    ImageDraw.Draw(image).rectangle((60, 100, 460, 500), fill=(60, 60, 60))
    return image


def fog() -> Image.Image:
    ramp = np.linspace(90, 190, 512)[:, None, None].repeat(512, 1).repeat(3, 2)
    return Image.fromarray(ramp.astype(np.uint8))


def pencil() -> Image.Image:
    image = Image.new("RGB", (512, 512), (245, 245, 245))
    pen = ImageDraw.Draw(image)
    for x in range(0, 512, 16):
        pen.line((x, 0, 512 - x, 512), fill=(90, 90, 90), width=3)
    return image


def footer() -> Image.Image:
    image = card()
    ImageDraw.Draw(image).text((20, 470), "A line at the foot", (240, 240, 240), font_size=30)
    return image


PICTURES: list[Callable[[], Image.Image]] = [
    product,
    still_life_in_grey,
    fog,
    pencil,
    footer,
    lambda: card(grey=0),
    lambda: card(grey=255),
    lambda: Image.new("RGB", (512, 512), (110, 128, 146)),
]


@pytest.mark.parametrize("make", PICTURES)
def test_a_picture_is_no_card(make: Callable[[], Image.Image]) -> None:
    assert not is_blocked_card(make())


@pytest.mark.parametrize(
    "data",
    [
        {"background": "plain gray wall", "elements": []},
        {"background": "Concrete.", "elements": []},
        {"background": "", "elements": [{"type": "obj", "desc": "a greyish card"}]},
        {
            "background": "",
            "elements": [{"type": "obj", "desc": "a card", "colour_palette": ["#808080"]}],
        },
    ],
)
def test_grey_that_was_asked_for_is_believed(data: dict[str, object]) -> None:
    assert not is_blocked_card(card(), Caption.from_dict({"compositional_deconstruction": data}))


def test_a_caption_without_grey_does_not_excuse_a_card() -> None:
    data = {"background": "a green meadow", "elements": [{"type": "obj", "desc": "a red cow"}]}
    assert is_blocked_card(card(), Caption.from_dict({"compositional_deconstruction": data}))


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_any_kind_of_picture_may_be_asked_about(mode: str) -> None:
    assert is_blocked_card(card().convert(mode))
