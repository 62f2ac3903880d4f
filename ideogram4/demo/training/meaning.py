"""What a caption says, as numbers: the bridge over which reader and painter are trained apart.

Some tokens of a caption *sum up* what went before: the first three say "here is the start", the one
before the list of elements the background, the one that closes an element that element. Each such
token has a code, a vector of `WIDTH` numbers, and so has each letter of a word to be drawn; every
other token's code is zero. The reader (text
encoder) learns to say the code at each token, the painter (transformer) learns to draw from codes
alone, which takes a dozen text rows instead of sixty. Then the two are joined: the painter's first
layer is multiplied by the reader's last, and they go on together on whole captions.

Only training knows about codes; a checkpoint holds nothing of them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ideogram4.demo.pictures.drawing import GLYPH_WIDTH, LETTER_PITCH, SceneBatch
from ideogram4.demo.pictures.scenes import LETTERS, MAX_ELEMENTS, MAX_LETTERS

ANCHORS = 3
TURNS = (1, 2, 4, 8)
BINS = 12
KIND_PLACES = 16  # room for two kinds more than `drawing.KINDS` has

_PARTS = {
    "anchor": ANCHORS,
    "background": 1,
    "background_colours": 6,
    "element": 1,
    "place": MAX_ELEMENTS,
    "edges": 4,
    "waves": 8 * len(TURNS),
    "rows": BINS,
    "columns": BINS,
    "size": 4,
    "colour": 3,
    "kind": KIND_PLACES,
    "count": MAX_LETTERS,
    "pitch": 2,
    "letter": 1,
    "index": MAX_LETTERS,
    "glyph": len(LETTERS),
}


def _slices() -> dict[str, slice]:
    slices, start = {}, 0
    for name, width in _PARTS.items():
        slices[name] = slice(start, start + width)
        start += width
    return slices


PART = _slices()
WIDTH = sum(_PARTS.values())


def anchor_codes(device: torch.device | str = "cpu") -> Tensor:
    """(ANCHORS, WIDTH): the first tokens of every caption, each known by its own number."""
    codes = torch.zeros(ANCHORS, WIDTH, device=device)
    codes[:, PART["anchor"]] = 3 * torch.eye(ANCHORS, device=device)
    return codes


def background_codes(scenes: SceneBatch) -> Tensor:
    """(n, WIDTH)"""
    codes = torch.zeros(len(scenes.kind), WIDTH, device=scenes.kind.device)
    codes[:, PART["background"]] = 2
    codes[:, PART["background_colours"]] = scenes.background.flatten(1)
    return codes


def element_codes(scenes: SceneBatch) -> Tensor:
    """(n, MAX_ELEMENTS, WIDTH); zero where there is no element."""
    n, device = len(scenes.kind), scenes.kind.device
    codes = torch.zeros(n, MAX_ELEMENTS, WIDTH, device=device)
    box = scenes.box
    codes[..., PART["element"]] = 2
    codes[..., PART["place"]] = 2 * torch.eye(MAX_ELEMENTS, device=device)
    codes[..., PART["edges"]] = 2 * box - 1
    turns = torch.tensor(TURNS, device=device) * torch.pi
    angle = box[..., None] * turns
    codes[..., PART["waves"]] = torch.cat([angle.sin(), angle.cos()], -1).flatten(-2)
    middle = (torch.arange(BINS, device=device) + 0.5) / BINS
    top, left, bottom, right = (edge[..., None] for edge in box.unbind(-1))
    sharp = 2.0 * BINS
    for name, low, high in (("rows", top, bottom), ("columns", left, right)):
        codes[..., PART[name]] = torch.sigmoid((middle - low) * sharp) * torch.sigmoid(
            (high - middle) * sharp
        )
    sides = torch.stack([box[..., 2] - box[..., 0], box[..., 3] - box[..., 1]], -1).clamp_min(0.02)
    codes[..., PART["size"]] = torch.cat([sides.log() + 1, 0.1 / sides], -1)
    codes[..., PART["colour"]] = scenes.colour
    kinds = torch.arange(KIND_PLACES, device=device)
    codes[..., PART["kind"]] = 1.5 * (scenes.kind[..., None] == kinds)
    count = (scenes.letters >= 0).sum(-1)
    numbers = torch.arange(1, MAX_LETTERS + 1, device=device)
    codes[..., PART["count"]] = 1.5 * (count[..., None] == numbers)
    pitch = letter_pitch(scenes).clamp_min(0.01)
    pitch = torch.stack([4 * pitch, 0.1 / pitch], -1)
    codes[..., PART["pitch"]] = pitch * (count > 0)[..., None]
    return codes * (scenes.kind >= 0)[..., None]


def letter_codes(scenes: SceneBatch) -> Tensor:
    """(n, MAX_ELEMENTS, MAX_LETTERS, WIDTH): whose letter, which in the word, what letter."""
    there, device = scenes.letters >= 0, scenes.kind.device
    codes = torch.zeros(*there.shape, WIDTH, device=device)
    codes[..., PART["letter"]] = 2
    codes[..., PART["place"]] = 2 * torch.eye(MAX_ELEMENTS, device=device)[:, None]
    codes[..., PART["index"]] = 2 * torch.eye(MAX_LETTERS, device=device)
    glyphs = torch.arange(len(LETTERS), device=device)
    codes[..., PART["glyph"]] = 2.0 * (scenes.letters[..., None] == glyphs)
    return codes * there[..., None]


def letter_pitch(scenes: SceneBatch) -> Tensor:
    """(n, MAX_ELEMENTS): from one letter's left edge to the next one's, as a share of the width."""
    columns = (scenes.letters >= 0).sum(-1) * LETTER_PITCH - 1
    return (scenes.box[..., 3] - scenes.box[..., 1]) * LETTER_PITCH / columns.clamp_min(1)


def letter_boxes(scenes: SceneBatch) -> Tensor:
    """(n, MAX_ELEMENTS, MAX_LETTERS, 4): each letter's own box, in 0..1."""
    pitch = letter_pitch(scenes)[..., None]
    left = scenes.box[..., 1:2] + pitch * torch.arange(MAX_LETTERS, device=pitch.device)
    top, bottom = (scenes.box[..., n, None].expand_as(left) for n in (0, 2))
    return torch.stack([top, left, bottom, left + pitch * GLYPH_WIDTH / LETTER_PITCH], -1)
