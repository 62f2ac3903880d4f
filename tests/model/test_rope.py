"""Rotary positions: which axis a frequency listens to, and that far positions stay apart."""

from __future__ import annotations

import torch

from ideogram4.model.config import TransformerConfig
from ideogram4.model.rope import (
    frequency_axes,
    image_positions,
    rotary_tables,
    rotate,
    text_positions,
)

FULL_SECTIONS = (24, 20, 20)


def config(**changes: object) -> TransformerConfig:
    sizes: dict[str, object] = {
        "num_layers": 1,
        "num_attention_heads": 1,
        "attention_head_dim": 256,
        "intermediate_size": 8,
        "adaln_dim": 8,
        "llm_features_dim": 8,
    }
    return TransformerConfig(**(sizes | changes))  # type: ignore[arg-type]


def test_frequencies_are_dealt_out_in_turn_until_the_sections_are_full() -> None:
    axes = frequency_axes(128, FULL_SECTIONS)
    assert axes[:6].tolist() == [0, 1, 2, 0, 1, 2]
    assert [(axes == axis).sum().item() for axis in range(3)] == [128 - 40, 20, 20]
    assert axes[60:].eq(0).all(), "behind the sections every frequency belongs to time"


def test_text_stands_on_the_diagonal_and_images_at_their_row_and_column() -> None:
    assert text_positions(3).tolist() == [[0, 0, 0], [1, 1, 1], [2, 2, 2]]
    grid = image_positions(2, 3)
    assert grid[0].tolist() == [65536, 65536, 65536]
    assert grid[5].tolist() == [65536, 65536 + 1, 65536 + 2]


def test_neighbours_near_65536_are_told_apart_even_when_the_tables_are_bfloat16() -> None:
    tables = rotary_tables(image_positions(4, 4), config(), torch.bfloat16)
    rows = tables.cos[0, 0].float()
    gaps = [(rows[n] - rows[n + 1]).abs().max().item() for n in range(3)]
    assert min(gaps) > 0.1


def test_only_the_difference_of_two_positions_matters() -> None:
    torch.manual_seed(0)
    q, k = torch.randn(1, 1, 1, 256), torch.randn(1, 1, 1, 256)

    def product(first: list[float], second: list[float]) -> float:
        tables = rotary_tables(torch.tensor([first, second]), config(), torch.float32)
        both = rotate(torch.cat([q, k], dim=2), tables)
        return float((both[0, 0, 0] * both[0, 0, 1]).sum())

    near = product([3.0, 5.0, 2.0], [1.0, 9.0, 4.0])
    far = product([103.0, 105.0, 102.0], [101.0, 109.0, 104.0])
    assert abs(near - far) < 1e-2
    assert abs(near - product([3.0, 6.0, 2.0], [1.0, 9.0, 4.0])) > 1e-2


def test_bfloat16_frequencies_are_an_option_that_changes_the_angles() -> None:
    positions = image_positions(2, 2)
    exact = rotary_tables(positions, config(), torch.float32)
    rounded = rotary_tables(positions, config(), torch.float32, "bfloat16")
    assert not torch.allclose(exact.cos, rounded.cos, atol=1e-2)
