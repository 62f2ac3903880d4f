"""Training batches made on the fly: captions as tokens, pictures as a few latent tokens each.

`SceneStream` is the part that Python does (scenes, captions, tokenizing); DataLoader workers can
run it side by side. Drawing happens on the training device, for the sampled tokens only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ideogram4.demo.drawing import SceneBatch, pack
from ideogram4.demo.latents import TOKEN_PIXELS, LatentBasis
from ideogram4.demo.scenes import MAX_ELEMENTS, Scene, SceneMix, caption_of, make_scene
from ideogram4.demo.tokenizer import build_tokenizer, chat_text, element_ends


@dataclass(frozen=True)
class Stage:
    """One part of the curriculum; `tokens` 0 means the whole grid."""

    mix: SceneMix
    tokens: int = 48
    sizes: tuple[tuple[int, int], ...] = ((256, 256),)


@dataclass(frozen=True)
class Batch:
    """One batch on one device; n samples, T text tokens (padded right), N image tokens."""

    token_ids: Tensor  # (n, T)
    lengths: Tensor  # (n,)
    ends: Tensor  # (n, MAX_ELEMENTS) place of each element's closing token, -1 if none
    scenes: SceneBatch
    rows: Tensor  # (n, N)
    columns: Tensor  # (n, N)
    size: Tensor  # (n, 2) height and width in pixels

    def to(self, device: torch.device | str) -> Batch:
        moved = {f: getattr(self, f).to(device) for f in self.__dataclass_fields__}
        return Batch(**moved)

    def latents(self, basis: LatentBasis) -> Tensor:
        """(n, N, 128) standardised tokens of the pictures."""
        return basis.encode_tokens(self.scenes, self.rows, self.columns, self.size)

    def inside(self) -> Tensor:
        """(n, N, MAX_ELEMENTS) whether a token's centre lies in each element's box."""
        y = ((self.rows + 0.5) * TOKEN_PIXELS / self.size[:, :1])[..., None]
        x = ((self.columns + 0.5) * TOKEN_PIXELS / self.size[:, 1:])[..., None]
        top, left, bottom, right = self.scenes.box[:, None].unbind(-1)
        return (y >= top) & (y <= bottom) & (x >= left) & (x <= right)


class SceneStream(IterableDataset[Batch]):
    """Endless batches from a seed. Workers get seeds of their own."""

    def __init__(self, stage: Stage, batch_size: int, seed: int) -> None:
        self.stage, self.batch_size, self.seed = stage, batch_size, seed

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        rng = random.Random(self.seed * 1009 + (worker.id if worker else 0))
        tokenizer = build_tokenizer()
        ends = element_ends(tokenizer)
        while True:
            # One grid size a batch keeps the number of tokens equal without padding.
            size = rng.choice(self.stage.sizes)
            scenes = [make_scene(rng, self.stage.mix) for _ in range(self.batch_size)]
            texts = [chat_text(caption_of(scene, rng, self.stage.mix)) for scene in scenes]
            ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
            yield _batch(rng, scenes, ids, ends, size, self.stage.tokens)


def _batch(
    rng: random.Random,
    scenes: list[Scene],
    ids: list[list[int]],
    ends: set[int],
    size: tuple[int, int],
    tokens: int,
) -> Batch:
    longest = max(map(len, ids))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
    places = torch.full((len(ids), MAX_ELEMENTS), -1)
    for i, (row, scene) in enumerate(zip(ids, scenes, strict=True)):
        closing = [place for place, token in enumerate(row) if token in ends]
        closing = closing[-len(scene.elements) :]
        places[i, : len(closing)] = torch.tensor(closing)
    grid_h, grid_w = size[0] // TOKEN_PIXELS, size[1] // TOKEN_PIXELS
    chosen = torch.tensor([_pick(rng, grid_h, grid_w, tokens) for _ in scenes])
    return Batch(
        token_ids=padded,
        lengths=torch.tensor([len(row) for row in ids]),
        ends=places,
        scenes=pack(scenes),
        rows=chosen // grid_w,
        columns=chosen % grid_w,
        size=torch.tensor([size], dtype=torch.float32).expand(len(ids), 2),
    )


def _pick(rng: random.Random, grid_h: int, grid_w: int, tokens: int) -> list[int]:
    """Which tokens of the grid to train on; the corners always, since they tell its size."""
    total = grid_h * grid_w
    if not 0 < tokens < total:
        return list(range(total))
    corners = [0, grid_w - 1, total - grid_w, total - 1]
    others = [i for i in range(total) if i not in corners]
    return corners + rng.sample(others, tokens - len(corners))
