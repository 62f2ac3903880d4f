"""A batch with everything worked out that needs no network: what is drawn, where, and the answers.

All of it is tensors with the samples first, so that a lesson for many steps can be made at once and
cut up, and lessons of equal shapes can be played through one recorded step (`step.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from ideogram4.demo.training.batch import Batch
from ideogram4.demo.training.latents import LatentBasis
from ideogram4.demo.training.parts import Parts
from ideogram4.model.rope import IMAGE_POSITION_OFFSET, Rotary, rotary_tables


@dataclass(frozen=True)
class Lesson:
    """n samples; T caption tokens, or R rows of bare codes in their place; N image tokens.

    What a part does not ask for is empty: its second size is 0.
    """

    token_ids: Tensor  # (n, T)
    seen: Tensor  # (n, T) 1 for a caption's tokens, 0 for padding
    token_codes: Tensor  # (n, T, WIDTH) what each token should say
    codes: Tensor  # (n, R, WIDTH)
    clean: Tensor  # (n, N, 128) the picture's tokens
    rows: Tensor  # (n, N)
    columns: Tensor  # (n, N)
    counts: Tensor  # (n, T or R, + N) how many rows each stands for; 0 hides it
    cos: Tensor  # (n, 1, T or R, + N, head size)
    sin: Tensor
    letter_boxes: Tensor  # (n, letters that have rows, 4)
    letters_there: Tensor  # (n, letters that have rows)
    edges: Tensor  # (n, N, MAX_ELEMENTS, 4)
    there: Tensor  # (n, MAX_ELEMENTS) whether there is such an element
    glyphs: Tensor  # (n, N, 4)

    def __len__(self) -> int:
        return len(self.token_ids)

    def part(self, start: int, stop: int) -> Lesson:
        """The samples from `start` up to `stop`."""
        return Lesson(*(tensor[start:stop] for tensor in self.tensors()))

    def tensors(self) -> list[Tensor]:
        return [getattr(self, field.name) for field in fields(self)]

    @property
    def has_text(self) -> bool:
        return self.counts.shape[1] > self.clean.shape[1]

    def mask(self, dtype: torch.dtype) -> Tensor | None:
        """What attention adds to its logits, (n, 1, 1, tokens); without text there is no need."""
        return self.counts.log()[:, None, None].to(dtype) if self.has_text else None

    def rotary(self, dtype: torch.dtype) -> Rotary:
        return Rotary(self.cos.to(dtype), self.sin.to(dtype))


@torch.no_grad()
def lesson_of(batch: Batch, basis: LatentBasis, parts: Parts) -> Lesson:
    """What `parts` are asked about a batch, on the batch's device."""
    n, device = len(batch.rows), batch.rows.device
    answers: dict[str, Tensor] = {"rows": batch.rows, "columns": batch.columns}
    places, counts = torch.zeros(n, 0, device=device), torch.zeros(n, 0, device=device)
    if "text_encoder" in parts.trained:
        places = torch.arange(batch.token_ids.shape[1], device=device).expand(n, -1)
        counts = (places < batch.lengths[:, None]).float()
        answers |= {"token_ids": batch.token_ids, "seen": counts}
        answers["token_codes"] = batch.token_codes()
    elif "codes" in parts.helpers:
        answers["codes"], places, counts = batch.bare_codes()
        _, letters_at, answers["letter_boxes"] = batch.bare_letters()
        answers["letters_there"] = (letters_at >= 0).float()
    if "transformer" in parts.trained:
        config = parts.trained["transformer"].config
        tables = rotary_tables(_positions(batch, places), config, torch.float32)
        answers |= {"clean": batch.latents(basis), "cos": tables.cos, "sin": tables.sin}
        answers["counts"] = torch.cat([counts, batch.counts], dim=1)
    if any(name.startswith("block") for name in parts.helpers):
        answers |= {"edges": batch.edges(), "glyphs": batch.glyphs()}
        answers["there"] = batch.scenes.kind >= 0
    empty: dict[str, Any] = {f.name: torch.zeros(n, 0, device=device) for f in fields(Lesson)}
    return Lesson(**(empty | answers))


def _positions(batch: Batch, places: Tensor) -> Tensor:
    """(n, text + N, 3) rotary positions of the sampled sequence."""
    image = torch.stack([torch.zeros_like(batch.rows), batch.rows, batch.columns], -1).float()
    text = places[..., None].float().expand(-1, -1, 3)
    return torch.cat([text, image + IMAGE_POSITION_OFFSET], dim=1)
