"""A fresh painter knows where its image tokens are, before any training."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ideogram4.demo.training import meaning
from ideogram4.demo.training.compass import FIRST_READING, FREE_AXIS
from ideogram4.demo.training.parts import Parts, make_painter
from ideogram4.model.rope import image_positions, rotary_tables, text_positions

ROWS, COLUMNS = 24, 24


def readings(parts: Parts, other_tokens: int) -> Tensor:
    """(ROWS * COLUMNS, features): what the first block's attention adds, over pure noise."""
    transformer = parts.trained["transformer"]
    codes = torch.zeros(1, meaning.ANCHORS + other_tokens, meaning.WIDTH)
    codes[0, : meaning.ANCHORS] = meaning.anchor_codes()
    codes[0, meaning.ANCHORS :] = torch.randn(other_tokens, meaning.WIDTH)
    text = parts.helpers["codes"](codes) + transformer.embed_image_indicator.weight[0]
    noise = torch.randn(1, ROWS * COLUMNS, 128)
    image = transformer.input_proj(noise) + transformer.embed_image_indicator.weight[1]
    positions = torch.cat([text_positions(text.shape[1]), image_positions(ROWS, COLUMNS)])
    rotary = rotary_tables(positions, transformer.config, torch.float32)
    block = transformer.layers[0]
    x = block.attention_norm1(torch.cat([text, image], dim=1))
    seen = block.attention(x, rotary, None, 0)[0, text.shape[1] :]
    return seen[:, FIRST_READING:FREE_AXIS]


@pytest.mark.parametrize("other_tokens", [5, 120])
@torch.no_grad()
def test_rows_and_columns_can_be_read_off_the_first_block(other_tokens: int) -> None:
    torch.manual_seed(0)
    features = readings(make_painter(), other_tokens)
    # The readings turn with the place: a little polynomial of them is enough to undo that.
    features = features / features.std()
    pairs = (features[:, :, None] * features[:, None]).flatten(1)
    features = torch.cat([torch.ones(len(features), 1), features, pairs], dim=1)
    place = image_positions(ROWS, COLUMNS)[:, 1:] - 65536
    train = torch.rand(len(place)) < 0.5
    solution = torch.linalg.lstsq(features[train], place[train], driver="gelsd").solution
    error = (features[~train] @ solution - place[~train]).abs().mean(0)
    assert (error < 0.75).all(), f"rows and columns off by {error.tolist()} tokens"


@torch.no_grad()
def test_without_the_compass_they_cannot() -> None:
    """The same reading of plain random weights: what the test above would say of no compass."""
    torch.manual_seed(0)
    parts = make_painter()
    torch.nn.init.normal_(parts.trained["transformer"].layers[0].attention.qkv.weight, 0, 1 / 16)
    features = readings(parts, 5)
    features = torch.cat([torch.ones(len(features), 1), features / features.std()], dim=1)
    place = image_positions(ROWS, COLUMNS)[:, 1:] - 65536
    train = torch.rand(len(place)) < 0.5
    solution = torch.linalg.lstsq(features[train], place[train]).solution
    error = (features[~train] @ solution - place[~train]).abs().mean(0)
    assert (error > 2).all()
