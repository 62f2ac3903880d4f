"""What a reader wrote becomes a caption with measured colours, or a plain refusal."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from ideogram4.errors import ServiceError
from ideogram4.reading.answer import read_answer
from ideogram4.reading.instruction import instruction

RED = "#DC2828"
WRITTEN = {
    "high_level_description": "A red page.",
    "style_description": {
        "aesthetics": "plain",
        "lighting": "flat",
        "medium": "graphic_design",
        "art_style": "flat",
        "color_palette": ["#00FF00"],
    },
    "compositional_deconstruction": {
        "background": "red",
        "elements": [
            {"type": "obj", "bbox": [0, 0, 500, 500], "desc": "red", "color_palette": ["#0000FF"]}
        ],
    },
}


def test_guessed_colours_give_way_to_measured_ones() -> None:
    found = read_answer(json.dumps(WRITTEN), Image.new("RGB", (64, 64), RED)).caption
    assert found.style_description is not None
    assert found.style_description.colour_palette == (RED,)
    assert found.compositional_deconstruction.elements[0].colour_palette == (RED,)


def test_what_a_language_model_puts_around_it_is_repaired_and_told() -> None:
    wordy = f"Here you go:\n```json\n{json.dumps(WRITTEN)[:-1]},}}\n```\nAnything else?"
    reading = read_answer(wordy, Image.new("RGB", (64, 64), RED))
    assert reading.caption.high_level_description == "A red page."
    assert reading.changes


@pytest.mark.parametrize("text", ["", "I cannot help with that.", "[]", "{}" * 9, "\0"])
def test_what_is_no_caption_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ServiceError, match="no caption") as problem:
        read_answer(text, Image.new("RGB", (64, 64), RED))
    assert "cannot help" not in str(problem.value)


def test_the_instruction_names_every_field_that_is_written() -> None:
    words = instruction()
    for name in ("high_level_description", "style_description", "background", "bbox", "desc"):
        assert name in words
