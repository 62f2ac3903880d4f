"""What each part is asked for: one scalar a question, none of them weighted yet."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.demo.training.data import Batch
from ideogram4.demo.training.latents import LatentBasis
from ideogram4.demo.training.meaning import ANCHORS, PART
from ideogram4.demo.training.parts import GLYPH_BLOCK, LETTER_BLOCK, PROBED_BLOCKS, Parts
from ideogram4.model.rope import IMAGE_POSITION_OFFSET, rotary_tables
from ideogram4.model.transformer import INDICATOR_TEXT

CHANNEL_WEIGHTS = torch.tensor([4.0] * 3 + [2.0] * 6 + [1.0] * 23).repeat(4)
CODE_NOISE = 0.02  # about how inexact a trained reader is


@dataclass(frozen=True)
class TextRows:
    """Text as the transformer's blocks take it."""

    rows: Tensor  # (n, T, hidden)
    places: Tensor  # (n, T)
    counts: Tensor  # (n, T) how many rows each stands for; 0 hides it

    def mask(self, batch: Batch) -> Tensor:
        """What attention adds to its logits: (n, 1, 1, T + N)."""
        counts = torch.cat([self.counts, batch.counts], dim=1)
        return counts.log()[:, None, None].to(self.rows.dtype)


class Losses(nn.Module):
    """All losses of a batch as one forward, so that its weights can stand in in another dtype."""

    def __init__(self, parts: Parts, basis: LatentBasis) -> None:
        super().__init__()
        self.trained, self.helpers, self.basis = parts.trained, parts.helpers, basis

    def forward(self, batch: Batch, mean: float) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        features = None
        if "text_encoder" in self.trained:
            features = self.trained["text_encoder"](batch.token_ids)
            losses["codes"] = self.code_loss(features, batch)
        if "transformer" in self.trained:
            losses |= self.picture_losses(self.text_rows(batch, features), batch, mean)
        return losses

    def text_rows(self, batch: Batch, features: Tensor | None) -> TextRows | None:
        """Rows from the reader's features, else from bare codes, else none."""
        transformer = self.trained["transformer"]
        if features is not None:
            places = torch.arange(features.shape[1], device=features.device)
            places = places.expand(len(features), -1)
            seen = (places < batch.lengths[:, None]).float()
            return TextRows(transformer.project_text(features), places, seen)
        if "codes" not in self.helpers:
            return None
        codes, places, counts = batch.bare_codes()
        if self.training:
            codes = codes + CODE_NOISE * torch.randn_like(codes)
        indicator = transformer.embed_image_indicator.weight[INDICATOR_TEXT]
        rows = self.helpers["codes"](codes).to(transformer.dtype) + indicator
        return TextRows(rows, places, counts)

    def code_loss(self, features: Tensor, batch: Batch) -> Tensor:
        """Mean squared error of the codes; tokens that sum up weigh five times as much."""
        answers = self.helpers["codes"](F.rms_norm(features.float(), features.shape[-1:], eps=1e-6))
        truth = batch.token_codes()
        seen = torch.arange(truth.shape[1], device=truth.device) < batch.lengths[:, None]
        weight = seen * (1 + 4 * truth.any(-1))
        error = (answers - truth).square()
        # A picture's exactness hangs on the edges, and most of its area on the background.
        for part in ("edges", "background_colours"):
            error = torch.cat([error, 4 * error[..., PART[part]]], dim=-1)
        error = error.sum(-1)
        return (weight * error).sum() / weight.sum()

    def picture_losses(self, text: TextRows | None, batch: Batch, mean: float) -> dict[str, Tensor]:
        """Flow-matching loss, and the helpers' losses where there are helpers."""
        clean = batch.latents(self.basis)
        t = sample_times(len(clean), mean, clean.device)
        noise = torch.randn_like(clean)
        noisy = noise + t[:, None, None] * (clean - noise)
        transformer = self.trained["transformer"]
        rotary = rotary_tables(positions_of(batch, text), transformer.config, transformer.dtype)
        mask = None if text is None else text.mask(batch)
        states: dict[int, Tensor] = {}
        hooks = [
            transformer.layers[n].register_forward_hook(
                lambda _m, _i, out, n=n: states.update({n: out})
            )
            for n in PROBED_BLOCKS
            if f"block{n}" in self.helpers
        ]
        rows = None if text is None else text.rows
        velocity = transformer.run(noisy, rows, rotary, transformer.modulate(t), mask)
        for hook in hooks:
            hook.remove()
        weights = CHANNEL_WEIGHTS.to(clean.device) / CHANNEL_WEIGHTS.mean()
        losses = {"picture": (weights * (velocity - (clean - noise)) ** 2).mean()}
        for n, state in states.items():
            image = state[:, -clean.shape[1] :]
            answers = self.helpers[f"block{n}"](image, batch)
            losses |= {f"{name}{n}": value for name, value in answers.items()}
            if n == GLYPH_BLOCK:
                losses["glyph"] = self.helpers["glyphs"](image, batch)
            if n == LETTER_BLOCK and not batch.token_ids.shape[1]:
                losses["letter"] = self.letter_loss(state, batch)
        return losses

    def letter_loss(self, state: Tensor, batch: Batch) -> Tensor:
        """Whether the rows of bare letters know their boxes."""
        _, places, boxes = batch.bare_letters()
        first = ANCHORS + 1 + batch.ends.shape[1]
        rows = state[:, first : first + places.shape[1]]
        loss: Tensor = self.helpers["letters"](rows, boxes, places >= 0)
        return loss

    def in_bfloat16(self, batch: Batch, mean: float) -> dict[str, Tensor]:
        """Compute in bfloat16; the float32 weights stay the ones that are trained."""
        cast = {name: p.bfloat16() for name, p in self.trained.named_parameters(prefix="trained")}
        losses: dict[str, Tensor] = torch.func.functional_call(self, cast, (batch, mean))
        return losses


def sample_times(n: int, mean: float, device: torch.device | str) -> Tensor:
    """(n,) times: logit-normal around sigmoid(mean), 15 % uniform."""
    t = torch.sigmoid(torch.randn(n, device=device) + mean)
    uniform = torch.rand(n, device=device)
    return torch.where(torch.rand(n, device=device) < 0.15, uniform, t)


def positions_of(batch: Batch, text: TextRows | None) -> Tensor:
    """(n, T + N, 3) rotary positions of the sampled sequence."""
    image = torch.stack([torch.zeros_like(batch.rows), batch.rows, batch.columns], -1).float()
    image = image + IMAGE_POSITION_OFFSET
    if text is None:
        return image
    return torch.cat([text.places[..., None].float().expand(-1, -1, 3), image], dim=1)
