"""The language model inside the text encoder, writing: tokens one after another, within a grammar.

The encoder's layers are used as they are; what it left out (the final norm) and what no picture
needs (the head that turns a state into the next token) are added. A model whose features end before
its last layer cannot write. It is not a chat: whoever calls brings the whole prompt as token ids,
or as a `PicturePrompt` where there is a picture to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.errors import MissingFileError, RequestError, TensorMismatchError, WeightsError
from ideogram4.magic.decoding import Answer
from ideogram4.model.library import transformers
from ideogram4.model.picture_prompt import PicturePrompt
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.quant import detect_format
from ideogram4.weights.assemble import TensorReader
from ideogram4.weights.checkpoint import open_checkpoint
from ideogram4.weights.head import ALONE, HEAD, NORM, TABLE
from ideogram4.weights.keys import published_text_encoder_keys

COLDEST = 1e-3  # below it the likeliest token is as good as certain, and division overflows


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn: of the likeliest that make up the share top_p; temperature 0 takes the
    one that is likeliest.
    """

    temperature: float = 0.7
    top_p: float = 0.9
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 100 or not 0 <= self.top_p <= 1:
            raise RequestError(
                f"temperature {self.temperature!r:.40} must be 0 to 100 and top_p "
                f"{self.top_p!r:.40} 0 to 1"
            )


class LanguageWriter:
    """Writes answers with a text encoder's own layers."""

    def __init__(self, encoder: TextEncoder, norm: Tensor, head: Tensor) -> None:
        """norm: (hidden,) weight of the final norm; head: (vocabulary, hidden)."""
        if len(encoder.language_model.layers) < encoder.config.num_hidden_layers:
            raise WeightsError(
                "this model's text encoder ends before its last layer, so it cannot write",
                hint="Choose another way to expand an idea.",
            )
        hidden = encoder.config.hidden_size
        if norm.shape != (hidden,) or head.dim() != 2 or head.shape[1] != hidden:
            raise TensorMismatchError(
                f"the head {tuple(head.shape)} and the norm {tuple(norm.shape)} do not fit a text "
                f"encoder of width {hidden}"
            )
        self._model = encoder.language_model
        self._norm = nn.Parameter(norm, requires_grad=False)
        self._head = nn.Parameter(head, requires_grad=False)
        self._eps = float(encoder.config.rms_norm_eps)

    @property
    def vocabulary(self) -> int:
        """How many tokens the head knows."""
        return int(self._head.shape[0])

    @torch.inference_mode()
    def write(
        self,
        prompt: Sequence[int] | PicturePrompt,
        answer: Answer,
        sampling: Sampling | None = None,
    ) -> Iterator[str]:
        """Fill `answer` after the tokens of `prompt`, yielding what is added as text.

        What the grammar forces is taken without asking, and read by the model together with the
        token that follows. Closing the iterator stops the work within a token.
        """
        sampling = sampling or Sampling()
        generator = torch.Generator().manual_seed(sampling.seed)
        cache = transformers().DynamicCache()
        picture = prompt if isinstance(prompt, PicturePrompt) else None
        unread = list(prompt.tokens if isinstance(prompt, PicturePrompt) else prompt)
        told = 0
        while not answer.finished:
            unread += answer.forced()
            if answer.finished:
                break
            logits = self._logits(unread, cache, picture)
            token = draw(answer.restrict(logits), sampling, generator)
            answer.take(token)
            unread = [token]
            text = answer.text
            if len(text) > told:
                yield text[told:]
                told = len(text)
        if len(answer.text) > told:
            yield answer.text[told:]

    def _logits(
        self, tokens: Sequence[int], cache: Any, picture: PicturePrompt | None = None
    ) -> Tensor:
        """(vocabulary,) float32 on the CPU, after reading `tokens`."""
        if picture is None:
            inputs = {"input_ids": torch.tensor([tokens], device=self._norm.device)}
        else:
            table = self._model.embed_tokens
            inputs = picture.inputs(table, cache.get_seq_length(), tokens)
        states = self._model(**inputs, past_key_values=cache, use_cache=True)
        last = states.last_hidden_state[0, -1].to(self._norm.dtype)
        normed = F.rms_norm(last, last.shape, self._norm, self._eps)
        return F.linear(normed, self._head).float().cpu()


def draw(logits: Tensor, sampling: Sampling, generator: torch.Generator) -> int:
    """A token by its likelihood; logits (vocabulary,) with minus infinity for what is forbidden."""
    if sampling.temperature < COLDEST:
        return int(logits.argmax())
    likely = torch.softmax(logits / sampling.temperature, dim=-1)
    ordered, order = likely.sort(descending=True)
    # The token that crosses the share is kept, so there is always one.
    ordered[(ordered.cumsum(-1) - ordered) > sampling.top_p] = 0
    return int(order[torch.multinomial(ordered, 1, generator=generator)])


def load_writer(
    folder: Path, encoder: TextEncoder, device: torch.device, dtype: torch.dtype
) -> LanguageWriter:
    """Read the final norm and the head of the model in `folder` for an encoder that is loaded.

    The head is `lm_head.weight` in `text_encoder/`, a folder `lm_head/` of its own, or, where the
    configuration ties them, the table of tokens. Raises `MissingFileError` when there is none.
    """
    text = folder / "text_encoder"
    norm = _published(text, NORM)
    if norm is None:
        raise MissingFileError(f"{text}: the final norm is missing, so nothing can be written")
    head = _published(text, HEAD)
    if head is None and (folder / "lm_head").is_dir():
        head = _published(folder / "lm_head", HEAD, ALONE)
    if head is None and getattr(encoder.config, "tie_word_embeddings", False):
        head = _published(text, TABLE)
    if head is None:
        raise MissingFileError(
            f"{folder}: there is no lm_head, which writing a caption needs",
            hint="Put the head of diffusers/qwen3-vl-8b-instruct-lm-head into lm_head/, "
            "or choose another way to expand an idea.",
        )
    return LanguageWriter(encoder, norm.to(device, dtype), head.to(device, dtype))


def _published(folder: Path, *names: str) -> Tensor | None:
    """The first of these tensors that the weights in `folder` have, unpacked."""
    checkpoint = open_checkpoint(folder)
    quant_format = detect_format(checkpoint.tensors, where=folder)
    stored = quant_format.fold(checkpoint.tensors)
    known = {
        entry.target: entry.sources[0] for entry in published_text_encoder_keys(stored).entries
    }
    known |= {name: name for name in stored if name == ALONE}
    found = next((known[name] for name in names if name in known), None)
    if found is None:
        return None
    with TensorReader() as reader:
        return quant_format.unpack(stored[found], reader.read)
