"""Palettes of drawn pictures, whose colours are known before they are measured."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ideogram4.caption import Caption, parse_caption
from ideogram4.colour.cielab import ciede2000, to_lab
from ideogram4.colour.measure import MOST, main_colours, measured
from tests.colour.test_report import BLUE, GREEN, NONE, RED, canvas, caption, obj

CREAM, INK, TEAL, OCHRE = "#F4EAD5", "#1B1B1F", "#0E7C86", "#C98B2B"


def hexes(image: Image.Image, most: int = MOST) -> list[str]:
    return [found.colour for found in main_colours(image, most)]


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def difference(one: str, other: str) -> float:
    return float(ciede2000(to_lab(rgb(one)), to_lab(rgb(other))))


def poster() -> Image.Image:
    """Cream, with a large teal shape, ochre and a little ink."""
    image, pen = canvas(CREAM)
    pen.rectangle((0, 300, 499, 499), fill=TEAL)
    pen.ellipse((150, 80, 290, 220), fill=OCHRE)
    pen.rectangle((30, 30, 130, 60), fill=INK)
    return image


def test_flat_colours_come_back_exactly_the_most_frequent_first() -> None:
    assert hexes(poster()) == [CREAM, TEAL, OCHRE, INK]


def test_shares_are_shares_of_the_picture() -> None:
    shares = {found.colour: found.share for found in main_colours(poster())}
    assert shares[TEAL] == pytest.approx(0.4, abs=0.01)
    assert sum(shares.values()) == pytest.approx(1, abs=0.01)


def test_a_picture_of_one_colour_has_one() -> None:
    assert hexes(Image.new("RGB", (3, 700), RED)) == [RED]


def test_one_pixel_is_enough() -> None:
    assert hexes(Image.new("RGB", (1, 1), TEAL)) == [TEAL]


def test_soft_edges_add_no_colour() -> None:
    """Blurred and reduced: between cream and teal lie a dozen mixtures that nobody painted."""
    soft = poster().resize((1500, 1500), Image.Resampling.NEAREST)
    soft = soft.filter(ImageFilter.GaussianBlur(4)).resize((500, 500), Image.Resampling.LANCZOS)
    found = hexes(soft)
    assert len(found) == 4
    for asked, seen in zip([CREAM, TEAL, OCHRE, INK], found, strict=True):
        assert difference(asked, seen) < 2


def test_noise_and_jpeg_change_the_colours_by_less_than_can_be_seen() -> None:
    noise = np.random.default_rng(3).normal(0, 5, (500, 500, 3))
    pixels = np.clip(np.asarray(poster(), dtype=float) + noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=80)
    found = hexes(Image.open(file))
    assert len(found) == 4
    for asked, seen in zip([CREAM, TEAL, OCHRE, INK], found, strict=True):
        assert difference(asked, seen) < 3


def test_a_small_vivid_accent_is_kept_and_a_small_grey_one_is_not() -> None:
    image, pen = canvas(CREAM)
    pen.rectangle((10, 10, 54, 54), fill="#E01020")  # 0.8 %
    pen.rectangle((300, 300, 344, 344), fill="#8A8A8A")
    assert hexes(image) == [CREAM, "#E01020"]


def test_no_more_colours_than_asked_for_and_the_greatest_of_them() -> None:
    image = Image.new("RGB", (400, 400), "#FFFFFF")
    pen = ImageDraw.Draw(image)
    greys = ["#000000", "#707070", "#A8A8A8", "#404040"]
    for n, colour in enumerate(greys):
        pen.rectangle((50 * n, 0, 50 * n + 49, 400 - 40 * n), fill=colour)
    assert hexes(image, 3) == ["#FFFFFF", *greys[:2]]
    assert hexes(image, 16) == ["#FFFFFF", *greys]


def test_a_rainbow_stays_within_the_bounds() -> None:
    ramp = np.zeros((64, 360, 3), dtype=np.uint8)
    for x in range(360):
        ramp[:, x] = np.array(Image.new("HSV", (1, 1), (x * 255 // 360, 255, 255)).convert("RGB"))
    found = main_colours(Image.fromarray(ramp))
    assert len(found) == MOST <= 16
    apart = [difference(a.colour, b.colour) for n, a in enumerate(found) for b in found[:n]]
    assert min(apart) > 8, "no two that look alike"


def test_each_box_gets_its_own_colours() -> None:
    image, pen = canvas()
    pen.rectangle((0, 0, 249, 499), fill=RED)
    pen.rectangle((250, 0, 499, 249), fill=BLUE)
    pen.rectangle((250, 250, 499, 499), fill=GREEN)
    given = caption(
        obj(0, 0, 1000, 500, colours=["#123456"]),
        obj(0, 500, 500, 1000, colours=[]),
        obj(0, 400, 1000, 1000, colours=[]),
        {"type": "obj", "desc": "nowhere", **NONE},
        palette=["#FFFFFF"],
    )
    found = measured(image, given)
    palettes = [e.colour_palette for e in found.compositional_deconstruction.elements]
    # The third stands before parts of the first two, which keep what is their own.
    assert palettes[:2] == [(RED,), ()]
    assert set(palettes[2]) == {RED, BLUE, GREEN} and palettes[3] == ()
    assert found.style_description is not None
    assert found.style_description.colour_palette == (RED, BLUE, GREEN)


def test_the_caption_is_still_a_caption_and_nothing_else_changed() -> None:
    given = caption(obj(0, 0, 1000, 1000, colours=[]), palette=[RED])
    found = measured(poster(), given)
    assert parse_caption(found.to_json()).ok
    bare = found.to_dict()
    del bare["style_description"]["colour_palette"]
    del bare["compositional_deconstruction"]["elements"][0]["colour_palette"]
    assert Caption.from_dict(bare).to_dict() == {
        k: v for k, v in given.to_dict().items() if k != "style_description"
    }


def test_a_caption_without_a_style_gets_none() -> None:
    assert measured(poster(), caption(obj(0, 0, 9, 9, colours=[]))).style_description is None


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_is_measured(mode: str) -> None:
    assert len(main_colours(Image.new(mode, (30, 20)))) == 1


def test_it_is_the_same_each_time() -> None:
    small = np.random.default_rng(8).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    photo = Image.fromarray(small).resize((1024, 1024), Image.Resampling.BICUBIC)
    given = caption(*(obj(99 * n, 50, 999, 900, colours=[]) for n in range(8)), palette=[RED])
    assert len({measured(photo, given).to_json() for _ in range(3)}) == 1
