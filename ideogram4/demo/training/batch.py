"""A batch of scenes as tensors, and what can be asked of it: pictures, codes, edges, letters."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ideogram4.demo.pictures.drawing import SceneBatch
from ideogram4.demo.pictures.scenes import MAX_ELEMENTS
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

# Most rows of a real caption sum up nothing. Three blank rows stand for all of them: each weighs in
# attention as much as many.
BLANKS = 3
FEWEST_BLANKS, MOST_BLANKS = 10, 90
# A batch has rows for none, 14 or 28 letters a sample: few shapes to compile for.
LETTER_ROWS, MOST_LETTER_ROWS = 14, 28


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
