"""A prompt with one picture in it: its tokens, and where each of them stands in three dimensions.

Words are counted in a line; the tokens of a picture lie on a grid, all at the same moment, with
their row and column (M-RoPE). Words after the picture go on behind its longer side. What it is not:
the tower that looks (`vision`), or a chat's form (`tokenizer`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ideogram4.model.vision import Sight


@dataclass(frozen=True)
class PicturePrompt:
    """tokens: ids, with as many of the picture's as `sight` has, from index `at` on."""

    tokens: tuple[int, ...]
    at: int
    sight: Sight

    @classmethod
    def of(cls, tokens: Sequence[int], at: int, sight: Sight) -> PicturePrompt:
        """From a prompt in which a single token, at index `at`, stands for the picture."""
        count = sight.rows * sight.columns
        spread = (*tokens[:at], *([tokens[at]] * count), *tokens[at + 1 :])
        return cls(spread, at, sight)

    @property
    def end(self) -> int:
        """The index of the first token behind the picture."""
        return self.at + self.sight.rows * self.sight.columns

    def positions(self, first: int, count: int) -> Tensor:
        """Time, row and column (3, count) of the tokens from index `first` on, written ones too."""
        line = torch.arange(first, first + count)
        rows, columns = self.sight.rows, self.sight.columns
        cell = (line - self.at).clamp(0, rows * columns - 1)
        on_grid = torch.stack(
            [
                torch.full_like(line, self.at),
                self.at + cell // columns,
                self.at + cell % columns,
            ]
        )
        behind = line - self.end + self.at + max(rows, columns)
        words = torch.where(line < self.at, line, behind).expand(3, -1)
        return torch.where((line >= self.at) & (line < self.end), on_grid, words)

    def inputs(self, table: nn.Module, first: int, tokens: Sequence[int]) -> dict[str, Any]:
        """What the language model is given to read `tokens`, which begin at index `first`.

        table: its table of tokens. The picture is read in one piece with what stands before it.
        """
        device = self.sight.features.device
        ids = torch.tensor([tokens], device=device)
        positions = self.positions(first, len(tokens)).to(device)[:, None]
        if first >= self.end:
            return {"input_ids": ids, "position_ids": positions}
        mask = torch.zeros(ids.shape, dtype=torch.bool, device=device)
        mask[0, self.at - first : self.end - first] = True
        embedded = table(ids).clone()
        embedded[mask] = self.sight.features.to(embedded.dtype)
        return {
            "inputs_embeds": embedded,
            "position_ids": positions,
            "visual_pos_masks": mask,
            "deepstack_visual_embeds": list(self.sight.deepstack),
        }
