"""One good caption in both spellings, as fixtures; each test gets its own copy to spoil."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

DESC = " ".join(["a tall red cup with a thin white rim standing on a wooden table"] * 3)
CAPTION: dict[str, Any] = {
    "high_level_description": "A red cup and a poster.",
    "style_description": {
        "aesthetics": "calm, minimal",
        "lighting": "soft window light",
        "photo": "50 mm, shallow focus",
        "medium": "photograph",
        "colour_palette": ["#D7263D", "#F5F0E6"],
    },
    "compositional_deconstruction": {
        "background": "a plain wall",
        "elements": [
            {"type": "obj", "bbox": [400, 100, 900, 500], "desc": DESC},
            {"type": "obj", "desc": DESC, "colour_palette": ["#FFFFFF"]},
            {"type": "text", "bbox": [50, 550, 150, 950], "text": "Ça\nva? 🫖", "desc": DESC},
            {"type": "text", "text": "open", "desc": DESC, "colour_palette": ["#000000"]},
        ],
    },
}


@pytest.fixture
def data() -> dict[str, Any]:
    """A caption without any issue, as people spell it, keys in trained order."""
    return copy.deepcopy(CAPTION)


@pytest.fixture
def prompt_text() -> str:
    """The same caption, byte for byte as the model reads it."""
    text = json.dumps(CAPTION, separators=(",", ":"), ensure_ascii=False)
    return text.replace("colour_palette", "color_palette")
