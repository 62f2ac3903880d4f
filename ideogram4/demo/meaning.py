"""What a caption says, as numbers: the bridge over which reader and painter are trained apart.

Some tokens of a caption *sum up* what went before: the first three say "here is the start", the one
before the list of elements the background, the one that closes an element that element. Each such
token has a code, a vector of `WIDTH` numbers; every other token's code is zero. The reader (text
encoder) learns to say the code at each token, the painter (transformer) learns to draw from codes
alone, which takes a dozen text rows instead of sixty. Then the two are joined: the painter's first
layer is multiplied by the reader's last, and they go on together on whole captions.

Only training knows about codes; a checkpoint holds nothing of them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ideogram4.demo.drawing import SceneBatch
from ideogram4.demo.scenes import MAX_ELEMENTS

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
    return codes * (scenes.kind >= 0)[..., None]
