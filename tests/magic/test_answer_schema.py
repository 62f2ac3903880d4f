"""The schema for writing follows the one for reading, only stricter."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ideogram4.caption import load_schema
from ideogram4.magic.answer_schema import AnswerLimits, answer_schema

GENEROUS = AnswerLimits(4000, 4000, 4000, 4000, 50, 16, 5)


def filled(caption: dict) -> dict:  # type: ignore[type-arg]
    """A hand-written caption with everything that a written one must have."""
    palette = ["#112233"]
    style = caption.setdefault("style_description", {})
    for name in ("aesthetics", "lighting", "medium"):
        style.setdefault(name, "plain")
    if "photo" not in style:
        style.setdefault("art_style", "flat")
    style.setdefault("colour_palette", palette)
    caption.setdefault("high_level_description", "A picture.")
    for element in caption["compositional_deconstruction"]["elements"]:
        element.setdefault("bbox", [0, 0, 10, 10])
        element.setdefault("colour_palette", palette)
    return caption


@pytest.mark.parametrize(
    "path", sorted(Path("presets/captions").glob("*.json")), ids=lambda p: p.stem
)
def test_hand_written_captions_with_everything_filled_in_are_answers(path: Path) -> None:
    jsonschema.validate(filled(json.loads(path.read_text())), answer_schema(GENEROUS))


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.pop("high_level_description"),
        lambda c: c["style_description"].update(photo="35 mm", art_style="flat"),
        lambda c: c["compositional_deconstruction"]["elements"][0].update(hidden=True),
        lambda c: c["compositional_deconstruction"]["elements"][0].pop("bbox"),
        lambda c: c["compositional_deconstruction"]["elements"][0].update(type="obj", text="A"),
        lambda c: c["compositional_deconstruction"]["elements"][0].update(desc=""),
        lambda c: c["style_description"].update(colour_palette=["#abcdef"]),
        lambda c: c.update(other=1),
    ],
)
def test_what_a_writer_must_not_write(change) -> None:  # type: ignore[no-untyped-def]
    caption = filled(json.loads(Path("presets/captions/sunset.json").read_text()))
    jsonschema.validate(caption, answer_schema(GENEROUS))
    change(caption)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(caption, answer_schema(GENEROUS))


def test_keys_come_in_the_trained_order() -> None:
    schema = answer_schema()
    assert list(schema["properties"]) == list(load_schema()["properties"])
    photo, art = schema["properties"]["style_description"]["anyOf"]
    assert photo["required"] == ["aesthetics", "lighting", "photo", "medium", "colour_palette"]
    assert art["required"] == ["aesthetics", "lighting", "medium", "art_style", "colour_palette"]


def test_every_text_and_list_ends() -> None:
    def walk(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "string":
                assert {"maxLength", "pattern", "enum", "const"} & node.keys(), node
            if node.get("type") == "array":
                assert node["maxItems"] >= 1
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(answer_schema())
