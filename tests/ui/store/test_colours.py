"""A picture's main colours, and the colours that a text names."""

from __future__ import annotations

from PIL import Image

from ui.store.colours import hex_colours, main_colours


def test_main_colours_are_those_of_the_picture_the_commonest_first() -> None:
    image = Image.new("RGB", (100, 100), "#2850DC")
    image.paste("#DC2828", (0, 0, 30, 100))
    image.paste("#FFFFFF", (0, 0, 5, 5))  # too little to count
    assert main_colours(image) == ("#2850DC", "#DC2828")
    for mode in ("L", "P", "RGBA", "1"):
        assert main_colours(image.convert(mode)), mode


def test_colours_are_found_in_any_text() -> None:
    assert hex_colours("plain #abcdef, #ABCDEF and #12345 #1234567") == ("#ABCDEF", "#123456")
    assert len(hex_colours(" ".join(f"#{n:06x}" for n in range(1000)))) == 64
