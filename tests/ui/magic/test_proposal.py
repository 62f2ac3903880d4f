"""A proposal beside a caption: one tick an element, and a valid caption whatever is taken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ideogram4.caption import parse_caption
from tests.ui.writing import caption, obj, text
from ui.magic.parts import NOT_NOW
from ui.magic.proposal import compare_proposal, take_proposal
from ui.presets import Size

WIDE = Size(320, 176)
PAGE = {"width": 256, "height": 256}

MINE = caption(
    obj("a grey cat sleeping on a wall", 300, 100, 800, 500),
    text("SUMMER", 50, 100, 200, 900),
    obj("an old bicycle", 500, 600, 900, 950),
)
THEIRS = caption(
    obj("a stormy sky", 0, 0, 300, 1000),
    obj("a ginger cat sleeping on a wall", 300, 100, 800, 500),
    text("SUMMER", 700, 100, 900, 900),
    high_level_description="A cat in summer.",
    style_description={
        "aesthetics": "warm",
        "lighting": "evening sun",
        "photo": "85 mm",
        "medium": "photograph",
        "colour_palette": ["#D98A3A", "#5E7F4E"],
    },
)


def asked(mine: Any, theirs: Any = THEIRS, **more: Any) -> dict[str, Any]:
    mine = mine if isinstance(mine, str) else json.dumps(mine)
    return {"text": mine, "proposal": json.dumps(theirs), "page": PAGE, **more}


def size_for(ratio: tuple[int, int]) -> Size | None:
    return WIDE if ratio == (16, 9) else None


def parts_of(mine: Any, theirs: Any = THEIRS, **more: Any) -> dict[str, Any]:
    answer = compare_proposal(asked(mine, theirs, **more), size_for)
    return {part["id"]: part for part in answer["parts"]}


def taking(mine: Any, *ids: str, theirs: Any = THEIRS, **more: Any) -> Any:
    answer = take_proposal(asked(mine, theirs, taken=list(ids), **more), size_for)
    return json.loads(answer["text"])


def elements(value: Any) -> list[Any]:
    return list(value["compositional_deconstruction"]["elements"])


def test_an_element_is_one_tick_whatever_of_it_changed() -> None:
    parts = parts_of(MINE)
    titles = [part["title"] for part in parts.values()]
    assert titles == [
        "The picture in a sentence",
        "Style",
        "Palette",
        "New object: a stormy sky",
        "Changed: object: a grey cat sleeping on a wall",
        "Changed: text “SUMMER”",
        "Taken out: object: an old bicycle",
    ]
    cat, lettering = parts["element:1"], parts["element:2"]
    assert cat["lines"] == [
        {
            "path": "/description",
            "before": "a grey cat sleeping on a wall",
            "after": "a ginger cat sleeping on a wall",
        }
    ]
    assert [line["path"] for line in lettering["lines"]] == ["/box"]
    assert lettering["ghost"]["bbox"] == [700, 100, 900, 900]
    assert "ghost" not in cat, "it stays where it is"


def test_all_of_it_is_the_proposal() -> None:
    assert taking(MINE, *parts_of(MINE)) == THEIRS
    assert taking("", *parts_of("")) == THEIRS


def test_none_of_it_is_the_caption() -> None:
    assert taking(MINE) == MINE


def test_two_elements_and_nothing_else() -> None:
    result = taking(MINE, "element:0", "element:2")
    assert {**result, "compositional_deconstruction": 0} == {
        **MINE,
        "compositional_deconstruction": 0,
    }
    assert [e.get("text") or e["desc"] for e in elements(result)] == [
        "a stormy sky",  # behind the cat, as in the proposal
        "a grey cat sleeping on a wall",
        "SUMMER",
        "an old bicycle",
    ]
    assert elements(result)[2]["bbox"] == [700, 100, 900, 900]


def test_a_photograph_does_not_keep_its_art_style() -> None:
    style = taking(MINE, "style")["style_description"]
    assert "photo" in style and "art_style" not in style
    assert style["colour_palette"] == ["#112233"], "the palette is a tick of its own"
    style = taking(MINE, "palette")["style_description"]
    assert "art_style" in style and style["colour_palette"] == ["#D98A3A", "#5E7F4E"]


def test_colours_without_a_style_come_with_one() -> None:
    """Or the caption had a style that is neither a photograph nor anything else."""
    bare = {key: value for key, value in MINE.items() if key != "style_description"}
    assert "palette" not in parts_of(bare)
    assert taking(bare, "style")["style_description"] == THEIRS["style_description"]
    assert list(taking(bare, "style")) == list(THEIRS), "at its place"


def test_what_a_proposal_leaves_out_it_does_not_touch() -> None:
    sparse = {
        "compositional_deconstruction": {"background": "", "elements": [obj("a stormy sky")]},
    }
    ids = [name for name in parts_of(MINE, sparse) if not name.startswith("gone")]
    assert ids == ["element:0"]
    result = taking(MINE, *ids, theirs=sparse)
    assert result["style_description"] == MINE["style_description"]
    assert len(elements(result)) == 4


def test_hidden_stays_hidden_and_what_only_the_person_knows_stays() -> None:
    mine = caption(obj("a grey cat on a wall", 300, 100, 800, 500, hidden=True, note="mine"))
    mine["my_notes"] = "typed by hand"
    theirs = caption(obj("a ginger cat on a wall", 300, 100, 800, 500))
    result = taking(mine, "element:0", theirs=theirs)
    assert elements(result)[0]["desc"] == "a ginger cat on a wall"
    assert elements(result)[0]["hidden"] is True and elements(result)[0]["note"] == "mine"
    assert result["my_notes"] == "typed by hand"


def test_the_order_is_a_tick_of_its_own() -> None:
    cat, dog = obj("a grey cat", 0, 0, 400, 400), obj("a brown dog", 500, 500, 900, 900)
    mine, theirs = caption(cat, dog), caption(dog, cat)
    assert list(parts_of(mine, theirs)) == ["order"]
    assert elements(taking(mine, theirs=theirs)) == [cat, dog]
    assert elements(taking(mine, "order", theirs=theirs)) == [dog, cat]


def test_the_page_is_a_tick_where_its_shape_differs() -> None:
    part = parts_of(MINE, ratio="16:9")["page"]
    assert part["title"] == "Page 16:9"
    assert part["lines"] == [{"path": "", "before": "256 × 256", "after": "320 × 176"}]
    answer = take_proposal(asked(MINE, ratio="16:9", taken=["page"]), size_for)
    assert answer["page"] == {"width": 320, "height": 176}
    assert take_proposal(asked(MINE, ratio="16:9", taken=["style"]), size_for)["page"] is None
    same = asked(MINE, ratio="16:9", page={"width": 640, "height": 352})
    assert all(part["id"] != "page" for part in compare_proposal(same, size_for)["parts"])


@pytest.mark.parametrize(
    "ratio", [None, "", "wide", "0:1", "1:0", "-1:2", "9" * 5000 + ":1", 5, {}]
)
def test_a_ratio_that_is_none_is_no_part(ratio: object) -> None:
    assert "page" not in parts_of(MINE, ratio=ratio)


def test_a_part_is_known_again_after_an_edit_elsewhere() -> None:
    edited = json.loads(json.dumps(MINE))
    elements(edited)  # a new one in front of all others' numbers
    edited["compositional_deconstruction"]["elements"].insert(0, obj("a small lizard"))
    before, after = parts_of(MINE), parts_of(edited)
    new = set(after) - set(before)
    assert set(before) <= set(after) and len(new) == 1
    assert after[new.pop()]["title"] == "Taken out: object: a small lizard"


def test_while_the_text_is_broken_nothing_can_be_taken() -> None:
    for text_of_now in ('{"a": 1, "b', "[]", '{"compositional_deconstruction": 5}', "[" * 100_000):
        assert compare_proposal(asked(text_of_now), size_for) == {"error": NOT_NOW}
        assert take_proposal(asked(text_of_now, taken=["style"]), size_for) == {"error": NOT_NOW}


@pytest.mark.parametrize("sent", [None, 5, [], {}, {"proposal": "{"}, {"proposal": {"a": 1}}])
def test_whatever_a_browser_sends_is_answered(sent: object) -> None:
    assert compare_proposal(sent, size_for) == {"error": "There is no proposal."}
    assert take_proposal(sent, size_for) == {"error": "There is no proposal."}


def test_too_many_elements_are_refused_with_their_number() -> None:
    mine = caption(*(obj("") for _ in range(110)))
    theirs = caption(*(text("", desc="") for n in range(110)))
    ids = [name for name in parts_of(mine, theirs) if name.startswith("element")]
    answer = take_proposal(asked(mine, theirs, taken=ids), size_for)
    assert "220 elements; 200" in answer["error"] and "text" not in answer


WORDS = st.sampled_from(["", "a cat", "a grey cat on a wall", "a dog", "SALE", "<img onerror=x>"])
BOX = st.sampled_from([None, [0, 0, 400, 400], [100, 100, 900, 900], [500, 500, 900, 900]])
PALETTE = st.lists(st.sampled_from(["#112233", "#D98A3A", "#FFFFFF"]), max_size=3, unique=True)


@st.composite
def an_element(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["obj", "text"]))
    element: dict[str, Any] = {"type": kind}
    if box := draw(BOX):
        element["bbox"] = box
    if kind == "text":
        element["text"] = draw(WORDS)
    element["desc"] = draw(WORDS)
    if colours := draw(PALETTE):
        element["colour_palette"] = colours
    return element


@st.composite
def a_caption(draw: st.DrawFn) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if words := draw(WORDS):
        value["high_level_description"] = words
    if kind := draw(st.sampled_from([None, "photo", "art_style"])):
        style = {"aesthetics": draw(WORDS), "lighting": "soft"}
        style |= (
            {"photo": "35 mm", "medium": "photograph"}
            if kind == "photo"
            else {"medium": "painting", "art_style": "oil"}
        )
        if colours := draw(PALETTE):
            style["colour_palette"] = colours
        value["style_description"] = style
    body = {"background": draw(WORDS), "elements": draw(st.lists(an_element(), max_size=4))}
    return {**value, "compositional_deconstruction": body}


@settings(max_examples=100, deadline=None, phases=[Phase.generate])
@given(mine=a_caption(), theirs=a_caption(), data=st.data())
def test_any_part_of_any_proposal_makes_a_valid_caption(
    mine: dict[str, Any], theirs: dict[str, Any], data: st.DataObject
) -> None:
    names = list(parts_of(mine, theirs))
    taken = [name for name in names if data.draw(st.booleans())]
    result = taking(mine, *taken, theirs=theirs)
    assert parse_caption(json.dumps(result)).ok
    style = result.get("style_description", {})
    assert ("photo" in style) + ("art_style" in style) == bool(style)
    if not taken:
        assert result == mine
    # What was taken is no difference any more, and what was not still is.
    left = list(parts_of(result, theirs))
    if set(taken) == set(names):
        assert left == []
