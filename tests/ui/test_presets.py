"""The data below presets/ that the studio reads: every file is right, and a wrong one is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import SizeLimits
from ui import presets
from ui.presets import (
    FIRST_CAPTION,
    captions_to_try,
    load_captions,
    load_palettes,
    load_sizes,
    sizes_for,
)

DEMO = SizeLimits(192, 384, 16, 2.0)


def test_every_starting_caption_can_be_drawn_and_says_what_it_is() -> None:
    captions = load_captions()
    assert FIRST_CAPTION in captions and len(captions) >= 3
    for caption in captions.values():
        content = caption.to_dict()
        assert content["high_level_description"]
        assert all("bbox" in e for e in content["compositional_deconstruction"]["elements"])


# What the demo was trained on, and no more: shapes by name, one colour each, two backgrounds.
DEMO_SHAPES = r"(square|rectangle|circle|triangle|diamond|rounded rectangle|ring|cross|star)"
DEMO_DESC = re.compile(rf"an? ((large|bold|flat|small|solid) )?([a-z]+ )?([a-z]+ )?{DEMO_SHAPES}")
DEMO_BACKGROUND = re.compile(
    r"plain #[0-9A-F]{6} background|fades from #[0-9A-F]{6} to #[0-9A-F]{6}"
)


def test_the_three_captions_to_try_use_only_what_the_demo_understands() -> None:
    offered = captions_to_try()
    assert len(offered) == 3 and FIRST_CAPTION not in [one["title"] for one in offered]
    shapes = set()
    for one in offered:
        content = json.loads(one["text"])["compositional_deconstruction"]
        assert DEMO_BACKGROUND.fullmatch(content["background"]), one["title"]
        assert 1 <= len(content["elements"]) <= 4
        for element in content["elements"]:
            said = DEMO_DESC.fullmatch(element["desc"])
            assert said and element["type"] == "obj" and len(element["colour_palette"]) == 1
            shapes.add(said[5])
    assert len(shapes) >= 6  # together they show what there is


def test_a_caption_to_try_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "TO_TRY", ("Nowhere",))
    with pytest.raises(RequestError, match="Nowhere"):
        captions_to_try()


def test_captions_are_kept_in_the_spelling_people_edit() -> None:
    folder = Path(__file__).parents[2] / "presets" / "captions"
    for path in folder.glob("*.json"):
        assert "color_palette" not in path.read_text(encoding="utf-8"), path.name


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
        ("{}", "list of palettes"),
        ('[{"name": "A"}]', "palette 1 .* exactly name and colours"),
        ('[{"name": " ", "colours": ["#000000"]}]', "name must be text"),
        ('[{"name": "A", "colours": []}]', "1 to 16"),
        ('[{"name": "A", "colours": ["red"]}]', "'red' is not a colour"),
        ('[{"name": "A", "colours": ["#000000\\n"]}]', "not a colour"),
        ('[{"name": "A", "colours": ["#000000"]}, {"name": "A", "colours": ["#FFFFFF"]}]', "two"),
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


@pytest.mark.parametrize(
    ("limits", "usual", "least"), [(DEMO, (256, 256), 8), (SizeLimits(), (1024, 1024), 12)]
)
def test_each_model_is_offered_sizes_it_can_draw(
    limits: SizeLimits, usual: tuple[int, int], least: int
) -> None:
    offered = sizes_for(limits, usual)
    assert len(offered) >= least
    assert usual in [(size.width, size.height) for size in offered]
    for size in offered:
        limits.check(size.width, size.height)


def test_a_model_of_unheard_of_limits_is_offered_its_usual_size() -> None:
    assert [s.text for s in sizes_for(SizeLimits(64, 96, 16, 1.0), (96, 96))] == ["96 × 96"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"width": 250, "height": 256, "name": ""}, "size 1 .* width 250 is not a multiple of 16"),
        ({"width": "256", "height": 256, "name": ""}, "whole number"),
        ({"width": True, "height": 256, "name": ""}, "whole number"),
        ({"width": 256, "height": 256}, "exactly width, height and name"),
        ({"width": 256, "height": 256, "name": 1}, "name must be text"),
        (7, "exactly width, height and name"),
    ],
)
def test_a_wrong_size_is_named(tmp_path: Path, entry: object, words: str) -> None:
    path = tmp_path / "sizes.json"
    path.write_text(json.dumps([entry]), encoding="utf-8")
    with pytest.raises(RequestError, match=words):
        load_sizes(path)


@pytest.mark.parametrize("content", ["", "{}", "[]", "[" * 100_000])
def test_a_broken_list_of_sizes_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sizes.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RequestError, match=r"sizes\.json"):
        load_sizes(path)


def test_a_broken_starting_caption_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad-one.json").write_text("{", encoding="utf-8")
    with pytest.raises(RequestError, match=r"bad-one\.json"):
        load_captions(tmp_path)


def test_a_folder_without_captions_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no captions"):
        load_captions(tmp_path)
