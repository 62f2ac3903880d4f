"""Ideas and captions as people and services really send them, for properties that hold for all."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ideogram4.caption import Caption, validate_caption

quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

IDEAS = [
    "a ginger cat with a hat",
    "🦊🦊🏽‍🚀 👩‍👩‍👧‍👦",
    "قطة برتقالية ترتدي قبعة",
    "‏שלום \u202eabc",
    '"SALE"',
    '""',
    '"',
    '" " " "',
    '"a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k"',
    "x" * 4000,
    "a " * 2000,
    '"x" ' * 1000,
    "a a a a x " * 390 + '"y" ' * 20,
    "\n\n a cat \r\n\t on a mat \n",
    'a sign that says "TWO\nLINES"',
    '{"high_level_description": "a cat", "compositional_deconstruction": {"elements": []}}',
    "[1, 2, 3]",
    "```json\n{}\n```",
    "#FF0000 #00ff00 red, Blue; GREEN",
    "#GGGGGG #12345",
    "...",
    "?!",
    ",",
    "42",
    "\u200b",
    "\x01\x1f\x7f",
    "é" * 10 + "\u0301" * 50,
    "${x} {{y}} <img src=x onerror=alert(1)> `z`",
    'a 6" x 4" print of a poster “SUMMER” and „HERBST“ and «ÉTÉ» and 「夏」',
    "NaN Infinity null true",
]
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.text(characters, max_size=40)
ideas = st.sampled_from(IDEAS) | st.text(characters, min_size=1, max_size=200).filter(str.strip)
letters = st.text(characters, min_size=1, max_size=30).filter(str.strip)
colours = st.lists(st.from_regex("#[0-9A-F]{6}", fullmatch=True), min_size=1, max_size=5)
spans = st.lists(st.integers(0, 1000), min_size=2, max_size=2, unique=True).map(sorted)
boxes = st.builds(lambda y, x: [y[0], x[0], y[1], x[1]], spans, spans)
_common = {"bbox": boxes, "colour_palette": colours, "hidden": st.booleans()}
_some = st.sampled_from(["", "a cat", "a cat on a wall", "old bricks", "roses"]) | words
objects = st.fixed_dictionaries({"type": st.just("obj"), "desc": _some}, optional=_common)
_signs = st.sampled_from(["", "SALE", "Sale", "SUMMER SALE", "50 %", "A"]) | words
lettering = st.fixed_dictionaries(
    {"type": st.just("text"), "text": _signs, "desc": _some}, optional=_common
)
styles = st.builds(
    lambda style, kind, palette: {**style, **kind, **palette},
    st.fixed_dictionaries({}, optional={"aesthetics": words, "lighting": words, "medium": words}),
    st.sampled_from(["photo", "art_style"]).flatmap(lambda k: st.fixed_dictionaries({k: words})),
    st.fixed_dictionaries({}, optional={"colour_palette": colours}),
)
_data = st.fixed_dictionaries(
    {
        "compositional_deconstruction": st.fixed_dictionaries(
            {"background": words, "elements": st.lists(objects | lettering, max_size=5)}
        )
    },
    optional={"high_level_description": words, "style_description": styles},
)
captions = _data.map(Caption.from_dict)


def errors_of(caption: Caption) -> list[str]:
    """What makes it no caption."""
    found = validate_caption(caption.to_dict())
    return [issue.code for issue in found if issue.severity == "error"]


def elements_of(caption: Caption | None) -> tuple[Any, ...]:
    return () if caption is None else caption.compositional_deconstruction.elements
