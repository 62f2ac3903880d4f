"""Captions written by the model's own text encoder, without a key and without a network.

Joins the encoder that is loaded anyway, the head it needs for writing, the tokenizer and the
grammar, and for reading a picture the vision tower. The instruction to the model is the caller's.
What it is not: a check of what is written beyond its form; whoever calls passes it through the
caption parser and repair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from ideogram4.magic.answer_schema import AnswerLimits, answer_schema
from ideogram4.magic.decoding import Grammar
from ideogram4.model.picture_prompt import PicturePrompt
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.tokenizer import CaptionTokenizer
from ideogram4.model.vision import VisionTower, load_tower
from ideogram4.model.writer import LanguageWriter, Sampling, load_writer

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class WriterParts:
    """What a loaded model lends. `at_work` stands around every run of the encoder; `hosted` says
    whether the memory plan keeps weights in host memory.
    """

    folder: Path
    encoder: TextEncoder
    tokenizer: CaptionTokenizer
    device: torch.device
    dtype: torch.dtype
    at_work: Callable[[], AbstractContextManager[None]]
    hosted: bool = False


class CaptionWriter:
    """Writes captions with the text encoder; head and tower are read when first needed."""

    def __init__(self, parts: WriterParts) -> None:
        self._parts = parts
        self._writer: LanguageWriter | None = None
        self._tower: VisionTower | None = None
        self._grammars: dict[tuple[AnswerLimits, bool, bool], Grammar] = {}

    def write(
        self,
        instruction: str,
        request: str,
        limits: AnswerLimits,
        boxes: bool,
        sampling: Sampling,
    ) -> Iterator[str]:
        """JSON text as it is written; see `Ideogram4Pipeline.write_caption`."""
        writer = self._loaded_writer()
        grammar = self._grammar(writer, limits, boxes, colours=True)
        prompt = self._parts.tokenizer.encode_chat(instruction, request)
        with self._parts.at_work():
            yield from writer.write(prompt, grammar.begin(), sampling)

    def describe(
        self,
        image: Image,
        instruction: str,
        request: str,
        limits: AnswerLimits,
        boxes: bool,
        sampling: Sampling,
    ) -> Iterator[str]:
        """JSON text as it is written; see `Ideogram4Pipeline.describe`."""
        parts = self._parts
        # The tower first: a model that has none says so before a head of a gigabyte is read.
        tower = self._loaded_tower()
        ids, at = parts.tokenizer.encode_picture_chat(instruction, request)
        writer = self._loaded_writer()
        grammar = self._grammar(writer, limits, boxes, colours=False)
        prompt = PicturePrompt.of(ids, at, tower.look(image))
        with parts.at_work():
            yield from writer.write(prompt, grammar.begin(), sampling)

    def _loaded_writer(self) -> LanguageWriter:
        parts = self._parts
        if self._writer is None:
            self._writer = load_writer(parts.folder, parts.encoder, parts.device, parts.dtype)
        return self._writer

    def _loaded_tower(self) -> VisionTower:
        parts = self._parts
        if self._tower is None:
            hidden = int(parts.encoder.config.hidden_size)
            self._tower = load_tower(
                parts.folder, hidden, parts.device, parts.dtype, hosted=parts.hosted
            )
        return self._tower

    def _grammar(
        self, writer: LanguageWriter, limits: AnswerLimits, boxes: bool, *, colours: bool
    ) -> Grammar:
        key = (limits, boxes, colours)
        if key not in self._grammars:
            schema = answer_schema(limits, boxes=boxes, colours=colours)
            library = self._parts.tokenizer.library
            self._grammars[key] = Grammar(library, schema, writer.vocabulary)
        return self._grammars[key]
