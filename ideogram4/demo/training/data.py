"""Training batches made on the fly: captions as tokens, pictures as a few latent tokens each.

`SceneStream` is the part that Python does (scenes, captions, tokenizing); DataLoader workers can
run it side by side. Drawing happens on the training device, for the sampled tokens only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from ideogram4.demo.pictures.drawing import TEXT_KIND, SceneBatch, pack
from ideogram4.demo.pictures.scenes import MAX_ELEMENTS, MAX_LETTERS, Scene, SceneMix, make_scene
from ideogram4.demo.pictures.wording import caption_of
from ideogram4.demo.training.latents import TOKEN_PIXELS, LatentBasis
from ideogram4.demo.training.meaning import (
    ANCHORS,
    WIDTH,
    anchor_codes,
    background_codes,
    element_codes,
    letter_boxes,
    letter_codes,
)
from ideogram4.demo.training.tokenizer import (
    build_tokenizer,
    chat_text,
    element_ends,
    elements_start,
    word_starts,
)

POOL = 8  # batches whose captions are sorted by length together
# Most rows of a real caption sum up nothing. Three blank rows stand for all of them: each weighs in
# attention as much as many.
BLANKS = 3
FEWEST_BLANKS, MOST_BLANKS = 10, 90
# A batch has rows for none, 14 or 28 letters a sample: few shapes to compile for.
LETTER_ROWS, MOST_LETTER_ROWS = 14, 28


@dataclass(frozen=True)
class Stage:
    """What a part is trained on; `tokens` 0 means the whole grid.

    `captions` False leaves the words out: places for the codes are invented instead.
    """

    mix: SceneMix
    captions: bool = True
    tokens: int = 48
    sizes: tuple[tuple[int, int], ...] = ((256, 256),)


@dataclass(frozen=True)
class Batch:
    """One batch on one device; n samples, T text tokens (padded right), N image tokens."""

    token_ids: Tensor  # (n, T); T is 0 where captions are left out
    lengths: Tensor  # (n,)
    background_at: Tensor  # (n,) place of the token that sums up the background, -1 if none
    ends: Tensor  # (n, MAX_ELEMENTS) place of each element's closing token, -1 if none
    letters_at: Tensor  # (n, MAX_ELEMENTS, MAX_LETTERS) place of each letter's token, -1 if none
    scenes: SceneBatch
    rows: Tensor  # (n, N)
    columns: Tensor  # (n, N)
    counts: Tensor  # (n, N) how many tokens of the grid each stands for
    size: Tensor  # (n, 2) height and width in pixels

    def to(self, device: torch.device | str) -> Batch:
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def latents(self, basis: LatentBasis) -> Tensor:
        """(n, N, 128) standardised tokens of the pictures."""
        return basis.encode_tokens(self.scenes, self.rows, self.columns, self.size)

    def edges(self) -> Tensor:
        """(n, N, MAX_ELEMENTS, 4) how far box edges lie from a token's centre, in tokens.

        Top and left count up and to the left, so all four are positive inside.
        """
        grid = self.size / TOKEN_PIXELS
        y = (self.rows + 0.5)[..., None]
        x = (self.columns + 0.5)[..., None]
        box = self.scenes.box * grid[:, None].repeat(1, 1, 2)
        top, left, bottom, right = box[:, None].unbind(-1)
        return torch.stack([y - top, x - left, bottom - y, right - x], -1)

    def token_codes(self) -> Tensor:
        """(n, T, WIDTH) what each token of the captions should say."""
        n, length = self.token_ids.shape
        codes = torch.zeros(n, length, WIDTH, device=self.token_ids.device)
        codes[:, :ANCHORS] = anchor_codes(codes.device)
        sample = (self.background_at >= 0).nonzero().squeeze(1)
        codes[sample, self.background_at[sample]] = background_codes(self.scenes)[sample]
        sample, element = (self.ends >= 0).nonzero(as_tuple=True)
        codes[sample, self.ends[sample, element]] = element_codes(self.scenes)[sample, element]
        sample, element, letter = (self.letters_at >= 0).nonzero(as_tuple=True)
        place = self.letters_at[sample, element, letter]
        codes[sample, place] = letter_codes(self.scenes)[sample, element, letter]
        return codes

    def glyphs(self) -> Tensor:
        """(n, N, 4) the letter at the middle of each quarter of a token, -1 for none."""
        quarter = torch.tensor([0.25, 0.75], device=self.rows.device)
        grid = self.size / TOKEN_PIXELS
        y = (self.rows[..., None, None] + quarter[:, None]) / grid[:, 0, None, None, None]
        x = (self.columns[..., None, None] + quarter) / grid[:, 1, None, None, None]
        y, x = (p.expand(-1, -1, 2, 2).flatten(2)[..., None] for p in (y, x))
        found = torch.full(y.shape[:3], -1, device=y.device)
        boxes = letter_boxes(self.scenes)[:, None, None]  # (n, 1, 1, E, L, 4)
        letters = self.scenes.letters
        for element in range(MAX_ELEMENTS):
            top, left, bottom, right = boxes[..., element, :, :].unbind(-1)
            there = letters[:, None, None, element] >= 0
            inside = there & (y >= top) & (y < bottom) & (x >= left) & (x < right)
            letter = torch.where(inside, letters[:, None, None, element], -1).amax(-1)
            found = torch.where(letter >= 0, letter, found)
        return found

    def letter_rows(self) -> Tensor:
        """(n, R) which letters, counted through all elements, get rows of their own."""
        there = (self.letters_at >= 0).flatten(1)
        most = int(there.sum(1).max())
        count = min(-(-most // LETTER_ROWS) * LETTER_ROWS, MOST_LETTER_ROWS)
        return there.int().argsort(dim=1, descending=True, stable=True)[:, :count]

    def bare_letters(self) -> tuple[Tensor, Tensor, Tensor]:
        """Codes (n, R, WIDTH), places and boxes (n, R, 4) of the letters that have rows."""
        chosen = self.letter_rows()
        codes = letter_codes(self.scenes).flatten(1, 2)
        boxes = letter_boxes(self.scenes).flatten(1, 2)
        return (
            codes.gather(1, chosen[..., None].expand(-1, -1, WIDTH)),
            self.letters_at.flatten(1).gather(1, chosen),
            boxes.gather(1, chosen[..., None].expand(-1, -1, 4)),
        )

    def bare_codes(self) -> tuple[Tensor, Tensor, Tensor]:
        """The codes alone (n, T', WIDTH), their places (n, T') and how many rows each stands for.

        Blanks stand for the rest of a caption, missing elements for none.
        """
        n, device = len(self.ends), self.ends.device
        background = background_codes(self.scenes) * (self.background_at >= 0)[:, None]
        letters, letters_at, _ = self.bare_letters()
        codes = torch.cat(
            [
                anchor_codes(device).expand(n, -1, -1),
                background[:, None],
                element_codes(self.scenes),
                letters,
                torch.zeros(n, BLANKS, WIDTH, device=device),
            ],
            dim=1,
        )
        anywhere = torch.randint(ANCHORS, 90, codes.shape[:2], device=device)
        blank = torch.full((n, BLANKS), -1, device=device)
        anchors = torch.arange(ANCHORS, device=device).expand(n, -1)
        places = [anchors, self.background_at[:, None], self.ends, letters_at, blank]
        places = torch.cat(places, dim=1)
        counts = (places >= 0).float()
        many = torch.rand(n, 1, device=device) * (MOST_BLANKS - FEWEST_BLANKS) + FEWEST_BLANKS
        counts[:, -BLANKS:] = many / BLANKS
        return codes, torch.where(places >= 0, places, anywhere), counts


class SceneStream(IterableDataset[Batch]):
    """Endless batches from a seed. Workers get seeds of their own."""

    def __init__(self, stage: Stage, batch_size: int, seed: int) -> None:
        self.stage, self.batch_size, self.seed = stage, batch_size, seed

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        seed = self.seed * 1009 + (worker.id if worker else 0)
        rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
        reader = CaptionReader() if self.stage.captions else None
        while True:
            scenes = [make_scene(rng, self.stage.mix) for _ in range(POOL * self.batch_size)]
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
            words = iter([n + 1 for n, token in enumerate(ids) if token in self.words])
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
