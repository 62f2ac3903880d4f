"""Helpers for training only: questions that make the networks notice where things are.

Left to the picture loss alone, a small model takes very long to find out that an image token can
know its place only by turning against the text. So the language model is asked, at each element's
closing token, for the element's box and colour; image tokens after two blocks are asked for their
row and column and which boxes they lie in. The heads are thrown away afterwards.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.demo.data import Batch
from ideogram4.demo.scenes import MAX_ELEMENTS

MAX_GRID = 24


def _rms(x: Tensor) -> Tensor:
    return F.rms_norm(x.float(), x.shape[-1:])


class ElementHead(nn.Module):
    """From the language model's last tap at a closing token: box (4), colour (3)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, 128), nn.SiLU(), nn.Linear(128, 7))

    def forward(self, states: Tensor, batch: Batch) -> Tensor:
        """states (n, T, width) -> mean squared error, a scalar."""
        sample, element = (batch.ends >= 0).nonzero(as_tuple=True)
        answers = self.net(_rms(states[sample, batch.ends[sample, element]]))
        truth = torch.cat(
            [2 * batch.scenes.box[sample, element] - 1, batch.scenes.colour[sample, element]], -1
        )
        return F.mse_loss(answers, truth)


class PlaceHead(nn.Module):
    """From image tokens inside the transformer: row, column, and inside which elements' boxes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.place = nn.Linear(width, 2 * MAX_GRID)
        self.inside = nn.Linear(width, MAX_ELEMENTS)

    def forward(self, states: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """states (n, N, width) -> cross-entropies of place (row + column) and of membership."""
        states = _rms(states)
        row, column = self.place(states).chunk(2, dim=-1)
        place = F.cross_entropy(row.flatten(0, 1), batch.rows.flatten())
        place = place + F.cross_entropy(column.flatten(0, 1), batch.columns.flatten())
        there = (batch.scenes.kind >= 0)[:, None].expand(-1, states.shape[1], -1)
        inside = F.binary_cross_entropy_with_logits(
            self.inside(states)[there], batch.inside()[there].float()
        )
        return place, inside
