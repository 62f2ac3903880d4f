"""The schema is the one truth: everything else is derived from it and agrees with it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ideogram4.caption import LIMITS, Caption, Composition, Element, Style, load_schema
from ideogram4.caption.schema import keys_of, resolved_schema
from ideogram4.caption.serialise import PEOPLE_PALETTE


def test_it_is_a_valid_json_schema() -> None:
    Draft202012Validator.check_schema(load_schema())
    Draft202012Validator.check_schema(resolved_schema())


def test_trained_key_order() -> None:
    assert keys_of("caption") == (
        "high_level_description",
        "style_description",
        "compositional_deconstruction",
    )
    photo = [key for key in keys_of("style") if key != "art_style"]
    other = [key for key in keys_of("style") if key != "photo"]
    assert photo == ["aesthetics", "lighting", "photo", "medium", PEOPLE_PALETTE]
    assert other == ["aesthetics", "lighting", "medium", "art_style", PEOPLE_PALETTE]
    assert keys_of("composition") == ("background", "elements")
    assert keys_of("element") == ("type", "bbox", "text", "desc", PEOPLE_PALETTE, "hidden")


def test_limits() -> None:
    assert (LIMITS.bytes, LIMITS.depth, LIMITS.elements, LIMITS.string) == (262144, 16, 200, 4000)
    assert (LIMITS.style_palette, LIMITS.element_palette) == (16, 5)
    assert (LIMITS.tokens, LIMITS.grid) == (2048, 1000)


@pytest.mark.parametrize(
    ("part", "name"),
    [(Caption, "caption"), (Style, "style"), (Composition, "composition"), (Element, "element")],
)
def test_the_model_has_the_fields_of_the_schema(part: Any, name: str) -> None:
    assert {field.name for field in fields(part)} == set(keys_of(name))


def test_every_key_has_a_title_and_a_help_text() -> None:
    def bare(node: dict[str, Any], path: str) -> list[str]:
        missing = []
        for key, child in node.get("properties", {}).items():
            if not (child.get("title") and child.get("description")):
                missing.append(f"{path}/{key}")
            missing += bare(child, f"{path}/{key}") + bare(child.get("items", {}), f"{path}/{key}")
        return missing

    assert bare(resolved_schema(), "") == []


def test_each_caller_gets_a_copy() -> None:
    load_schema()["properties"].clear()
    assert load_schema()["properties"]
