"""Questions for training only, that make image tokens notice where they are.

Left to the picture loss alone, a small model takes very long to find out that an image token can
know its place only by turning against the text. So image tokens are asked, after some blocks, for
their row and column, which boxes they lie in, how far the edges of the boxes near them are, and,
later on, which letters they show; letters are asked for their own boxes. The heads are thrown away
afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.demo.pictures.scenes import LETTERS, MAX_ELEMENTS

if TYPE_CHECKING:
    from ideogram4.demo.training.lesson import Lesson

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

    def forward(self, states: Tensor, truth: Tensor) -> Tensor:
        """states (n, N, width), truth (n, N, 4) -> mean loss over quarters with a letter."""
        answers = self.glyph(F.rms_norm(states.float(), states.shape[-1:]))
        answers = answers.unflatten(-1, (4, len(LETTERS))).flatten(0, 2)
        error = F.cross_entropy(answers, truth.flatten(), ignore_index=-1, reduction="sum")
        return error / (truth >= 0).sum().clamp_min(1)


class PlaceHead(nn.Module):
    """From image tokens inside the transformer: place, membership, distances of near edges."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.place = nn.Linear(width, 2 * MAX_GRID)
        self.inside = nn.Linear(width, MAX_ELEMENTS)
        self.edges = nn.Linear(width, 4 * MAX_ELEMENTS)

    def forward(self, states: Tensor, lesson: Lesson) -> dict[str, Tensor]:
        """states (n, N, width) -> three mean losses."""
        states = F.rms_norm(states.float(), states.shape[-1:])
        row, column = self.place(states).chunk(2, dim=-1)
        place = F.cross_entropy(row.flatten(0, 1), lesson.rows.flatten())
        place = place + F.cross_entropy(column.flatten(0, 1), lesson.columns.flatten())
        there = lesson.there[:, None].expand(-1, states.shape[1], -1)
        nearest = lesson.edges.amin(-1)
        inside = F.binary_cross_entropy_with_logits(
            self.inside(states), (nearest >= 0).float(), reduction="none"
        )
        edges = F.smooth_l1_loss(
            self.edges(states).unflatten(-1, (MAX_ELEMENTS, 4)),
            lesson.edges.clamp(-NEAR, NEAR),
            beta=0.1,
            reduction="none",
        )
        return {
            "place": place,
            "inside": _mean(inside, there),
            "edges": _mean(edges.mean(-1), there & (nearest > -NEAR)),
        }


def _mean(errors: Tensor, counted: Tensor) -> Tensor:
    """The mean of the errors that count, 0 if none do."""
    return (errors * counted).sum() / counted.sum().clamp_min(1)
