"""What people read of two captions: titles, changes, a line; whatever the captions are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ui.gallery.changes import changes, summary, title_of

BASE: dict[str, Any] = {
    "high_level_description": "a café in the morning",
    "style_description": {"aesthetics": "calm", "colour_palette": ["#112233"]},
    "compositional_deconstruction": {
        "background": "a wall",
        "elements": [
            {"type": "obj", "bbox": [100, 100, 500, 500], "desc": "a red cup"},
            {"type": "text", "bbox": [600, 100, 800, 900], "text": "MENU", "desc": "large letters"},
        ],
    },
}


def changed(*path: str | int, to: Any) -> str:
    """The caption with one value changed."""
    data = json.loads(json.dumps(BASE))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(data)


ELEMENTS = ("compositional_deconstruction", "elements")


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (
            changed("high_level_description", to="a café at night"),
            ("Picture", "description", "a café in the morning", "a café at night"),
        ),
        (
            changed(*ELEMENTS, 0, "desc", to="a blue cup"),
            ("Object 1 “a red cup”", "description", "a red cup", "a blue cup"),
        ),
        (
            changed(*ELEMENTS, 0, "bbox", to=[0, 0, 500, 500]),
            ("Object 1 “a red cup”", "box", "[100, 100, 500, 500]", "[0, 0, 500, 500]"),
        ),
        (
            changed(*ELEMENTS, 1, "text", to="LUNCH"),
            ("Text 2 “MENU”", "words", "MENU", "LUNCH"),
        ),
        (
            changed(*ELEMENTS, to=BASE[ELEMENTS[0]]["elements"][:1]),
            ("Text 2 “MENU”", "taken out", "MENU", ""),
        ),
    ],
)
def test_a_change_says_whose_it_is_and_what(after: str, told: tuple[str, ...]) -> None:
    (found,) = changes(json.dumps(BASE), after)
    assert (found.subject, found.what, found.before, found.after) == told


def test_the_order_of_keys_and_spacing_are_no_change() -> None:
    turned = dict(reversed(BASE.items()))
    assert changes(json.dumps(BASE), json.dumps(turned, indent=3)) == []


def test_the_spelling_of_a_colour_or_a_key_is_no_change() -> None:
    spelt = changed("style_description", to={"aesthetics": "calm", "color_palette": ["#abcdef"]})
    plain = changed("style_description", to={"aesthetics": "calm", "colour_palette": ["#ABCDEF"]})
    assert changes(spelt, plain) == []


def test_a_line_names_some_changes_and_counts_the_rest() -> None:
    data = json.loads(changed("high_level_description", to="x"))
    data["style_description"] = {"aesthetics": "wild", "lighting": "dark", "medium": "oil"}
    found = changes(json.dumps(BASE), json.dumps(data))
    line = summary(found)
    assert line.count(";") == 3 and line.endswith("more") and summary([]) == ""


@pytest.mark.parametrize(
    ("caption", "title"),
    [
        (json.dumps(BASE), "MENU"),
        (changed(*ELEMENTS, to=[]), "a café in the morning"),
        (
            '{"compositional_deconstruction": {"background": "a wall", "elements": []}}',
            "a wall",
        ),
        (
            '{"compositional_deconstruction": {"elements": [{"desc": " a\\n cup "}]}}',
            "a cup",
        ),
        (changed(*ELEMENTS, 1, "text", to="x" * 500), "x" * 79 + "…"),
        (changed(*ELEMENTS, 1, "text", to="a \ud800 b"), "a ? b"),
        ("{}", "Untitled"),
        ("", "Untitled"),
        ("[" * 100_000, "Untitled"),
        ('{"high_level_description": 7, "compositional_deconstruction": [1]}', "Untitled"),
        ('{"compositional_deconstruction": {"elements": {"a": 1}, "background": []}}', "Untitled"),
        ('{"compositional_deconstruction": {"elements": [7, null, {"text": 1}]}}', "Untitled"),
    ],
)
def test_a_title_is_the_first_thing_that_tells_captions_apart(caption: str, title: str) -> None:
    assert title_of(caption) == title


@pytest.mark.parametrize("broken", ["", "x", "{", "[]", '{"a": "\\ud800"}', "[" * 100_000])
def test_what_is_no_caption_has_no_known_changes(broken: str) -> None:
    for pair in ((broken, json.dumps(BASE)), (json.dumps(BASE), broken)):
        assert isinstance(changes(*pair), list)
