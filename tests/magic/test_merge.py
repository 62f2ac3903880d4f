"""What has to stay is put back, whatever valid caption a provider proposes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption import LIMITS, Caption, Composition, Element, Style
from ideogram4.magic.assignment import Assignment, Keep
from ideogram4.magic.merge import (
    filled,
    laid_out,
    merged,
    with_boxes,
    with_element,
    with_palette,
    without_new_boxes,
)
from ideogram4.magic.pairing import overlap
from tests.magic.odd import captions, elements_of, errors_of, letters, quick

KEEPS = [Keep(b, p) for b in (False, True) for p in (False, True)]
keeps = st.sampled_from(KEEPS)
texts = st.lists(letters, min_size=1, max_size=6)


def changed(before: Any, after: Any) -> bool:
    """Whether something that was there is another now, anywhere in two captions' data."""
    if isinstance(before, dict):
        return any(changed(value, after.get(key)) for key, value in before.items())
    if isinstance(before, list) and before and isinstance(before[0], dict):
        return len(before) != len(after) or any(map(changed, before, after))
    return before not in ("", []) and before != after


@quick
@given(captions, captions, keeps)
def test_filling_changes_nothing_that_is_there(mine: Caption, theirs: Caption, keep: Keep) -> None:
    result = merged(Assignment("x", "fill", mine), theirs, keep)
    assert not changed(mine.to_dict(), result.to_dict())
    assert [e.hidden for e in elements_of(mine)] == [
        e.hidden for e in elements_of(result)[: len(elements_of(mine))]
    ]
    assert errors_of(result) == []


@quick
@given(captions)
def test_filling_an_empty_page_takes_all_of_the_proposal(theirs: Caption) -> None:
    assert filled(Caption.empty(), theirs) == theirs
    assert not changed(theirs.to_dict(), filled(theirs, Caption.empty()).to_dict())


def test_filling_writes_what_is_missing() -> None:
    style = Style(photo="85 mm", aesthetics="calm")
    mine = Caption(Composition("", (Element("obj", "", (100, 100, 500, 500)),)), style)
    theirs = Caption(
        Composition("a wall", (Element("obj", "a cat", (110, 100, 500, 500), None, ("#112233",)),)),
        Style("loud", "dusk", None, "photograph", "flat", ("#445566",)),
        "A cat.",
    )
    result = filled(mine, theirs)
    assert elements_of(result) == (
        Element("obj", "a cat", (100, 100, 500, 500), None, ("#112233",)),
    )
    assert result.style_description == Style(
        "calm", "dusk", "85 mm", "photograph", None, ("#445566",)
    )
    assert result.high_level_description == "A cat."
    assert result.compositional_deconstruction.background == "a wall"


@quick
@given(captions.filter(elements_of), captions, keeps, st.data())
def test_an_element_anew_leaves_all_others_and_its_form(
    mine: Caption, theirs: Caption, keep: Keep, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(elements_of(mine)) - 1))
    result = merged(Assignment("x", "element", mine, index), theirs, keep)
    old, new = elements_of(mine)[index], elements_of(result)[index]
    back = [*elements_of(result)[:index], old, *elements_of(result)[index + 1 :]]
    composition = replace(mine.compositional_deconstruction, elements=tuple(back))
    assert replace(result, compositional_deconstruction=composition) == mine
    assert (new.type, new.text, new.hidden) == (old.type, old.text, old.hidden)
    assert old.bbox in (None, new.bbox)
    if keep.palette and old.colour_palette:
        assert new.colour_palette == old.colour_palette
    assert bool(new.desc) >= bool(old.desc)
    assert errors_of(result) == []


