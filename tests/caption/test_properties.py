"""What holds for every caption and every input: nothing raises, nothing is lost, twice is once."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideogram4.caption import (
    Caption,
    format_json,
    parse_caption,
    repair_caption,
    validate_caption,
)

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KINDS = ["photo", "art_style"]
KEYS = [
    "compositional_deconstruction",
    "background",
    "elements",
    "style_description",
    "high_level_description",
    "type",
    "bbox",
    "text",
    "desc",
    "colour_palette",
    "color_palette",
    "photo",
    "art_style",
    "caption",
    "aspect_ratio",
    "width",
    "x",
    "y",
    "w",
    "h",
    "objects",
    "boundingBox",
    "hidden",
]
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
colours = st.from_regex("#[0-9A-F]{6}", fullmatch=True)
spans = st.lists(st.integers(0, 1000), min_size=2, max_size=2, unique=True).map(sorted)
boxes = st.builds(lambda y, x: [y[0], x[0], y[1], x[1]], spans, spans)
objects = st.fixed_dictionaries(
    {"type": st.just("obj"), "desc": words},
    optional={
        "bbox": boxes,
        "colour_palette": st.lists(colours, min_size=1, max_size=5),
        "hidden": st.booleans(),
    },
)
texts = st.fixed_dictionaries(
    {"type": st.just("text"), "text": words, "desc": words},
    optional={"bbox": boxes, "color_palette": st.lists(colours, min_size=1, max_size=5)},
)
styles = st.fixed_dictionaries(
    {"aesthetics": words, "lighting": words, "medium": words},
    optional={"colour_palette": st.lists(colours, min_size=1, max_size=16)},
).flatmap(lambda style: st.builds(lambda k, v: {**style, k: v}, st.sampled_from(KINDS), words))
captions = st.fixed_dictionaries(
    {
        "compositional_deconstruction": st.fixed_dictionaries(
            {"background": words, "elements": st.lists(objects | texts, max_size=4)}
        )
    },
    optional={"high_level_description": words, "style_description": styles},
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["obj", "text", "#fff", "0.5", '{"elements": []}', "[1,2,3,4]"]),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(KEYS) | words, inner)
    ),
    max_leaves=25,
)
like_captions = st.fixed_dictionaries(
    {},
    optional={
        "compositional_deconstruction": anything
        | st.fixed_dictionaries({}, optional={"background": anything, "elements": anything}),
        "style_description": anything,
        "high_level_description": anything,
        "elements": st.lists(
            st.dictionaries(st.sampled_from(KEYS), anything, max_size=4), max_size=3
        ),
        "aspect_ratio": anything,
    },
)


def spoiled(text: str, seed: int) -> str:
    """The text with a few characters cut, doubled or replaced, as a bad paste would."""
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        text = dice.choice(
            [
                text[:at] + dice.choice("\"{}[],:“'\\\n/*#`\0x") + text[at:],
                text[:at] + text[at + 1 :],
                text[:at] + text[at + dice.randint(1, 30) :],
                text[: at + 40],
            ]
        )
    return text


def shown(caption: Caption) -> Caption:
    """The caption without what is hidden, which the model never reads."""
    parts = caption.compositional_deconstruction
    seen = tuple(element for element in parts.elements if not element.hidden)
    return replace(caption, compositional_deconstruction=replace(parts, elements=seen))


def check_any(source: Any) -> None:
    """Reading and repairing never raise, and a result is a caption exactly if nothing is wrong."""
    parsed = parse_caption(source)
    errors = [issue for issue in parsed.issues if issue.severity == "error"]
    assert (parsed.caption is None) == bool(errors) == (not parsed.ok)
    for issue in parsed.issues:
        json.dumps(issue.to_dict()).encode()
        if issue.fix is not None:
            issue.fix(parsed.value)
        if isinstance(source, str) and source:
            assert (issue.line or 0) >= 1
            assert (issue.column or 0) >= 1
    check_repair(source)


def check_repair(source: Any) -> None:
    first = repair_caption(source)
    json.dumps([change.to_dict() for change in first.changes])
    if first.caption is None:
        assert any(issue.severity == "error" for issue in first.issues)
        return
    again = repair_caption(first.caption.to_json())
    assert again.caption == first.caption
    assert again.changes == ()
    assert again.set_aside == {}
    assert parse_caption(first.caption.to_prompt()).caption == shown(first.caption)


@quick
@given(captions)
def test_round_trips(data: dict[str, Any]) -> None:
    caption = Caption.from_dict(data)
    prompt = caption.to_prompt()
    assert parse_caption(prompt).caption == shown(caption)
    assert parse_caption(prompt.encode()).caption == shown(caption)
    assert parse_caption(caption.to_json()).caption == caption
    assert Caption.from_dict(json.loads(prompt)).to_prompt() == prompt
    assert json.loads(format_json(data)) == data


@quick
@given(captions)
def test_repair_leaves_good_captions_alone(data: dict[str, Any]) -> None:
    caption = Caption.from_dict(data)
    result = repair_caption(caption.to_json())
    assert result.caption == caption
    assert result.changes == ()


@quick
@given(captions, st.integers(0, 2**32))
def test_spoiled_captions(data: dict[str, Any], seed: int) -> None:
    check_any(spoiled(Caption.from_dict(data).to_json(), seed))


@quick
@given(like_captions)
def test_data_that_is_almost_a_caption(data: Any) -> None:
    validate_caption(data)
    check_any(json.dumps(data))
    check_repair(data)


@quick
@given(anything)
def test_any_data(data: Any) -> None:
    validate_caption(data)
    check_any(json.dumps(data))
    check_repair(data)


@quick
@given(st.text(st.characters(), max_size=80))
def test_any_text(text: str) -> None:
    check_any(text)


@quick
@given(st.text("{}[]\",:'“”\\/*#`.…truefalsnNI10-+eE \n\t\ufeff\0", max_size=60))
def test_any_text_of_json_characters(text: str) -> None:
    check_any(text)


@quick
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check_any(data)
