"""The demo's tokenizer: numbers and colours are few tokens, and any text can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.demo.training.tokenizer import build_tokenizer, chat_text, save_tokenizer
from ideogram4.model.tokenizer import CaptionTokenizer

CAPTION = (
    '{"compositional_deconstruction":{"background":"plain #F5E8D0 background","elements":'
    '[{"type":"obj","bbox":[0,31,500,1000],"desc":"a red circle","color_palette":["#DC2828"]}]}}'
)


def test_numbers_are_one_token_and_colours_three() -> None:
    tokens = build_tokenizer().encode(CAPTION).tokens
    start = tokens.index('{"type":"obj","bbox":[')
    assert tokens[start + 1 : start + 5] == ["0", "31", "500", "1000"]
    assert tokens[-5:-1] == ["#DC", "~28", "~28", '"]}']
    assert len(tokens) < 30


@pytest.mark.parametrize("text", ["Größe", "日本語", "👩‍👩‍👧", "12345", "#fff", "a\nb"])
def test_any_text_is_read_without_the_unknown_token(text: str) -> None:
    encoding = build_tokenizer().encode(text)
    assert encoding.ids and "<unk>" not in encoding.tokens


def test_training_and_the_pipeline_tokenize_alike(tmp_path: Path) -> None:
    save_tokenizer(tmp_path / "tokenizer")
    loaded = CaptionTokenizer.from_folder(tmp_path / "tokenizer")
    assert loaded.encode(CAPTION) == build_tokenizer().encode(chat_text(CAPTION)).ids
