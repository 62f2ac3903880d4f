"""Questions for training only, that make image tokens notice where they are.

Left to the picture loss alone, a small model takes very long to find out that an image token can
know its place only by turning against the text. So image tokens are asked, after some blocks, for
their row and column, which boxes they lie in, how far the edges of the boxes near them are, and,
later on, which letters they show; letters are asked for their own boxes. The heads are thrown away
afterwards.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.demo.pictures.scenes import LETTERS, MAX_ELEMENTS
from ideogram4.demo.training.data import Batch

MAX_GRID = 24
NEAR = 1.5  # tokens


class LetterHead(nn.Module):
    """From letters' text rows inside the transformer: the box that each letter is to fill."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.box = nn.Linear(width, 4)

    def forward(self, states: Tensor, boxes: Tensor, there: Tensor) -> Tensor:
        """states (n, R, width), boxes (n, R, 4) in 0..1, there (n, R) -> mean loss."""
        answers = self.box(F.rms_norm(states.float(), states.shape[-1:]))
        error = F.smooth_l1_loss(answers, 8 * boxes - 4, beta=0.1, reduction="none").mean(-1)
        return (error * there).sum() / there.sum().clamp_min(1)


class GlyphHead(nn.Module):
    """From image tokens inside the transformer: which letter each of their quarters shows."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.glyph = nn.Linear(width, 4 * len(LETTERS))

    def forward(self, states: Tensor, batch: Batch) -> Tensor:
        """states (n, N, width) -> mean loss over the quarters that show a letter."""
        truth = batch.glyphs()
        answers = self.glyph(F.rms_norm(states.float(), states.shape[-1:]))
        seen = truth >= 0
        answers = answers.unflatten(-1, (4, len(LETTERS)))[seen]
        if not len(answers):
            return torch.zeros((), device=states.device)
        return F.cross_entropy(answers, truth[seen])


class PlaceHead(nn.Module):
    """From image tokens inside the transformer: place, membership, distances of near edges."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.place = nn.Linear(width, 2 * MAX_GRID)
        self.inside = nn.Linear(width, MAX_ELEMENTS)
        self.edges = nn.Linear(width, 4 * MAX_ELEMENTS)

    def forward(self, states: Tensor, batch: Batch) -> dict[str, Tensor]:
        """states (n, N, width) -> three mean losses."""
        states = F.rms_norm(states.float(), states.shape[-1:])
        row, column = self.place(states).chunk(2, dim=-1)
        place = F.cross_entropy(row.flatten(0, 1), batch.rows.flatten())
        place = place + F.cross_entropy(column.flatten(0, 1), batch.columns.flatten())
        there = (batch.scenes.kind >= 0)[:, None].expand(-1, states.shape[1], -1)
        truth = batch.edges()
        nearest = truth.amin(-1)
        inside = F.binary_cross_entropy_with_logits(
            self.inside(states)[there], (nearest[there] >= 0).float()
        )
        near = there & (nearest > -NEAR)
        edges = self.edges(states).unflatten(-1, (MAX_ELEMENTS, 4))[near]
        return {
            "place": place,
            "inside": inside,
            "edges": F.smooth_l1_loss(edges, truth[near].clamp(-NEAR, NEAR), beta=0.1),
        }