def test_the_element_is_found_whatever_the_answer_looks_like() -> None:
    cat, wall = Element("obj", "a ginger cat"), Element("obj", "an old wall of bricks")
    sign = Element("text", "white capitals", None, "SALE")
    mine = Caption(Composition("", (wall, cat, sign)))
    new = Element("obj", "a tabby tiger", None, None, ("#D98A3A",))
    answers = {
        "whole": (wall, new, sign),
        "in another order": (sign, wall, new),
        "alone": (new,),
        "with more": (Element("text", "gold", None, "NEW"), wall, new, sign),
    }
    for way, elements in answers.items():
        result = with_element(mine, Caption(Composition("", elements)), 1, Keep())
        assert elements_of(result) == (wall, new, sign), way
    nothing = Caption(Composition("", (wall, new)))
    assert with_element(mine, nothing, 2, Keep()) == mine, "nothing answers to the lettering"


@quick
@given(st.none() | captions, captions, texts, keeps, st.booleans())
def test_a_layout_has_every_text_once_letter_for_letter(
    mine: Caption | None, theirs: Caption, wanted: list[str], keep: Keep, boxes: bool
) -> None:
    assignment = Assignment("", "layout", mine, texts=tuple(wanted), boxes=boxes)
    result = merged(assignment, theirs, keep)
    lettering = [e for e in elements_of(result) if e.type == "text"]
    assert [e.text for e in lettering] == wanted
    assert all(e.desc and not e.hidden for e in lettering)
    if boxes:
        assert all(e.bbox is not None for e in lettering)
    if elements_of(mine):
        rest = [e for e in elements_of(mine) if e.type != "text"]
        assert [e for e in elements_of(result) if e.type != "text"] == rest
    assert errors_of(result) == []


@quick
@given(st.lists(letters, min_size=1, max_size=24), captions)
def test_lettering_that_was_not_placed_stands_on_the_page_without_overlap(
    wanted: list[str], theirs: Caption
) -> None:
    unplaced = without_new_boxes(None, theirs)
    lettering = elements_of(laid_out(None, unplaced, wanted, Keep()))[-len(wanted) :]
    boxes = [e.bbox for e in lettering]
    assert all(b and 0 <= b[0] < b[2] <= 1000 and 0 <= b[1] < b[3] <= 1000 for b in boxes)
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_forgotten_text_stands_where_no_other_does() -> None:
    top = Element("text", "big", (80, 80, 300, 920), "TITLE")
    bottom = Element("text", "small", (700, 80, 920, 920), "FOOT")
    theirs = Caption(Composition("", (top, bottom)))
    result = laid_out(None, theirs, ("TITLE", "between", "FOOT"), Keep())
    first, between, last = elements_of(result)
    assert (first, last) == (top, bottom)
    assert between.bbox is not None and between.bbox[0] >= 300 and between.bbox[2] <= 700
    # No room at all: then all of them are placed anew.
    full = Caption(Composition("", (replace(top, bbox=(0, 0, 1000, 1000)),)))
    crowded = [e.bbox for e in elements_of(laid_out(None, full, ("TITLE", "a", "b"), Keep()))]
    assert not any(overlap(a, b) for i, a in enumerate(crowded) for b in crowded[:i])


def test_a_layout_of_a_caption_keeps_its_page_and_a_blank_one_gets_the_proposals() -> None:
    lamp, sun = Element("obj", "a lamp"), Element("obj", "the sun", (1, 1, 9, 9))
    old = Element("text", "old", (10, 10, 90, 90), "OLD", ("#010203",), True)
    style = Style("calm", "dusk", None, "painting", "oil")
    mine = Caption(Composition("a room", (lamp, old)), None, "A room.")
    new = Element("text", "new", (500, 100, 600, 900), "OLD")
    theirs = Caption(Composition("the sky", (sun, new)), style, "A sky.")
    result = laid_out(mine, theirs, ("OLD",), Keep())
    assert result == Caption(
        Composition("a room", (lamp, replace(new, colour_palette=("#010203",)))), style, "A room."
    )
    kept = laid_out(mine, theirs, ("OLD",), Keep(boxes=True))
    assert elements_of(kept)[1].bbox == old.bbox and not elements_of(kept)[1].hidden
    assert laid_out(Caption.empty(), theirs, ("OLD",), Keep()) == theirs


