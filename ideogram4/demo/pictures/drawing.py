"""Draws batches of scenes at any set of points, by signed distances, on CPU or GPU.

Training looks at a few tokens of each picture, so colour is computed for the asked points only.
Distances are in pixels; coverage falls from 1 to 0 over one pixel at the edge, so edges are smooth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ideogram4.demo.pictures.font import GLYPH_HEIGHT, GLYPH_WIDTH, glyph_table, letter_index
from ideogram4.demo.pictures.scenes import MAX_ELEMENTS, MAX_LETTERS, SHAPES, TEXT_SHAPE, Scene

KINDS = (*SHAPES, TEXT_SHAPE)
TEXT_KIND = len(SHAPES)
LETTER_PITCH = GLYPH_WIDTH + 1
RUN = 256  # points that lie together, a token of 16 x 16: elements far from it are passed over
REACH = 6  # pixels beyond its box that an element may still tint: steep tips are soft


@dataclass(frozen=True)
class SceneBatch:
    """Scenes as tensors; E is `MAX_ELEMENTS`, kind -1 marks an empty place."""

    kind: Tensor  # (n, E) long
    box: Tensor  # (n, E, 4) y_min, x_min, y_max, x_max in 0..1
    colour: Tensor  # (n, E, 3) in -1..1
    letters: Tensor  # (n, E, MAX_LETTERS) long, -1 behind the end
    background: Tensor  # (n, 2, 3) top and bottom, in -1..1

    def to(self, device: torch.device | str) -> SceneBatch:
        return SceneBatch(*(getattr(self, f).to(device) for f in self.__dataclass_fields__))

    def part(self, start: int, stop: int) -> SceneBatch:
        return SceneBatch(*(getattr(self, f)[start:stop] for f in self.__dataclass_fields__))


def pack(scenes: Sequence[Scene]) -> SceneBatch:
    """Put scenes side by side as tensors."""
    n = len(scenes)
    kind = torch.full((n, MAX_ELEMENTS), -1)
    box = torch.zeros(n, MAX_ELEMENTS, 4)
    colour = torch.zeros(n, MAX_ELEMENTS, 3)
    letters = torch.full((n, MAX_ELEMENTS, MAX_LETTERS), -1)
    background = torch.zeros(n, 2, 3)
    for i, scene in enumerate(scenes):
        background[i, 0] = torch.tensor(scene.background)
        background[i, 1] = torch.tensor(scene.background_to or scene.background)
        for j, element in enumerate(scene.elements):
            kind[i, j] = KINDS.index(element.shape)
            box[i, j] = torch.tensor(element.box) / 1000
            colour[i, j] = torch.tensor(element.colour)
            for k, letter in enumerate(element.text[:MAX_LETTERS]):
                letters[i, j, k] = letter_index(letter)
    return SceneBatch(kind, box, colour / 127.5 - 1, letters, background / 127.5 - 1)


def draw_points(batch: SceneBatch, x: Tensor, y: Tensor, size: Tensor) -> Tensor:
    """Colours (n, points, 3) in -1..1 at x, y (n, points) pixels; size (n, 2): height, width."""
    n, points = x.shape
    run = points if points % RUN else RUN
    x, y = x.unflatten(1, (-1, run)), y.unflatten(1, (-1, run))
    share = (y / size[:, :1, None])[:, :, None]
    top, bottom = batch.background[..., None, :, None].unbind(1)
    colour = top + (bottom - top) * share  # (n, runs, 3, run)
    pairs = _touching(batch, x, y, size)
    cover = _cover(batch, pairs, x, y, size)
    for e in range(MAX_ELEMENTS):
        mine = pairs[:, 1] == e
        sample, _, at = pairs[mine].unbind(1)
        under = colour[sample, at]
        over = batch.colour[sample, e, :, None]
        colour[sample, at] = under + cover[mine, None] * (over - under)
    return colour.transpose(2, 3).reshape(n, points, 3)


def _touching(batch: SceneBatch, x: Tensor, y: Tensor, size: Tensor) -> Tensor:
    """(pairs, 3): sample, element and run of points, where an element's box reaches the run."""
    top, left, bottom, right = (batch.box * size.repeat(1, 2)[:, None])[..., None].unbind(-2)
    reached = (
        (batch.kind >= 0)[..., None]
        & (y.amax(-1)[:, None] > top - REACH)
        & (y.amin(-1)[:, None] < bottom + REACH)
        & (x.amax(-1)[:, None] > left - REACH)
        & (x.amin(-1)[:, None] < right + REACH)
    )
    return reached.nonzero()


def _cover(batch: SceneBatch, pairs: Tensor, x: Tensor, y: Tensor, size: Tensor) -> Tensor:
    """(pairs, run): how much of each point the pair's element covers."""
    n, e, at = pairs.unbind(1)
    kinds = batch.kind[n, e]
    cover = torch.empty(len(pairs), x.shape[-1], device=x.device)
    for index, name in enumerate(KINDS):
        mine = (kinds == index).nonzero().squeeze(1)
        if not len(mine):
            continue
        sample, element, place = n[mine], e[mine], at[mine]
        scale = size[sample].repeat(1, 2)
        top, left, bottom, right = (batch.box[sample, element] * scale)[..., None].unbind(1)
        half_h, half_w = (bottom - top) / 2, (right - left) / 2
        dx, dy = x[sample, place] - (left + right) / 2, y[sample, place] - (top + bottom) / 2
        if name == TEXT_SHAPE:
            cover[mine] = _text(dx, dy, half_w, half_h, batch.letters[sample, element])
        else:
            cover[mine] = (0.5 - DISTANCES[name](dx, dy, half_w, half_h)).clamp(0, 1)
    return cover


