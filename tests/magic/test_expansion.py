"""The one door: what is asked, screened, read, joined and told; and that it can be left."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption import LIMITS, Caption, Composition, Element
from ideogram4.errors import BlockedError, ServiceError
from ideogram4.magic import Assignment, Keep, expand, expanded
from ideogram4.magic.answers import UNCHANGED
from ideogram4.magic.pieces import MOST_CHARACTERS
from ideogram4.safety import Screening, Verdict
from tests.magic.odd import captions, elements_of, errors_of, letters, quick
from tests.magic.pretend_services import caption
from tests.safety.judges import Judge

GOOD = json.dumps(caption())
WANTED = Caption.from_dict(caption())


@dataclass
class Scribe:
    """Writes the pieces it is given, and remembers what became of them."""

    pieces: tuple[str, ...] = (GOOD[:100], GOOD[100:])
    asked: list[Assignment] = field(default_factory=list)
    written: int = 0
    closed: int = 0

    name = "the scribe"
    sends_words = False

    def write(self, assignment: Assignment) -> Iterator[str]:
        self.asked.append(assignment)
        try:
            for piece in self.pieces:
                self.written += 1
                yield piece
        finally:
            self.closed += 1


def drained(pieces: Any) -> tuple[list[str], Any]:
    """All that is told on the way, and the proposal."""
    told = []
    while True:
        try:
            told.append(next(pieces))
        except StopIteration as end:
            return told, end.value


def test_pieces_come_as_they_are_written_and_the_proposal_last() -> None:
    scribe = Scribe()
    told, proposal = drained(expand(Assignment("a cat"), scribe))
    assert tuple(told) == scribe.pieces
    assert (proposal.caption, proposal.provider) == (WANTED, "the scribe")
    assert proposal == expanded(Assignment("a cat"), scribe)


def test_nothing_is_asked_before_somebody_reads() -> None:
    scribe = Scribe()
    expand(Assignment("a cat"), scribe).close()
    assert scribe.asked == []


def test_whoever_goes_stops_the_work() -> None:
    scribe = Scribe(tuple(GOOD))
    pieces = expand(Assignment("a cat"), scribe)
    next(pieces)
    pieces.close()
    assert (scribe.written, scribe.closed) == (1, 1)


def test_a_provider_that_never_ends_is_stopped() -> None:
    scribe = Scribe((" " * 10_000,) * 1_000)
    with pytest.raises(ServiceError, match="the scribe wrote far too much") as refusal:
        expanded(Assignment("a cat"), scribe)
    assert scribe.written == MOST_CHARACTERS // 10_000 + 1 and scribe.closed == 1
    assert refusal.value.hint == UNCHANGED


def test_any_iterator_will_do() -> None:
    class Listed(Scribe):
        def write(self, assignment: Assignment) -> Iterator[str]:
            return iter([GOOD])

    assert expanded(Assignment("a cat"), Listed()).caption == WANTED


@pytest.mark.parametrize("error", [ServiceError("our words"), ValueError("theirs")])
def test_a_providers_error_is_not_swallowed(error: Exception) -> None:
    class Broken(Scribe):
        def write(self, assignment: Assignment) -> Iterator[str]:
            yield GOOD[:10]
            raise error

    with pytest.raises(type(error)) as told:
        expanded(Assignment("a cat"), Broken())
    assert told.value is error


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "nothing that is a caption"),
        ("I cannot help with that.", "nothing that is a caption"),
        ("Sure! Elements: a cat, a hat.", "nothing that is a caption"),
        ('{"refusal": "no"}', "nothing that is a caption"),
        ('{"compositional_deconstruction": {}}', "says nothing"),
        (
            '{"compositional_deconstruction": {"background": "grey", "elements": []}}',
            "says nothing",
        ),
        ('{"high_level_description": "\\u3000", "elements": []}', "says nothing"),
        ('{"elements": [{"type": "obj", "desc": "a cat", "hidden": true}]}', "says nothing"),
        ('{"elements": [{"type": "obj", "desc": ""}, {"type": "text", "text": " "}]}', "nothing"),
    ],
)
def test_an_answer_without_content_is_refused(text: str, words: str) -> None:
    mine = Caption.from_dict(caption())
    assignment = Assignment("a cat", "fill", mine)
    before = copy.deepcopy(assignment)
    with pytest.raises(ServiceError, match=words) as refusal:
        expanded(assignment, Scribe((text,)))
    assert refusal.value.hint == UNCHANGED and assignment == before


def test_what_is_too_much_together_is_refused() -> None:
    long = "x" * LIMITS.string
    own = tuple(Element("text", long, (i, 0, i + 1, 9), "") for i in range(50))
    mine = Caption(Composition("", own))
    theirs = Caption(
        Composition("", tuple(Element("text", "", e.bbox, "y" * LIMITS.string) for e in own[:48]))
    )
    with pytest.raises(ServiceError, match="too much for one"):
        expanded(Assignment("a cat", "fill", mine), Scribe((theirs.to_json(indent=None),)))


@quick
@given(st.none() | captions, captions, st.lists(letters, min_size=1, max_size=4), st.data())
def test_whatever_valid_proposal_comes_the_result_is_a_caption_or_a_reason(
    mine: Caption | None, theirs: Caption, texts: list[str], data: st.DataObject
) -> None:
    keep = Keep(data.draw(st.booleans()), data.draw(st.booleans()))
    boxes = data.draw(st.booleans())
    tasks = [Assignment("x", "expand", mine, boxes=boxes)]
    tasks.append(Assignment("x", "layout", mine, texts=tuple(texts), boxes=boxes))
    if mine is not None:
        tasks.append(Assignment("x", "fill", mine, boxes=boxes))
        tasks += [Assignment("x", "element", mine, i) for i in range(len(elements_of(mine)))][:1]
    before = None if mine is None else mine.to_json()
    for assignment in tasks:
        try:
            proposal = expanded(assignment, Scribe((theirs.to_json(),)), keep=keep)
        except ServiceError as refusal:
            assert "says nothing" in refusal.message
            continue
        assert errors_of(proposal.caption) == []
        assert not any(issue.severity == "error" for issue in proposal.issues)
        json.dumps(proposal.to_dict(), ensure_ascii=False).encode()
    assert before == (None if mine is None else mine.to_json())


def test_what_was_repaired_and_what_is_left_is_told() -> None:
    wrong = caption(extra="canary", colour="red")
    wrong["compositional_deconstruction"]["elements"][0]["desc"] = "a cat"
    told = expanded(Assignment("a cat"), Scribe((json.dumps({"aspect_ratio": "16:9", **wrong}),)))
    data = told.to_dict()
    assert list(data) == ["caption", "provider", "changes", "issues", "aspect_ratio"]
    assert data["aspect_ratio"] == "16:9" and data["provider"] == "the scribe"
    assert any("extra" in change for change in data["changes"])
    assert any(issue.startswith("hint: ") for issue in data["issues"])


def screening(bad: str) -> tuple[Judge, Screening]:
    judge = Judge(words=lambda t: Verdict.block("bad") if bad in t else Verdict.allow())
    return judge, Screening(words=(judge,))


def test_an_idea_is_screened_before_anybody_is_asked() -> None:
    scribe = Scribe()
    mine = Caption(Composition("a forbidden thing", (Element("obj", "x"),)))
    for assignment in (
        Assignment("a forbidden thing"),
        Assignment("", "layout", texts=("fine", "a forbidden thing")),
        Assignment("x", "fill", mine),
        Assignment("x", "expand", mine),
    ):
        judge, checks = screening("a forbidden thing")
        with pytest.raises(BlockedError):
            expanded(assignment, scribe, screening=checks)
        assert judge.texts and scribe.asked == []


def test_no_word_is_told_before_it_is_screened() -> None:
    """Reliability 21: neither while it is written nor as a proposal, its repairs included."""
    judge, checks = screening("never said")
    repaired = caption(**{"canary key": "canary value"})
    scribe = Scribe(tuple(json.dumps(repaired)))
    told, proposal = drained(expand(Assignment("a cat"), scribe, screening=checks))
    assert "".join(told) == ""
    assert proposal.caption == WANTED
    assert {"a cat", "SUMMER", WANTED.high_level_description, "A blurred garden with roses."} <= {
        *judge.texts
    }
    assert "canary" not in json.dumps(proposal.to_dict()) and "canary" not in repr(proposal)


@pytest.mark.parametrize(
    "place", ["high_level_description", "aesthetics", "background", "desc", "text", "hidden desc"]
)
def test_a_caption_is_screened_wherever_its_words_are(place: str) -> None:
    """Reliability 21: boxes do not hide any."""
    written = caption()
    composition = written["compositional_deconstruction"]
    last = composition["elements"][-1]
    where: dict[str, Any] = {
        "high_level_description": written,
        "aesthetics": written["style_description"],
        "background": composition,
    }
    where.get(place, last)[place.removeprefix("hidden ")] = "a forbidden thing"
    if place.startswith("hidden"):
        last["hidden"] = True
    _, checks = screening("a forbidden thing")
    told: list[str] = []
    pieces = expand(Assignment("a cat"), Scribe((json.dumps(written),)), screening=checks)
    with pytest.raises(BlockedError) as refusal:
        for piece in pieces:
            told.append(piece)
    assert "".join(told) == "" and "forbidden" not in str(refusal.value)


def test_where_only_pictures_are_screened_words_are_told_as_they_come() -> None:
    scribe = Scribe()
    told, _ = drained(expand(Assignment("a cat"), scribe, screening=Screening(pictures=(Judge(),))))
    assert tuple(told) == scribe.pieces