@quick
@given(captions, captions, st.booleans(), st.booleans())
def test_kept_boxes_are_all_there_in_their_order(
    mine: Caption, theirs: Caption, palette: bool, boxes: bool
) -> None:
    assignment = Assignment("x", "expand", mine, boxes=boxes)
    result = merged(assignment, theirs, Keep(boxes=True, palette=palette))
    own = Counter(e.bbox for e in elements_of(mine) if e.bbox is not None)
    assert own <= Counter(e.bbox for e in elements_of(result))
    if not boxes:
        assert {e.bbox for e in elements_of(result)} <= {*own, None}
    assert errors_of(result) == []


def test_what_the_proposal_dropped_comes_back_behind_what_was_in_front_of_it() -> None:
    wall = Element("obj", "an old wall", (1, 1, 900, 900))
    cat = Element("obj", "a ginger cat", (300, 300, 600, 600))
    hat = Element("obj", "straw hat", (250, 300, 350, 500), hidden=True)
    mine = Caption(Composition("", (wall, cat, hat)))
    theirs = Caption(Composition("", (Element("obj", "ginger cat, anew", (5, 5, 9, 9)),)))
    result = with_boxes(mine, theirs)
    assert elements_of(result) == (wall, replace(cat, desc="ginger cat, anew"), hat)


@quick
@given(captions, captions, st.booleans())
def test_kept_palettes_stay(mine: Caption, theirs: Caption, boxes: bool) -> None:
    result = merged(Assignment("x", "expand", mine), theirs, Keep(boxes=boxes, palette=True))
    if mine.style_description and mine.style_description.colour_palette:
        assert result.style_description is not None
        palette = mine.style_description.colour_palette
        assert result.style_description.colour_palette == palette
    assert errors_of(result) == []
    assert with_palette(mine, mine) == mine and with_boxes(mine, mine) == mine


def test_an_element_that_answers_keeps_its_colours() -> None:
    mine = Caption(Composition("", (Element("obj", "a ginger cat", None, None, ("#D98A3A",)),)))
    theirs = Caption(
        Composition(
            "",
            (
                Element("obj", "a wall", None, None, ("#111111",)),
                Element("obj", "a fat ginger cat", None, None, ("#222222",)),
            ),
        ),
        Style("a", "b", None, "c", "d", ("#333333",)),
    )
    result = with_palette(mine, theirs)
    assert [e.colour_palette for e in elements_of(result)] == [("#111111",), ("#D98A3A",)]
    assert result.style_description == theirs.style_description, "mine has no palette to keep"


def test_elements_never_exceed_the_limit_and_none_of_the_persons_is_lost() -> None:
    most = LIMITS.elements
    own = [Element("obj", f"thing {i}", (i, i, i + 1, i + 1)) for i in range(most - 3)]
    theirs = [Element("obj", f"other{i:03}", (990, 0, 1000, 9)) for i in range(most)]
    mine, proposal = (Caption(Composition("", tuple(es))) for es in (own, theirs))
    result = elements_of(with_boxes(mine, proposal))
    assert len(result) == most and {e.bbox for e in own} <= {e.bbox for e in result}
    many = laid_out(None, proposal, ("A", "B"), Keep())
    assert len(elements_of(many)) == most
    assert [e.text for e in elements_of(many)[-2:]] == ["A", "B"]


@quick
@given(st.none() | captions, captions)
def test_without_boxes_only_the_persons_own_are_left(mine: Caption | None, theirs: Caption) -> None:
    result = merged(Assignment("x", "expand", mine, boxes=False), theirs, Keep())
    own = {e.bbox for e in elements_of(mine)}
    assert all(e.bbox is None or e.bbox in own for e in elements_of(result))
    assert [replace(e, bbox=None) for e in elements_of(result)] == [
        replace(e, bbox=None) for e in elements_of(theirs)
    ]