def draw_pictures(batch: SceneBatch, height: int, width: int) -> Tensor:
    """Whole pictures (n, 3, height, width) in -1..1."""
    n, device = batch.kind.shape[0], batch.box.device
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    size = torch.tensor([[height, width]], dtype=torch.float32, device=device).expand(n, 2)
    points = (p.reshape(1, -1).expand(n, -1).to(device) for p in (x, y))
    colour = draw_points(batch, *points, size)
    return colour.transpose(1, 2).reshape(n, 3, height, width)


def _rectangle(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    return torch.maximum(x.abs() - w, y.abs() - h)


def _ellipse(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    near = ((x / w) ** 2 + (y / h) ** 2).sqrt()
    slope = ((x / w**2) ** 2 + (y / h**2) ** 2).sqrt().clamp_min(1e-6)
    return near * (near - 1) / slope


def _triangle(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    side = (x.abs() * 2 * h - w * (y + h)) / (4 * h**2 + w**2).sqrt()
    return torch.maximum(side, y - h)


def _diamond(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    return (x.abs() / w + y.abs() / h - 1) * w * h / (w**2 + h**2).sqrt()


def _rounded(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    radius = 0.45 * torch.minimum(w, h)
    qx, qy = x.abs() - w + radius, y.abs() - h + radius
    outside = (qx.clamp_min(0) ** 2 + qy.clamp_min(0) ** 2).sqrt()
    return outside + torch.maximum(qx, qy).clamp_max(0) - radius


def _ring(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    return torch.maximum(_ellipse(x, y, w, h), -_ellipse(x, y, 0.55 * w, 0.55 * h))


def _cross(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    return torch.minimum(_rectangle(x, y, w / 3, h), _rectangle(x, y, w, h / 3))


def _star(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    """Five points: fold the plane into one tenth and take the distance to its edge line."""
    # A regular star is narrower than high is deep: its box is 1.902 x 1.809 of its radius.
    u, v = x / w * 0.951, (y / h) * 0.9045 - 0.0955
    angle = torch.atan2(u, -v)
    tenth = torch.pi / 5
    angle = (angle.abs() % (2 * tenth) - tenth).abs()
    radius = (u**2 + v**2).sqrt()
    # In the folded wedge the tip lies at angle `tenth`, the notch (radius 0.382) at angle 0.
    px, py = radius * torch.cos(angle), radius * torch.sin(angle)
    tip_x, tip_y = 0.80902, 0.58779
    edge_x, edge_y = tip_x - 0.38197, tip_y
    length = (edge_x**2 + edge_y**2) ** 0.5
    distance = ((px - 0.38197) * edge_y - py * edge_x) / length
    return distance * torch.minimum(w, h)


def _house(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    walls = _rectangle(x, y - 0.45 * h, 0.8 * w, 0.55 * h)
    return torch.minimum(walls, _triangle(x, y + 0.5 * h, w, 0.5 * h))


def _tree(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    trunk = _rectangle(x, y - 0.6 * h, 0.2 * w, 0.4 * h)
    return torch.minimum(_triangle(x, y + 0.25 * h, w, 0.75 * h), trunk)


def _mountain(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    """A high peak on the left before a lower one on the right."""
    high = _triangle(x + 0.35 * w, y, 0.65 * w, h)
    return torch.minimum(high, _triangle(x - 0.5 * w, y - 0.3 * h, 0.5 * w, 0.7 * h))


def _heart(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    lobes = _ellipse(x.abs() - 0.5 * w, y + 0.5 * h, 0.5 * w, 0.5 * h)
    # The tip's sides leave the lobes where these turn downwards, so no corner shows.
    tip = _triangle(x, -(y - 0.29 * h), 0.99 * w, 0.71 * h)
    return torch.minimum(lobes, tip)


def _sun(x: Tensor, y: Tensor, w: Tensor, h: Tensor) -> Tensor:
    """A disc with twelve rays."""
    u, v = x / w, y / h
    radius = (u**2 + v**2).sqrt()
    ray = (torch.atan2(v, u) * 12 / torch.pi % 2 - 1).abs()
    return (radius - 0.7 - 0.3 * (2 * ray - 1).clamp_min(0)) * torch.minimum(w, h) * 0.6


DISTANCES: dict[str, Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]] = {
    "rectangle": _rectangle,
    "circle": _ellipse,
    "triangle": _triangle,
    "diamond": _diamond,
    "rounded rectangle": _rounded,
    "ring": _ring,
    "cross": _cross,
    "star": _star,
    "heart": _heart,
    "sun": _sun,
    "house": _house,
    "tree": _tree,
    "mountain": _mountain,
}


def _text(x: Tensor, y: Tensor, w: Tensor, h: Tensor, letters: Tensor) -> Tensor:
    """Coverage of block letters that fill the box, by looking the point up in the font's grid."""
    count = (letters >= 0).sum(-1, keepdim=True)
    columns = (count * LETTER_PITCH - 1).clamp_min(1)
    column = torch.floor((x / w + 1) / 2 * columns).long()
    row = torch.floor((y / h + 1) / 2 * GLYPH_HEIGHT).long()
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < GLYPH_HEIGHT)
    column, row = column.clamp_min(0), row.clamp(0, GLYPH_HEIGHT - 1)
    place = (column // LETTER_PITCH).clamp(max=letters.shape[-1] - 1)
    letter = letters.gather(1, place).clamp_min(0)
    ink = glyph_table().to(x.device)[letter, row, column % LETTER_PITCH]
    return ink * inside
