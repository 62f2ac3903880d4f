"""Palettes to take: for many moods, legible, and a mistake is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from ui.presets import load_palettes


def test_there_are_palettes_for_many_moods() -> None:
    palettes = load_palettes()
    assert len(palettes) >= 12
    for palette in palettes:
        assert 5 <= len(palette.colours) == len(set(palette.colours)) <= 8, palette.name
        light = [_luminance(colour) for colour in palette.colours]
        contrast = (max(light) + 0.05) / (min(light) + 0.05)
        assert contrast >= 7, f"{palette.name}: nothing to write with on its lightest colour"


def _luminance(colour: str) -> float:
    shares = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{}", "a list of palettes"),
        ('[{"name": "A"}]', "palette 1 .* exactly name and colours"),
        ('[{"name": " ", "colours": ["#000000"]}]', "name is empty"),
        ('[{"name": "A", "colours": []}]', "1 to 16"),
        ('[{"name": "A", "colours": ["red"]}]', "'red' is not a colour"),
        ('[{"name": "A", "colours": ["#000000\\n"]}]', "not a colour"),
        (
            '[{"name": "A", "colours": ["#000000"]}, {"name": "A", "colours": ["#FFFFFF"]}]',
            "another palette called A",
        ),
    ],
)
def test_a_mistake_in_the_palettes_is_told_with_its_place(
    tmp_path: Path, content: str, told: str
) -> None:
    path = tmp_path / "palettes.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RequestError, match=told) as problem:
        load_palettes(path)
    assert "palettes.json" in str(problem.value)
