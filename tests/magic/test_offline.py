"""Rules make a caption of any words, and lettering of what stands in quotation marks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption import Caption
from ideogram4.magic import Assignment, expanded
from ideogram4.magic.offline import Rules, caption_of, colours_in, quoted, style_of, without_quotes
from ideogram4.magic.pairing import overlap
from tests.magic.odd import IDEAS, captions, elements_of, errors_of, ideas, letters, quick


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: ascii(idea[:20]))
def test_an_odd_idea_becomes_a_caption_within_a_second(idea: str) -> None:
    began = time.monotonic()
    proposal = expanded(Assignment(idea), Rules())
    assert time.monotonic() - began < 1
    assert errors_of(proposal.caption) == [] and proposal.changes == ()
    assert elements_of(proposal.caption), "a caption without elements is drawn as a grey card"
    assert proposal.caption.to_dict() == caption_of(Assignment(idea))


@quick
@given(ideas, st.booleans())
def test_any_idea_becomes_a_caption_that_says_it(idea: str, boxes: bool) -> None:
    assignment = Assignment(idea, boxes=boxes)
    caption = expanded(assignment, Rules()).caption
    assert errors_of(caption) == [] and elements_of(caption)
    assert caption.high_level_description == " ".join(idea.split())
    assert all((element.bbox is None) != boxes for element in elements_of(caption))


@quick
@given(captions, ideas | st.just(""), st.lists(letters, min_size=1, max_size=6), st.data())
def test_every_task_of_any_caption_gives_a_caption(
    mine: Caption, idea: str, texts: list[str], data: st.DataObject
) -> None:
    wish = idea or "a cat"
    tasks = [
        Assignment(wish, "expand", mine),
        Assignment(wish, "fill", mine),
        Assignment(idea, "layout", mine, texts=tuple(texts)),
        Assignment(idea, "layout", texts=tuple(texts)),
    ]
    if elements_of(mine):
        index = data.draw(st.integers(0, len(elements_of(mine)) - 1))
        tasks.append(Assignment(wish, "element", mine, index))
    for assignment in tasks:
        assert errors_of(expanded(assignment, Rules()).caption) == []


@quick
@given(st.lists(letters.filter(lambda t: '"' not in t).map(str.strip), min_size=1, max_size=8))
def test_what_is_in_quotes_is_lettering_letter_for_letter(texts: list[str]) -> None:
    idea = "a poster that says " + " and ".join(f'"{text}"' for text in texts)
    caption = expanded(Assignment(idea), Rules()).caption
    assert [e.text for e in elements_of(caption) if e.type == "text"] == texts
    (subject,) = (e for e in elements_of(caption) if e.type == "obj")
    assert subject.desc == "a poster"


@pytest.mark.parametrize(
    "words, texts, subject",
    [
        ('a cat with a sign "NO DOGS"', ["NO DOGS"], "a cat with a sign"),
        ("a cat, saying “Hello” and „Tag“", ["Hello", "Tag"], "a cat"),
        ('a menu titled "Été" in the sun', ["Été"], "a menu in the sun"),
        ('a 6" x 4" print', [], 'a 6" x 4" print'),
        ('a dog\'s "bone"', ["bone"], "a dog's"),
        ('"TWO\n LINES"', ["TWO\n LINES"], ""),
        ("a sign: «ÉTÉ», 「夏」", ["ÉTÉ", "夏"], "a sign"),
        ('an unfinished "quote', [], 'an unfinished "quote'),
        ("no quotes at all", [], "no quotes at all"),
    ],
)
def test_lettering_and_subject(words: str, texts: list[str], subject: str) -> None:
    assert quoted(words) == texts
    assert without_quotes(words) == subject


def test_lettering_stands_above_its_subject_without_overlap() -> None:
    elements = elements_of(expanded(Assignment('a fox "ONE" "TWO\nTHREE" "FOUR"'), Rules()).caption)
    boxes = [element.bbox for element in elements]
    assert len(boxes) == 4
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    heights = [box[2] - box[0] for box in boxes[1:] if box]
    assert heights[0] > heights[2], "the first is the largest"


@pytest.mark.parametrize(
    "words, colours",
    [
        ("a red fox, Blue sky, red again", ["#FF0000", "#0000FF"]),
        ("#ff8800 then black, then #00AA11", ["#FF8800", "#000000", "#00AA11"]),
        ("a tomato and a plum with a rose", []),
        ("#12345 #1234567 #GGGGGG", []),
        ("reddish greenery", []),
    ],
)
def test_colours_are_those_that_are_named_in_their_order(words: str, colours: list[str]) -> None:
    assert colours_in(words) == colours


def test_lettering_names_no_colours() -> None:
    caption = expanded(Assignment('a wooden door with the words "BLACK FRIDAY"'), Rules()).caption
    assert caption.style_description is not None
    assert caption.style_description.colour_palette == ()


@pytest.mark.parametrize(
    "words, medium",
    [
        ("a photo of an oil painting", "photograph"),
        ("a watercolour of a fox", "painting"),
        ("an isometric room", "3d_render"),
        ("a concert poster", "graphic_design"),
        ("a posterior view", "illustration"),
    ],
)
def test_the_medium_is_the_one_that_is_named(words: str, medium: str) -> None:
    style = style_of(words)
    assert style["medium"] == medium
    assert ("photo" in style) == (medium == "photograph") == ("art_style" not in style)


def test_an_element_keeps_its_words_and_gets_the_wish() -> None:
    mine = expanded(Assignment('a red ball "GO"'), Rules()).caption
    ball = expanded(Assignment("with white dots", "element", mine, 0), Rules()).caption
    assert elements_of(ball)[0].desc == "a red ball, with white dots"
    assert elements_of(ball)[1] == elements_of(mine)[1]
    text = expanded(Assignment("in gold", "element", mine, 1), Rules()).caption
    assert elements_of(text)[1].desc.endswith(", in gold") and elements_of(text)[1].text == "GO"
    assert elements_of(text)[0] == elements_of(mine)[0]


def test_the_same_words_give_the_same_caption_and_it_is_not_called_magic() -> None:
    one, two = (expanded(Assignment("a fox"), Rules()) for _ in range(2))
    assert one == two and one.provider == "simple rules"
    assert not Rules().sends_words
