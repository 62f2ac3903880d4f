"""What a contact sheet is made of, whatever a page asks for."""

from __future__ import annotations

from typing import Any

import pytest

from ideogram4.errors import RequestError
from tests.reliability.parts import wish
from ui.sheet.plan import SheetPlan, plan_sheet

RED = {"name": "Red", "colours": ["#ff0000", "#FF0000"]}


def test_a_row_is_a_palette_in_a_preset_and_a_column_a_seed() -> None:
    plan = SheetPlan.checked(
        {
            "seeds": 2,
            "palettes": [{"name": "As it is", "colours": None}, RED],
            "presets": ["V4_TURBO_12", "V4_DEFAULT_20"],
        },
        "V4_TURBO_12",
    )
    cells = plan_sheet(wish(seed=7), plan)
    assert plan.cells == len(cells) == 8
    assert [c.label for c in cells[:3]] == [
        "As it is · V4_TURBO_12 · seed 7",
        "As it is · V4_TURBO_12 · seed 8",
        "As it is · V4_DEFAULT_20 · seed 7",
    ]
    assert cells[-1].label == "Red · V4_DEFAULT_20 · seed 8"
    style = cells[-1].caption.style_description
    assert style is not None and style.colour_palette == ("#FF0000",)
    assert cells[0].caption == wish(seed=7).caption
    assert len({c.run for c in cells}) == 1 and all(c.num_images == 1 for c in cells)


def test_labels_say_only_what_differs() -> None:
    (one,) = plan_sheet(wish(seed=7), SheetPlan.checked({}, "V4_TURBO_12"))
    assert (one.label, one.preset) == ("seed 7", "V4_TURBO_12")
    blue = {"name": "Blue", "colours": ["#0000FF"]}
    plan = SheetPlan.checked({"palettes": [RED, blue]}, "V4_TURBO_12")
    assert [c.label for c in plan_sheet(wish(seed=7), plan)] == ["Red", "Blue"]


def test_without_a_seed_all_cells_share_one_that_is_drawn() -> None:
    plan = SheetPlan.checked({"seeds": 1, "palettes": [RED, RED]}, "V4_TURBO_12")
    first, second = plan_sheet(wish(seed=None), plan)
    assert first.seed == second.seed is not None


def test_the_last_seed_there_is_has_a_next_one() -> None:
    plan = SheetPlan.checked({"seeds": 2}, "V4_TURBO_12")
    assert [c.seed for c in plan_sheet(wish(seed=2**63 - 1), plan)] == [2**63 - 1, 0]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"seeds": 9}, "1 to 8"),
        ({"seeds": 0}, "1 to 8"),
        ({"seeds": 1e400}, "not a whole number"),
        ({"seeds": "many"}, "not a whole number"),
        ({"presets": ["FAST"]}, "no preset"),
        ({"presets": [7]}, "no preset"),
        ({"palettes": [{"name": "x", "colours": ["red"]}]}, "#RRGGBB"),
        ({"palettes": [{"name": "x", "colours": []}]}, "1 to 16"),
        ({"palettes": [{"name": "x", "colours": ["#000000"] * 17}]}, "1 to 16"),
        ({"palettes": [{"name": "x", "colours": "#000000"}]}, "1 to 16"),
        ({"seeds": 8, "palettes": [RED] * 4}, "32 pictures"),
        ({"palettes": [RED] * 10_000}, "25 pictures"),
    ],
)
def test_what_breaks_a_rule_is_refused_in_words(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        SheetPlan.checked(asked, "V4_TURBO_12")


@pytest.mark.parametrize("asked", [None, 7, [], "x", {"palettes": "x", "presets": 7}])
def test_nothing_sensible_is_a_sheet_of_one(asked: object) -> None:
    assert SheetPlan.checked(asked, "V4_TURBO_12").cells == 1


def test_names_are_one_short_line() -> None:
    long = {"name": "a\n\tb" + "c" * 200, "colours": None}
    plan = SheetPlan.checked({"palettes": [long]}, "V4_TURBO_12")
    assert len(plan.palettes[0].name) == 40 and plan.palettes[0].name.startswith("a bc")
