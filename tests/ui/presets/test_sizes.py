"""Sizes by use: every one can be drawn, a layout finds its own, and a mistake is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import SizeLimits
from ui.presets import load_sizes, size_near, sizes_for

DEMO = SizeLimits(192, 384, 16, 2.0)
REAL = SizeLimits()
USUAL = (1024, 1024)


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


def test_a_size_for_a_ratio_is_near_the_usual_area_or_none() -> None:
    offered = sizes_for(REAL, USUAL)
    square = size_near((1, 1), offered, USUAL)
    assert square is not None and (square.width, square.height) == USUAL
    wide = size_near((16, 9), offered, USUAL)
    assert wide is not None and (wide.width, wide.height) == (1280, 720)
    assert size_near((6, 1), offered, USUAL) is None
    assert size_near((1, 1), (), USUAL) is None


def test_every_size_can_be_drawn_and_has_a_name_of_its_own() -> None:
    sizes = load_sizes()
    assert len({(size.width, size.height) for size in sizes}) == len(sizes)
    for size in sizes:
        REAL.check(size.width, size.height) if max(size.width, size.height) > 384 else DEMO.check(
            size.width, size.height
        )
        assert size.name


@pytest.mark.parametrize(
    "ratio", [(1, 1), (9, 16), (16, 9), (70, 99), (99, 70), (7, 4), (5, 8), (6, 13)]
)
def test_there_is_a_size_for_each_common_use(ratio: tuple[int, int]) -> None:
    size = size_near(ratio, sizes_for(REAL, USUAL), USUAL)
    assert size is not None
    assert size.width / size.height == pytest.approx(ratio[0] / ratio[1], rel=0.005)
