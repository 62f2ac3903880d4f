"""A caption is a value: equal by content, written always in the same bytes, never changed."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from ideogram4.caption import Caption, Element, Style, parse_caption
from ideogram4.errors import CaptionError


def test_what_the_model_reads_is_the_canonical_text_byte_for_byte(prompt_text: str) -> None:
    caption = parse_caption(prompt_text).caption
    assert caption is not None
    assert caption.to_prompt() == prompt_text
    assert caption.to_prompt().encode() == prompt_text.encode()


def test_people_read_and_write_colour_palette(data: dict[str, Any], prompt_text: str) -> None:
    caption = Caption.from_dict(data)
    assert caption.to_dict() == data
    assert "color_palette" not in caption.to_json()
    assert "colour_palette" not in caption.to_prompt()
    assert caption == parse_caption(prompt_text).caption


def test_key_order_is_fixed_in_silence(data: dict[str, Any], prompt_text: str) -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    result = parse_caption(json.dumps(turned(data)))
    assert result.caption is not None
    assert result.issues == ()
    assert result.caption.to_prompt() == prompt_text


def test_illustrations_have_their_own_order(data: dict[str, Any]) -> None:
    style = data["style_description"]
    del style["photo"]
    style["art_style"] = "flat vector"
    written = json.loads(Caption.from_dict(data).to_prompt())["style_description"]
    assert list(written) == ["aesthetics", "lighting", "medium", "art_style", "color_palette"]


def test_the_text_for_people_keeps_boxes_and_palettes_on_one_line(data: dict[str, Any]) -> None:
    text = Caption.from_dict(data).to_json()
    assert '"bbox": [400, 100, 900, 500]' in text
    assert '"colour_palette": ["#D7263D", "#F5F0E6"]' in text
    assert json.loads(text) == data
    assert "\n" not in Caption.from_dict(data).to_json(indent=None)


def test_empty_palettes_and_styles_never_reach_the_model(data: dict[str, Any]) -> None:
    data["style_description"] = {"colour_palette": []}
    data["compositional_deconstruction"]["elements"][0]["color_palette"] = []
    caption = Caption.from_dict(data)
    assert caption.style_description is None
    assert "[]" not in caption.to_prompt()
    assert "style_description" not in caption.to_prompt()


def test_keys_the_model_does_not_know_are_left_out(data: dict[str, Any]) -> None:
    data["seed"] = 7
    data["style_description"]["negative"] = "blur"
    caption = Caption.from_dict(data)
    assert "seed" not in caption.to_prompt()
    assert "negative" not in caption.to_prompt()


def test_a_new_page_is_a_caption() -> None:
    assert Caption.empty().to_dict() == {
        "compositional_deconstruction": {"background": "", "elements": []}
    }
    assert Caption.from_dict(Caption.empty().to_dict()) == Caption.empty()


def test_it_cannot_be_changed_and_can_be_a_key(data: dict[str, Any]) -> None:
    caption = Caption.from_dict(data)
    with pytest.raises(FrozenInstanceError):
        caption.high_level_description = "other"  # type: ignore[misc]
    data["compositional_deconstruction"]["elements"].clear()
    assert len(caption.compositional_deconstruction.elements) == 4
    assert {caption: 1}[Caption.from_dict(caption.to_dict())] == 1


def test_a_style_that_says_nothing_is_no_style() -> None:
    empty = Caption.empty().compositional_deconstruction
    assert Caption(empty, Style()) == Caption(empty)


def test_from_dict_says_what_is_wrong_and_where(data: dict[str, Any]) -> None:
    data["compositional_deconstruction"]["elements"][1]["bbox"] = [0, 0, 0, 10]
    with pytest.raises(CaptionError) as caught:
        Caption.from_dict(data)
    assert [issue.code for issue in caught.value.issues] == ["bbox-empty"]
    assert "/compositional_deconstruction/elements/1/bbox" in str(caught.value)


def test_attributes_are_named_as_the_schema_names_them(data: dict[str, Any]) -> None:
    caption = Caption.from_dict(data)
    assert caption.style_description is not None
    assert caption.style_description.colour_palette == ("#D7263D", "#F5F0E6")
    assert caption.compositional_deconstruction.elements[2] == Element(
        type="text",
        desc=data["compositional_deconstruction"]["elements"][2]["desc"],
        bbox=(50, 550, 150, 950),
        text="Ça\nva? 🫖",
    )


def test_a_hidden_element_stays_in_the_file_and_leaves_the_prompt(data: dict[str, Any]) -> None:
    elements = data["compositional_deconstruction"]["elements"]
    without = Caption.from_dict(
        {
            **data,
            "compositional_deconstruction": {
                **data["compositional_deconstruction"],
                "elements": elements[1:],
            },
        }
    )
    elements[0]["hidden"] = True
    caption = Caption.from_dict(data)
    assert caption.to_dict() == data
    assert parse_caption(caption.to_json()).caption == caption
    assert caption.to_prompt() == without.to_prompt()
    assert "hidden" not in caption.to_prompt()


def test_saying_that_an_element_is_not_hidden_says_nothing(data: dict[str, Any]) -> None:
    plain = Caption.from_dict(data)
    data["compositional_deconstruction"]["elements"][0]["hidden"] = False
    assert Caption.from_dict(data) == plain
    assert "hidden" not in Caption.from_dict(data).to_json()


def test_hidden_is_true_or_false(data: dict[str, Any]) -> None:
    data["compositional_deconstruction"]["elements"][0]["hidden"] = "yes"
    (issue,) = parse_caption(json.dumps(data)).issues
    assert (issue.severity, issue.path) == (
        "error",
        "/compositional_deconstruction/elements/0/hidden",
    )
    assert issue.message == "hidden must be true or false, not text."
    assert issue.fix is not None
    assert parse_caption(json.dumps(issue.fix(data))).ok


def test_a_page_with_everything_hidden_is_told(data: dict[str, Any]) -> None:
    for element in data["compositional_deconstruction"]["elements"]:
        element["hidden"] = True
    codes = [issue.code for issue in parse_caption(json.dumps(data)).issues]
    assert "no-elements" in codes
