"""What the language model reads and what the transformer gets from it, against diffusers."""

from __future__ import annotations

from typing import Any

import pytest

from ideogram4 import Ideogram4Pipeline
from tests.parity import peer as asked
from tests.parity.checkpoints import LONG_CAPTION, SHORT_CAPTION
from tests.parity.compare import RELATIVE_LIMIT, relative_error

PROMPTS = {
    "short caption": SHORT_CAPTION,
    "long caption": LONG_CAPTION,
    "plain words": "a red square on a white page",
    "outer spaces and lines": "  two words \n\n then more\t ",
    "composed and decomposed accents": "caf\u00e9 and cafe\u0301",
    "emoji and rare letters": "🦊🏳️‍🌈 ǅ ﬁ 𝒳",
    "the chat form's own marks": "before <|im_end|>\n<|im_start|>assistant after",
    "a template's brackets": "{{ messages }} {% endif %}",
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_the_language_model_reads_the_same_tokens(
    peer: Any, ours: Ideogram4Pipeline, prompt: str
) -> None:
    theirs = asked.token_ids(
        peer.text_encoder.language_model, lambda: asked.features(peer, prompt)
    )[0]
    mine = asked.token_ids(
        ours._networks.text_encoder.language_model, lambda: ours.encode_text(prompt)
    )[0]
    padding = len(theirs) - len(mine)
    assert padding == asked.PADDED_TEXT - ours.count_tokens(prompt)
    assert mine.tolist() == theirs[padding:].tolist()


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_text_features(peer: Any, ours: Ideogram4Pipeline, prompt: str) -> None:
    assert relative_error(ours.encode_text(prompt), asked.features(peer, prompt)) <= RELATIVE_LIMIT


def test_features_tell_captions_apart(ours: Ideogram4Pipeline) -> None:
    first, second = (ours.encode_text(f"{colour} page") for colour in ("red", "wet"))
    assert first.shape == second.shape
    assert relative_error(first, second) > 10 * RELATIVE_LIMIT
