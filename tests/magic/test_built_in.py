"""100 of 100: an untrained text encoder, asked through the one door, gives valid captions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from ideogram4.caption import Caption
from ideogram4.magic import Assignment, Keep, expand, expanded
from ideogram4.magic.answer_schema import AnswerLimits, answer_schema
from ideogram4.magic.assignment import TASKS
from ideogram4.magic.built_in import BuiltIn
from ideogram4.magic.decoding import Grammar
from ideogram4.magic.wording import instruction, request
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.writer import LanguageWriter, Sampling
from tests.magic.odd import elements_of, errors_of
from tests.magic.pretend_services import caption
from tests.parity.checkpoints import (
    CheckpointSize,
    build_text_encoder,
    build_tokenizer,
    randomise,
)

# Long enough for every kind of field, short enough for a hundred of them.
SHORT = AnswerLimits(24, 24, 12, 8, 3, 2, 2)
MINE = Caption.from_dict(caption())
READ = 48  # tokens of a prompt
EACH = 13
"""Seeds of each of four tasks, with boxes and without: 104 captions."""


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return build_tokenizer()


@pytest.fixture(scope="module")
def writer(tokenizer: Any) -> LanguageWriter:
    """The published architecture with two layers, or a hundred captions would take an hour."""
    config = build_text_encoder(CheckpointSize(), len(tokenizer)).config.text_config
    config.num_hidden_layers = 2
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(21)
        encoder = TextEncoder(config, (0, 1)).eval()
        randomise(encoder)
        head = torch.randn(len(tokenizer), 32)
    return LanguageWriter(encoder, torch.ones(32), head)


@pytest.fixture(scope="module")
def grammars(tokenizer: Any, writer: LanguageWriter) -> dict[bool, Grammar]:
    return {
        boxes: Grammar(tokenizer, answer_schema(SHORT, boxes=boxes), writer.vocabulary)
        for boxes in (True, False)
    }


class Writing:
    """A `Write` with another seed each time, which counts what it writes."""

    def __init__(
        self, writer: LanguageWriter, grammars: dict[bool, Grammar], tokenizer: Any
    ) -> None:
        self.writer, self.grammars, self.tokenizer = writer, grammars, tokenizer
        self.asked: list[tuple[str, str, bool]] = []
        self.pieces = 0
        self.left = 0

    def __call__(self, system: str, words: str, boxes: bool) -> Iterator[str]:
        self.asked.append((system, words, boxes))
        # The end of what is asked is enough for a model that understands nothing.
        prompt = self.tokenizer(f"{system}{words}")["input_ids"][-READ:]
        sampling = Sampling(temperature=1.5, top_p=1, seed=len(self.asked))
        try:
            for piece in self.writer.write(prompt, self.grammars[boxes].begin(), sampling):
                self.pieces += 1
                yield piece
        finally:
            self.left += 1


@pytest.fixture
def writing(writer: LanguageWriter, grammars: dict[bool, Grammar], tokenizer: Any) -> Writing:
    return Writing(writer, grammars, tokenizer)


def assignment_of(task: str, boxes: bool) -> Assignment:
    return {
        "expand": Assignment("a fox in the snow", boxes=boxes),
        "fill": Assignment("", "fill", MINE, boxes=boxes),
        "element": Assignment("bigger", "element", MINE, 1, boxes=boxes),
        "layout": Assignment("a poster", "layout", None, texts=("SUMMER", "SALE"), boxes=boxes),
    }[task]


@pytest.mark.slow
@pytest.mark.parametrize("boxes", [True, False])
@pytest.mark.parametrize("task", TASKS)
def test_every_caption_of_every_task_is_valid(writing: Writing, task: str, boxes: bool) -> None:
    provider = BuiltIn(writing)
    assignment = assignment_of(task, boxes)
    proposals = [expanded(assignment, provider) for _ in range(EACH)]
    assert sum(errors_of(proposal.caption) == [] for proposal in proposals) == EACH
    assert writing.asked == [(instruction(task, boxes=boxes), request(assignment), boxes)] * EACH
    for proposal in proposals:
        elements = elements_of(proposal.caption)
        assert proposal.provider == "this model" and elements
        if task == "layout":
            lettering = [e for e in elements if e.type == "text"]
            assert [e.text for e in lettering] == ["SUMMER", "SALE"]
            assert all((e.bbox is not None) == boxes for e in lettering)
        elif task != "expand":
            assert [e.bbox for e in elements] == [e.bbox for e in elements_of(MINE)]
    if task == "expand":  # a box without area, which no schema can forbid, is dropped in repair
        placed = [bool(e.bbox) for proposal in proposals for e in elements_of(proposal.caption)]
        assert any(placed) if boxes else not any(placed)
    if task in ("expand", "layout"):
        assert len({proposal.caption for proposal in proposals}) == EACH, "not one thing"


def test_what_is_kept_is_kept_by_a_model_that_knows_nothing(writing: Writing) -> None:
    proposal = expanded(
        Assignment("anything", "expand", MINE), BuiltIn(writing), keep=Keep(True, True)
    )
    assert {e.bbox for e in elements_of(MINE)} <= {e.bbox for e in elements_of(proposal.caption)}
    assert proposal.caption.style_description is not None and MINE.style_description is not None
    kept = proposal.caption.style_description.colour_palette
    assert kept == MINE.style_description.colour_palette


def test_it_is_told_as_it_is_written_and_stops_when_nobody_reads(writing: Writing) -> None:
    pieces = expand(Assignment("a fox"), BuiltIn(writing))
    first = next(pieces)
    assert writing.pieces == 1 and writing.left == 0
    pieces.close()
    assert (writing.pieces, writing.left) == (1, 1)
    assert first.startswith("{")
    # And the encoder is free for the next one, which gets through.
    assert expanded(Assignment("a fox"), BuiltIn(writing)).caption
