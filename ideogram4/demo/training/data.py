"""Training batches made on the fly: captions as tokens, pictures as a few latent tokens each.

`SceneStream` is the part that Python does (scenes, captions, tokenizing); DataLoader workers can
run it side by side. Drawing happens on the training device, for the sampled tokens only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ideogram4.demo.pictures.drawing import TEXT_KIND, SceneBatch, pack
from ideogram4.demo.pictures.scenes import MAX_ELEMENTS, MAX_LETTERS, Scene, SceneMix, make_scene
from ideogram4.demo.pictures.wording import caption_of
from ideogram4.demo.training.batch import Batch
from ideogram4.demo.training.latents import TOKEN_PIXELS
from ideogram4.demo.training.meaning import ANCHORS
from ideogram4.demo.training.tokenizer import (
    WORD_END,
    build_tokenizer,
    chat_text,
    element_ends,
    elements_start,
    word_starts,
)


@dataclass(frozen=True)
class Stage:
    """What a part is trained on; `tokens` 0 means the whole grid.

    `captions` False leaves the words out: places for the codes are invented instead.
    """

    mix: SceneMix
    captions: bool = True
    tokens: int = 48
    sizes: tuple[tuple[int, int], ...] = ((256, 256),)


class SceneStream(IterableDataset[Batch]):
    """Endless batches from a seed. Workers get seeds of their own.

    The captions of `pool` batches are sorted by length together.
    """

    def __init__(self, stage: Stage, batch_size: int, seed: int, pool: int = 8) -> None:
        self.stage, self.batch_size, self.seed, self.pool = stage, batch_size, seed, pool

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        seed = self.seed * 1009 + (worker.id if worker else 0)
        rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
        reader = CaptionReader() if self.stage.captions else None
        while True:
            scenes = [make_scene(rng, self.stage.mix) for _ in range(self.pool * self.batch_size)]
            if reader:
                captions = [caption_of(scene, rng, self.stage.mix) for scene in scenes]
                texts = reader(captions, scenes)
            else:
                texts = invent_places(rng, scenes)
            # Captions of like length go together, so that little of a batch is padding.
            order = sorted(range(len(scenes)), key=lambda n: texts[n].rows)
            starts = list(range(0, len(scenes), self.batch_size))
            rng.shuffle(starts)
            for start in starts:
                chosen = order[start : start + self.batch_size]
                # One grid size a batch keeps the number of tokens equal without padding.
                size = rng.choice(self.stage.sizes)
                yield make_batch(
                    [scenes[n] for n in chosen],
                    [texts[n] for n in chosen],
                    size,
                    self.stage.tokens,
                    generator,
                )


@dataclass(frozen=True)
class TextPlaces:
    """A caption's tokens, none where captions are left out, and the places that sum up."""

    ids: list[int]
    background_at: int
    ends: list[int]
    letters: list[list[int]]  # an element's letters, none for a shape

    @property
    def rows(self) -> int:
        """How much it takes to compute."""
        return len(self.ids) or sum(map(len, self.letters))


class CaptionReader:
    """Tokenizes captions and finds the tokens that sum up."""

    def __init__(self) -> None:
        self.tokenizer = build_tokenizer()
        self.ends, self.start = element_ends(self.tokenizer), elements_start(self.tokenizer)
        self.words = word_starts(self.tokenizer)
        self.no_word = self.tokenizer.token_to_id(WORD_END)

    def __call__(self, captions: Sequence[str], scenes: Sequence[Scene]) -> list[TextPlaces]:
        texts = [chat_text(caption) for caption in captions]
        found: list[TextPlaces] = []
        for scene, encoding in zip(scenes, self.tokenizer.encode_batch(texts), strict=True):
            ids, start = encoding.ids, -1
            closing: list[int] = []
            if scene.readable:
                start = ids.index(self.start)
                closing = [n for n, token in enumerate(ids) if token in self.ends and n > start]
            closing = closing[: len(scene.elements)]
            words = iter(
                n + 1
                for n, token in enumerate(ids)
                if token in self.words and ids[n + 1] != self.no_word
            )
            letters = []
            for element in scene.elements:
                first = next(words) if element.text else 0
                letters.append(list(range(first, first + len(element.text[:MAX_LETTERS]))))
            found.append(TextPlaces(ids, start, closing, letters))
        return found


