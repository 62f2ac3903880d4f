"""What each part is asked for: one scalar a question, none of them weighted yet."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.demo.pictures.scenes import MAX_ELEMENTS
from ideogram4.demo.training.lesson import Lesson
from ideogram4.demo.training.meaning import ANCHORS, PART
from ideogram4.demo.training.parts import GLYPH_BLOCK, LETTER_BLOCK, PROBED_BLOCKS, Parts
from ideogram4.model.transformer import INDICATOR_TEXT

CHANNEL_WEIGHTS = torch.tensor([4.0] * 3 + [2.0] * 6 + [1.0] * 23).repeat(4)
CODE_NOISE = 0.02  # about how inexact a trained reader is


class Losses(nn.Module):
    """All losses of a lesson as one forward, so that its weights can stand in in another dtype.

    Nothing here waits for a value or makes a shape of one, so a card can record it.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.trained, self.helpers = parts.trained, parts.helpers
        device = next(parts.trained.parameters()).device
        self.channel_weights = (CHANNEL_WEIGHTS / CHANNEL_WEIGHTS.mean()).to(device)

    def forward(self, lesson: Lesson, mean: float | Tensor) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        features = None
        if "text_encoder" in self.trained:
            features = self.trained["text_encoder"](lesson.token_ids)
            losses["codes"] = self.code_loss(features, lesson)
        if "transformer" in self.trained:
            losses |= self.picture_losses(self.text_rows(lesson, features), lesson, mean)
        return losses

    def text_rows(self, lesson: Lesson, features: Tensor | None) -> Tensor | None:
        """(n, T or R, hidden): rows from the reader's features, else from bare codes, else none."""
        transformer = self.trained["transformer"]
        if features is not None:
            rows: Tensor = transformer.project_text(features)
            return rows
        if not lesson.has_text:
            return None
        codes = lesson.codes
        if self.training:
            codes = codes + CODE_NOISE * torch.randn_like(codes)
        indicator = transformer.embed_image_indicator.weight[INDICATOR_TEXT]
        return self.helpers["codes"](codes).to(transformer.dtype) + indicator

    def code_loss(self, features: Tensor, lesson: Lesson) -> Tensor:
        """Mean squared error of the codes; tokens that sum up weigh five times as much."""
        answers = self.helpers["codes"](F.rms_norm(features.float(), features.shape[-1:], eps=1e-6))
        truth = lesson.token_codes
        weight = lesson.seen * (1 + 4 * truth.any(-1))
        error = (answers - truth).square()
        # A picture's exactness hangs on the edges, and most of its area on the background.
        for part in ("edges", "background_colours"):
            error = torch.cat([error, 4 * error[..., PART[part]]], dim=-1)
        error = error.sum(-1)
        return (weight * error).sum() / weight.sum()

    def picture_losses(
        self, rows: Tensor | None, lesson: Lesson, mean: float | Tensor
    ) -> dict[str, Tensor]:
        """Flow-matching loss, and the helpers' losses where there are helpers."""
        clean = lesson.clean
        t = sample_times(len(clean), mean, clean.device)
        noise = torch.randn_like(clean)
        noisy = noise + t[:, None, None] * (clean - noise)
        transformer = self.trained["transformer"]
        dtype = transformer.dtype
        states: dict[int, Tensor] = {}
        hooks = [
            transformer.layers[n].register_forward_hook(
                lambda _m, _i, out, n=n: states.update({n: out})
            )
            for n in PROBED_BLOCKS
            if f"block{n}" in self.helpers
        ]
        velocity = transformer.run(
            noisy, rows, lesson.rotary(dtype), transformer.modulate(t), lesson.mask(dtype)
        )
        for hook in hooks:
            hook.remove()
        error = self.channel_weights * (velocity - (clean - noise)) ** 2
        losses = {"picture": error.mean()}
        for n, state in states.items():
            image = state[:, -clean.shape[1] :]
            answers = self.helpers[f"block{n}"](image, lesson)
            losses |= {f"{name}{n}": value for name, value in answers.items()}
            if n == GLYPH_BLOCK:
                losses["glyph"] = self.helpers["glyphs"](image, lesson.glyphs)
            if n == LETTER_BLOCK and not lesson.token_ids.shape[1]:
                losses["letter"] = self.letter_loss(state, lesson)
        return losses

    def letter_loss(self, state: Tensor, lesson: Lesson) -> Tensor:
        """Whether the rows of bare letters know their boxes."""
        first = ANCHORS + 1 + MAX_ELEMENTS
        rows = state[:, first : first + lesson.letter_boxes.shape[1]]
        loss: Tensor = self.helpers["letters"](rows, lesson.letter_boxes, lesson.letters_there)
        return loss

    def in_bfloat16(self, lesson: Lesson, mean: float | Tensor) -> dict[str, Tensor]:
        """Compute in bfloat16; the float32 weights stay the ones that are trained."""
        cast = {name: p.bfloat16() for name, p in self.trained.named_parameters(prefix="trained")}
        losses: dict[str, Tensor] = torch.func.functional_call(self, cast, (lesson, mean))
        return losses


def sample_times(n: int, mean: float | Tensor, device: torch.device | str) -> Tensor:
    """(n,) times: logit-normal around sigmoid(mean), 15 % uniform."""
    t = torch.sigmoid(torch.randn(n, device=device) + mean)
    uniform = torch.rand(n, device=device)
    return torch.where(torch.rand(n, device=device) < 0.15, uniform, t)
