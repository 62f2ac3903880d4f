"""A start in which the first block already tells every image token where it is.

An image token can know its row and column in one way only: through the angle between its query and
the key of a text token whose place is fixed. Learning that from pictures takes a small model tens
of thousands of samples. So the first block's four heads start as a compass: each turns with one
rotary frequency (two of rows, two of columns) and looks at the caption's first three tokens, the
anchors, whose keys are set a third of a turn or a third of the grid apart. How the attention falls
on the three is a smooth, unambiguous reading of the place. All of it stays trainable.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ideogram4.demo.training.meaning import ANCHORS
from ideogram4.model.rope import IMAGE_POSITION_OFFSET
from ideogram4.model.transformer import Transformer

# Of each head: the rotary frequency's index, and the rows or columns at which its anchors peak. A
# slow turn spreads them over the largest grid (24); a fast one over one turn.
HEADS = ((4, (1.0, 11.5, 22.0)), (1, None), (5, (-6.0, 11.5, 29.0)), (2, None))
STEADY = 31  # a frequency that does not turn: chooses anchors over all other tokens
STRENGTH = 3.0
IMAGE_CONSTANT, TEXT_CONSTANT = 0, 1  # axes of the stream that say which kind of row this is
FIRST_READING = 2  # axes from here on take the readings, three a head
FREE_AXIS = FIRST_READING + ANCHORS * len(HEADS)


def start_of_code_projection(hidden: int, codes: int, last_axis: int) -> Tensor:
    """(hidden, codes): each number of a code on a direction of its own, clear of the axes above.

    The first ones are orthogonal, as many as there is room for; the others are at random.
    """
    weight, room = torch.zeros(hidden, codes), last_axis - FREE_AXIS
    directions = torch.randn(room, codes)
    directions[:, :room] = torch.linalg.qr(directions[:, :room])[0]
    weight[FREE_AXIS:last_axis] = directions / directions.norm(dim=0)
    return weight


def set_compass(model: Transformer, anchors: Tensor) -> None:
    """Set the first block's attention. `anchors` (ANCHORS, hidden): their text rows, orthogonal."""
    config = model.config
    attention = model.layers[0].attention
    hidden, head_dim = config.hidden_size, config.attention_head_dim
    half = head_dim // 2
    frequencies = config.rope_theta ** -(torch.arange(half, dtype=torch.float64) / half)
    with torch.no_grad():
        model.embed_image_indicator.weight[1, IMAGE_CONSTANT] = 8
        model.embed_image_indicator.weight[0, TEXT_CONSTANT] = 2
        query, key, value = attention.qkv.weight.view(3, len(HEADS), head_dim, hidden)
        for part in (query, key, value):
            part.mul_(0.05)
        attention.o.weight.mul_(0.1)
        directions = anchors / anchors.norm(dim=1, keepdim=True) ** 2
        for head, (index, peaks) in enumerate(HEADS):
            frequency = float(frequencies[index])
            peaks = peaks or tuple(k * 2 * torch.pi / frequency / 3 for k in range(3))
            query[head, index, IMAGE_CONSTANT] = 1
            query[head, STEADY, IMAGE_CONSTANT] = 1
            key[head, STEADY, TEXT_CONSTANT] = -1
            key[head, STEADY, IMAGE_CONSTANT] = -1
            for anchor, peak in enumerate(peaks):
                phase = torch.tensor(frequency * (IMAGE_POSITION_OFFSET + peak - anchor))
                key[head, index] += STRENGTH * phase.cos() * directions[anchor]
                key[head, index + half] += STRENGTH * phase.sin() * directions[anchor]
                key[head, STEADY] += 2 * STRENGTH * directions[anchor]
                value[head, anchor] = 4 * directions[anchor]
                attention.o.weight[FIRST_READING + ANCHORS * head + anchor].zero_()
                attention.o.weight[
                    FIRST_READING + ANCHORS * head + anchor, head * head_dim + anchor
                ] = 1
