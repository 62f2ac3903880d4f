"""Let a language model write only what a JSON schema allows, token by token.

Before each token everything that would break the schema is forbidden; where the schema leaves one
way to go on (a key, a brace), that text is written without asking the model. llguidance does the
bookkeeping: 40 microseconds a token, no dependencies of its own. It was chosen over xgrammar, which
brings tvm-ffi and triton, and outlines-core, which compiles the whole vocabulary first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ideogram4.errors import ServiceError, WeightsError

if TYPE_CHECKING:
    from torch import Tensor


class Grammar:
    """A schema made ready for one tokenizer. Costly to make; keep it."""

    def __init__(self, tokenizer: Any, schema: Mapping[str, Any], vocabulary: int) -> None:
        """tokenizer: a fast one of transformers. vocabulary: how many logits the model gives."""
        from llguidance import LLMatcher, LLTokenizer

        try:
            self._tokenizer = LLTokenizer(
                tokenizer.backend_tokenizer.to_str(),
                n_vocab=vocabulary,
                eos_token=tokenizer.eos_token_id,
            )
        except ValueError as problem:
            raise WeightsError(
                f"this model's tokenizer cannot be held to a form ({problem})"
            ) from problem
        self._grammar = LLMatcher.grammar_from_json_schema(
            json.dumps(schema), defaults={"whitespace_flexible": False}
        )

    def begin(self) -> Answer:
        """A new answer, nothing written yet."""
        from llguidance import LLMatcher

        return Answer(LLMatcher(self._tokenizer, self._grammar), self._tokenizer)


class Answer:
    """One answer while it is written. `text` is what there is so far."""

    def __init__(self, matcher: Any, tokenizer: Any) -> None:
        self._matcher = matcher
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._mask: Any = None
        _check(matcher)

    @property
    def finished(self) -> bool:
        return bool(self._matcher.is_stopped())

    @property
    def text(self) -> str:
        """Whole characters only: the bytes of one that is not finished yet are left out."""
        raw: bytes = self._tokenizer.decode_bytes(self._tokens)
        return raw.decode("utf-8", errors="ignore")

    def forced(self) -> list[int]:
        """The tokens that must come next, already taken; often keys and braces, often none."""
        tokens: list[int] = list(self._matcher.compute_ff_tokens())
        if tokens:
            self._take(tokens)
        return tokens

    def restrict(self, logits: Tensor) -> Tensor:
        """logits (vocabulary,) with minus infinity wherever the schema forbids a token."""
        import torch

        vocabulary = logits.shape[-1]
        mask = torch.frombuffer(bytearray(self._matcher.compute_bitmask()), dtype=torch.uint8)
        bits = (mask[:, None] >> torch.arange(8, dtype=torch.uint8)) & 1
        allowed = bits.flatten()[:vocabulary].bool().to(logits.device)
        return logits.masked_fill(~allowed, float("-inf"))

    def take(self, token: int) -> None:
        """Write one token that `restrict` allowed."""
        self._take([token])

    def _take(self, tokens: list[int]) -> None:
        self._matcher.consume_tokens(tokens)
        _check(self._matcher)
        self._tokens += tokens


def _check(matcher: Any) -> None:
    if matcher.is_error():
        # The library's words may quote the answer; they stay in the log of whoever debugs.
        raise ServiceError("the local model's answer could not be kept to the caption's form")
