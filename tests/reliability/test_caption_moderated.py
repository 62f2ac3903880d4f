"""Reliability 21: the expanded caption is moderated, boxes included.

What a magic prompt makes of a harmless idea can hold what the idea did not. So it is the caption
that is drawn, wherever it came from, whose every text is asked about.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ideogram4.caption import repair_caption
from ideogram4.errors import BlockedError
from ideogram4.safety import Screening, Verdict
from tests.reliability.parts import PATIENCE, Reader, make
from tests.safety.judges import Judge
from tests.ui.pretend import PretendPipeline
from ui.service.requests import GenerateRequest

BAD = "a forbidden thing"


def expanded(**changes: Any) -> dict[str, Any]:
    """A caption as a language model writes one."""
    caption: dict[str, Any] = {
        "high_level_description": "a quiet street",
        "style_description": {
            "aesthetics": "calm",
            "lighting": "dusk",
            "medium": "illustration",
            "art_style": "flat",
        },
        "compositional_deconstruction": {
            "background": "houses",
            "elements": [
                {"type": "obj", "bbox": [100, 100, 500, 500], "desc": "a lamp"},
                {"type": "text", "bbox": [600, 100, 900, 900], "text": "HELLO", "desc": "a sign"},
                {"type": "obj", "bbox": [10, 10, 90, 90], "desc": "a cat", "hidden": True},
            ],
        },
    }
    for path, value in changes.items():
        *way, last = path.split("__")
        inside: Any = caption
        for key in way:
            inside = inside[int(key) if key.isdecimal() else key]
        inside[last] = value
    return caption


ELEMENTS = "compositional_deconstruction__elements__"
PLACES = [
    "high_level_description",
    "style_description__aesthetics",
    "style_description__lighting",
    "style_description__medium",
    "style_description__art_style",
    "compositional_deconstruction__background",
    f"{ELEMENTS}0__desc",
    f"{ELEMENTS}1__text",
    f"{ELEMENTS}1__desc",
    f"{ELEMENTS}2__desc",
]


def request(caption: dict[str, Any]) -> GenerateRequest:
    """By the way of everything that a language model has written."""
    repaired = repair_caption(f"Here you are:\n```json\n{json.dumps(caption)}\n```")
    assert repaired.caption is not None
    return GenerateRequest.checked(
        repaired.caption,
        limits=PretendPipeline.limits,
        width=256,
        height=256,
        preset="V4_TURBO_12",
        seed=7,
        num_steps=4,
    )


@pytest.mark.parametrize("place", PLACES)
def test_a_bad_word_anywhere_in_the_caption_stops_it(place: str, tmp_path: Path) -> None:
    judge = Judge(words=lambda t: Verdict.block("bad") if BAD in t else Verdict.allow())
    pipeline = PretendPipeline()
    service = make(tmp_path, pipeline, screening=Screening(words=(judge,)))
    good = Reader(service, request(expanded()))
    assert good.end().phase == "done"
    bad = Reader(service, request(expanded(**{place: f"here is {BAD} too"})))
    bad.join(PATIENCE)
    assert isinstance(bad.error, BlockedError)
    assert len(pipeline.jobs) == 1 and len(service.store.ids()) == 1


def test_every_text_is_asked_about_and_boxes_do_not_hide_any(tmp_path: Path) -> None:
    judge = Judge()
    service = make(tmp_path, PretendPipeline(), screening=Screening(words=(judge,)))
    assert Reader(service, request(expanded())).end().phase == "done"
    assert {"a lamp", "HELLO", "a sign", "a cat", "houses", "dusk", "a quiet street"} <= set(
        judge.texts
    )
