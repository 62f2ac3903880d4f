"""An untrained language model, kept to the caption's form, writes nothing but valid captions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import torch
from safetensors.torch import save_file

from ideogram4 import Ideogram4Pipeline
from ideogram4.caption import repair_caption
from ideogram4.errors import (
    MissingFileError,
    RequestError,
    TensorMismatchError,
    WeightsError,
)
from ideogram4.magic.answer_schema import AnswerLimits, answer_schema
from ideogram4.magic.decoding import Grammar
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.writer import LanguageWriter, Sampling, draw, load_writer
from tests.parity.checkpoints import (
    CheckpointSize,
    build_pipeline,
    build_text_encoder,
    build_tokenizer,
    randomise,
)

CPU = torch.device("cpu")
# Long enough for every kind of field, short enough for a hundred of them.
SHORT = AnswerLimits(24, 24, 12, 8, 3, 2, 2)
CAPTIONS = 100


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return build_tokenizer()


@pytest.fixture(scope="module")
def encoder(tokenizer: Any) -> TextEncoder:
    config = build_text_encoder(CheckpointSize(), len(tokenizer)).config.text_config
    config.num_hidden_layers = 2
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        model = TextEncoder(config, (0, 1)).eval()
        randomise(model)
    return model


@pytest.fixture(scope="module")
def writer(encoder: TextEncoder, tokenizer: Any) -> LanguageWriter:
    generator = torch.Generator().manual_seed(12)
    # More rows than tokens, as published heads have.
    head = torch.randn(len(tokenizer) + 9, 32, generator=generator)
    return LanguageWriter(encoder, torch.ones(32), head)


@pytest.fixture(scope="module")
def grammar(tokenizer: Any, writer: LanguageWriter) -> Grammar:
    return Grammar(tokenizer, answer_schema(SHORT), writer.vocabulary)


def test_a_hundred_of_a_hundred_are_valid_captions(
    writer: LanguageWriter, grammar: Grammar, tokenizer: Any
) -> None:
    prompt = tokenizer("a fox in the snow")["input_ids"]
    valid, texts = 0, set()
    for seed in range(CAPTIONS):
        answer = grammar.begin()
        streamed = "".join(
            writer.write(prompt, answer, Sampling(temperature=1.5, top_p=1, seed=seed))
        )
        assert streamed == answer.text
        jsonschema.validate(json.loads(streamed), answer_schema(SHORT))
        # Only a box's corners can still be the wrong way round; repair turns them.
        result = repair_caption(streamed)
        errors = [issue for issue in result.issues if issue.severity == "error"]
        valid += result.caption is not None and not errors
        texts.add(streamed)
    assert valid == CAPTIONS
    assert len(texts) == CAPTIONS, "it does write, and not one thing"


def test_it_writes_what_the_model_finds_likely(
    writer: LanguageWriter, grammar: Grammar, encoder: TextEncoder, tokenizer: Any
) -> None:
    """Against a run without a cache and without forced tokens taken at once."""
    prompt = tokenizer("a fox")["input_ids"]
    quick = grammar.begin()
    "".join(writer.write(prompt, quick, Sampling(temperature=0)))
    slow, read = grammar.begin(), list(prompt)
    while not slow.finished:
        read += slow.forced()
        if slow.finished:
            break
        with torch.inference_mode():
            states = encoder.language_model(input_ids=torch.tensor([read]))
        last = states.last_hidden_state[0, -1]
        normed = last * (last.square().mean() + encoder.config.rms_norm_eps).rsqrt()
        token = int(slow.restrict(writer._head @ normed).argmax())
        slow.take(token)
        read.append(token)
    assert quick.text == slow.text


def test_the_same_seed_writes_the_same(writer: LanguageWriter, grammar: Grammar) -> None:
    texts = []
    for seed in (3, 3, 4):
        answer = grammar.begin()
        list(writer.write([5, 6], answer, Sampling(seed=seed, temperature=1)))
        texts.append(answer.text)
    assert texts[0] == texts[1] != texts[2]


def test_it_can_be_left_in_the_middle(writer: LanguageWriter, grammar: Grammar) -> None:
    answer = grammar.begin()
    writing = writer.write([5, 6], answer)
    first = next(writing)
    writing.close()
    assert answer.text.startswith(first)
    assert not answer.finished


def test_without_boxes_no_element_has_one(writer: LanguageWriter, tokenizer: Any) -> None:
    grammar = Grammar(tokenizer, answer_schema(SHORT, boxes=False), writer.vocabulary)
    answer = grammar.begin()
    list(writer.write([5], answer))
    elements = json.loads(answer.text)["compositional_deconstruction"]["elements"]
    assert elements and all("bbox" not in element for element in elements)


def test_a_share_keeps_the_likeliest_and_always_one() -> None:
    logits = torch.tensor([float("-inf"), 2.0, 1.0, 0.0])
    generator = torch.Generator().manual_seed(0)
    drawn = {draw(logits, Sampling(1.0, 0.0, 0), generator) for _ in range(20)}
    assert drawn == {1}
    drawn = {draw(logits, Sampling(1.0, 1.0, 0), generator) for _ in range(200)}
    assert drawn == {1, 2, 3}


def test_an_encoder_that_ends_early_cannot_write(encoder: TextEncoder, tokenizer: Any) -> None:
    with torch.random.fork_rng(devices=[]):
        short = TextEncoder(encoder.config, (0,))
    with pytest.raises(WeightsError, match="ends before its last layer"):
        LanguageWriter(short, torch.ones(32), torch.ones(4, 32))


@pytest.mark.parametrize("memory", ["resident", "stream"])
def test_a_pipeline_writes_with_its_own_text_encoder_and_draws_what_it_wrote(
    tmp_path: Path, memory: str
) -> None:
    peer = build_pipeline()
    peer.save_pretrained(tmp_path)
    (tmp_path / "lm_head").mkdir()
    head = torch.randn(len(peer.tokenizer), 32, generator=torch.Generator().manual_seed(1))
    save_file({"weight": head}, tmp_path / "lm_head" / "model.safetensors")
    pipe = Ideogram4Pipeline.from_pretrained(
        tmp_path, device="cpu", dtype=torch.float32, memory=memory
    )
    pieces = list(pipe.write_caption("Write a caption.", "a fox", limits=SHORT, seed=3))
    assert len(pieces) > 5, "it is told as it is written"
    result = repair_caption("".join(pieces))
    assert result.caption is not None
    (picture,) = pipe(result.caption, width=256, height=256, num_steps=1, check="off")
    assert picture.size == (256, 256)


def test_the_demo_cannot_write_and_says_so() -> None:
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu")
    with pytest.raises(WeightsError, match=r"lm_head|cannot write"):
        next(pipe.write_caption("Write a caption.", "a fox"))


@pytest.mark.parametrize(
    "odd", [{"temperature": float("nan")}, {"temperature": -1}, {"top_p": -0.1}, {"top_p": 2}]
)
def test_a_way_to_draw_outside_its_rule_is_refused(odd: dict[str, float]) -> None:
    with pytest.raises(RequestError, match="top_p"):
        Sampling(**odd)  # type: ignore[arg-type]


def test_a_head_of_another_model_is_refused(encoder: TextEncoder) -> None:
    with pytest.raises(TensorMismatchError, match="width 32"):
        LanguageWriter(encoder, torch.ones(32), torch.ones(9, 31))


@pytest.mark.parametrize("prefix", ["", "model.", "model.language_model.", "language_model.model."])
def test_the_norm_is_found_under_every_name_that_loads(
    encoder: TextEncoder, tmp_path: Path, prefix: str
) -> None:
    (tmp_path / "text_encoder").mkdir()
    state = {f"{prefix}norm.weight": torch.full((32,), 3.0), "lm_head.weight": torch.randn(7, 32)}
    save_file(state, tmp_path / "text_encoder" / "model.safetensors")
    assert load_writer(tmp_path, encoder, CPU, torch.float32)._norm.tolist() == [3.0] * 32


@pytest.mark.parametrize("where", ["beside", "own folder", "tied"])
def test_the_head_is_found_where_checkpoints_keep_it(
    encoder: TextEncoder, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, table = torch.randn(7, 32), torch.randn(7, 32)
    state = {"language_model.norm.weight": torch.full((32,), 2.0)}
    state["language_model.embed_tokens.weight"] = table
    for folder in ("text_encoder", "lm_head"):
        (tmp_path / folder).mkdir()
    if where == "beside":
        state["lm_head.weight"] = head
    elif where == "own folder":
        save_file({"weight": head}, tmp_path / "lm_head" / "model.safetensors")
    else:
        (tmp_path / "lm_head").rmdir()
        monkeypatch.setattr(encoder.config, "tie_word_embeddings", True, raising=False)
    save_file(state, tmp_path / "text_encoder" / "model.safetensors")
    writer = load_writer(tmp_path, encoder, CPU, torch.float32)
    assert torch.equal(writer._head, table if where == "tied" else head)
    assert writer._norm.tolist() == [2.0] * 32


def test_without_a_head_it_is_told(encoder: TextEncoder, tmp_path: Path) -> None:
    (tmp_path / "text_encoder").mkdir()
    state = {"language_model.norm.weight": torch.ones(32)}
    save_file(state, tmp_path / "text_encoder" / "model.safetensors")
    with pytest.raises(MissingFileError, match="there is no lm_head"):
        load_writer(tmp_path, encoder, CPU, torch.float32)
