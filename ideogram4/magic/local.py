"""Captions written by the model's own text encoder, without a key and without a network.

Joins the encoder that is loaded anyway, the head it needs for writing, the tokenizer and the
grammar. The instruction to the model is the caller's. What it is not: a check of what is written
beyond its form; whoever calls passes it through the caption parser and repair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import torch

from ideogram4.magic.answer_schema import AnswerLimits, answer_schema
from ideogram4.magic.decoding import Grammar
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.tokenizer import CaptionTokenizer
from ideogram4.model.writer import LanguageWriter, Sampling, load_writer


@dataclass(frozen=True)
class WriterParts:
    """What a loaded model lends. `at_work` stands around every run of the encoder."""

    folder: Path
    encoder: TextEncoder
    tokenizer: CaptionTokenizer
    device: torch.device
    dtype: torch.dtype
    at_work: Callable[[], AbstractContextManager[None]]


class CaptionWriter:
    """Writes captions with the text encoder; its head is read when it is first needed."""

    def __init__(self, parts: WriterParts) -> None:
        self._parts = parts
        self._writer: LanguageWriter | None = None
        self._grammars: dict[tuple[AnswerLimits, bool], Grammar] = {}

    def write(
        self,
        instruction: str,
        request: str,
        limits: AnswerLimits,
        boxes: bool,
        sampling: Sampling,
    ) -> Iterator[str]:
        """JSON text as it is written; see `Ideogram4Pipeline.write_caption`."""
        parts = self._parts
        if self._writer is None:
            self._writer = load_writer(parts.folder, parts.encoder, parts.device, parts.dtype)
        key = (limits, boxes)
        if key not in self._grammars:
            self._grammars[key] = Grammar(
                parts.tokenizer.library, answer_schema(limits, boxes=boxes), self._writer.vocabulary
            )
        prompt = parts.tokenizer.encode_chat(instruction, request)
        with parts.at_work():
            yield from self._writer.write(prompt, self._grammars[key].begin(), sampling)
