"""How many tokens the model will read, counted before the model is loaded.

The tokenizer is a small part of a checkpoint and is loaded alone, from the files that are here;
nothing is downloaded. While there are none, the demo's tokenizer counts and the answer says so.

What it is not: the only refusal of captions that are too long; the pipeline counts again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ideogram4.caption import LIMITS
from ideogram4.choice import DEMO
from ideogram4.errors import WeightsError
from ideogram4.model.tokenizer import CaptionTokenizer, check_length
from ideogram4.weights import resolve_model


@dataclass(frozen=True)
class TokenCount:
    """`exact` is false while another checkpoint's tokenizer had to do."""

    tokens: int
    exact: bool
    limit: int = LIMITS.tokens


class TokenMeter:
    """Counts with the tokenizer of the model that `model()` names; cheap to make."""

    def __init__(self, model: Callable[[], str]) -> None:
        self._model = model
        self._own: tuple[str, CaptionTokenizer] | None = None
        self._substitute: CaptionTokenizer | None = None
        self._lock = threading.Lock()

    def count(self, prompt: str) -> TokenCount:
        """The tokens of a string, chat template included."""
        tokenizer, exact = self._tokenizer()
        return TokenCount(len(tokenizer.encode(prompt)), exact)

    def check(self, prompt: str) -> None:
        """Raise RequestError for more tokens than the model reads.

        Another checkpoint's count refuses nobody: the model's own may be smaller.
        """
        counted = self.count(prompt)
        if counted.exact:
            check_length(counted.tokens)

    def _tokenizer(self) -> tuple[CaptionTokenizer, bool]:
        """Asked each time for the model's own: its files may have come since."""
        with self._lock:
            model = self._model()
            if self._own is None or self._own[0] != model:
                try:
                    self._own = model, _load(model)
                except WeightsError:
                    self._substitute = self._substitute or _load(DEMO)
                    return self._substitute, False
            return self._own[1], True


def _load(model: str) -> CaptionTokenizer:
    return CaptionTokenizer.from_folder(resolve_model(model, local_files_only=True) / "tokenizer")