def invent_places(rng: random.Random, scenes: Sequence[Scene]) -> list[TextPlaces]:
    """Where the tokens that sum up might stand in a caption of each scene."""
    found = []
    for scene in scenes:
        place = start = rng.randint(ANCHORS + 1, 50)
        ends, letters = [], []
        for element in scene.elements:
            count = len(element.text[:MAX_LETTERS])
            behind = rng.randint(3, 12)  # tokens between a word and its element's end
            place += max(rng.randint(9, 26), behind + 6) + count
            ends.append(place)
            letters.append(list(range(place - behind - count, place - behind)))
        found.append(TextPlaces([], start if scene.readable else -1, ends, letters))
    return found


def make_batch(
    scenes: Sequence[Scene],
    texts: Sequence[TextPlaces],
    size: tuple[int, int],
    tokens: int,
    generator: torch.Generator,
) -> Batch:
    """One batch of pictures of one size (height, width), `tokens` of each (0: all)."""
    packed, grid_w = pack(scenes), size[1] // TOKEN_PIXELS
    chosen, counts = pick_tokens(packed, size, tokens, generator)
    longest = max(len(text.ids) for text in texts)
    ids = [text.ids + [0] * (longest - len(text.ids)) for text in texts]
    ends = [text.ends + [-1] * (MAX_ELEMENTS - len(text.ends)) for text in texts]
    letters_at = torch.full((len(texts), MAX_ELEMENTS, MAX_LETTERS), -1)
    for n, text in enumerate(texts):
        for element, places in enumerate(text.letters):
            letters_at[n, element, : len(places)] = torch.tensor(places, dtype=torch.long)
    return Batch(
        token_ids=torch.tensor(ids, dtype=torch.long),
        lengths=torch.tensor([len(text.ids) for text in texts]),
        background_at=torch.tensor([text.background_at for text in texts]),
        ends=torch.tensor(ends),
        letters_at=letters_at,
        scenes=packed,
        rows=chosen // grid_w,
        columns=chosen % grid_w,
        counts=counts,
        size=torch.tensor([size], dtype=torch.float32).expand(len(scenes), 2),
    )


def pick_tokens(
    scenes: SceneBatch, size: tuple[int, int], tokens: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """(n, tokens) which places of the grid to train on, and how many each stands for.

    The corners always, since they tell the grid's size; then by lot without repetition, where small
    elements weigh more than their area and edges more than what lies inside. A token that was
    likely to be drawn stands for itself, an unlikely one for all its like: attention counts it as
    often, so that a sample looks like the whole grid. (Without that, pictures on the whole grid
    lose their elements: text is drowned by five times as many image tokens as in training.)
    """
    grid_h, grid_w = size[0] // TOKEN_PIXELS, size[1] // TOKEN_PIXELS
    n, total = len(scenes.kind), grid_h * grid_w
    if not 0 < tokens < total:
        return torch.arange(total).expand(n, -1), torch.ones(n, total)
    y = torch.arange(grid_h).repeat_interleave(grid_w)
    x = torch.arange(grid_w).repeat(grid_h)
    scale = torch.tensor([grid_h, grid_w, grid_h, grid_w])
    top, left, bottom, right = (scenes.box * scale)[..., None].unbind(-2)  # (n, E, 1)
    touched = (y + 1 > top - 0.2) & (y < bottom + 0.2) & (x + 1 > left - 0.2) & (x < right + 0.2)
    within = (y > top) & (y + 1 < bottom) & (x > left) & (x + 1 < right)
    words = (scenes.kind == TEXT_KIND)[..., None]
    weight = touched.float() - 0.6 * (touched & within & ~words)
    weight = weight * (1 + words)
    weight = weight * (scenes.kind >= 0)[..., None]
    share = (weight / weight.sum(-1, keepdim=True).clamp_min(1).sqrt()).sum(1)
    weight = share + 0.25 * share.sum(-1, keepdim=True).clamp_min(1) / total
    weight[:, [0, grid_w - 1, total - grid_w, total - 1]] = 1e9
    lot = torch.empty(n, total).exponential_(generator=generator) / weight
    chosen = lot.topk(tokens, largest=False).indices.sort(dim=1).values
    return chosen, 1 / _chances(weight, tokens).gather(1, chosen)


def _chances(weight: Tensor, tokens: int) -> Tensor:
    """How likely each place is to be among the first `tokens` in a race of such weights.

    Places arrive at exponential times, so all that is needed is the time at which `tokens` are
    there, found by halving; that time is nearly the same in every race.
    """
    low = torch.full((len(weight), 1), -30.0)
    high = torch.full((len(weight), 1), 30.0)
    for _ in range(40):
        middle = (low + high) / 2
        enough = (1 - torch.exp(-weight * middle.exp())).sum(1, keepdim=True) > tokens
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
    return 1 - torch.exp(-weight * high.exp())
