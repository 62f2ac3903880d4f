"""Patches and latent statistics."""

from __future__ import annotations

import torch

from ideogram4.sampling.layout import LatentScale, patch, unpatch


def test_channels_of_a_token_are_patch_row_patch_column_channel() -> None:
    tokens = torch.zeros(1, 6, 8)
    tokens[0, 4, 2 * 2 + 1] = (
        1.0  # token row 1 of 2, column 1 of 3; patch row 1, column 0, channel 1
    )
    latents = unpatch(tokens, 2, 3)
    assert latents.shape == (1, 2, 4, 6)
    assert latents.nonzero().tolist() == [[0, 1, 3, 2]]


def test_patch_undoes_unpatch() -> None:
    tokens = torch.randn(2, 15, 128)
    assert torch.equal(patch(unpatch(tokens, 3, 5)), tokens)


def test_an_untrained_batch_norm_says_nothing_and_the_published_constants_hold() -> None:
    scale = LatentScale.of_checkpoint(torch.zeros(128), torch.ones(128), 1e-4)
    assert scale.source == "published constants"
    assert torch.equal(scale.shift, LatentScale.published().shift)


def test_a_checkpoints_own_statistics_are_used_and_a_difference_is_told() -> None:
    published = LatentScale.published()
    same = LatentScale.of_checkpoint(published.shift, published.scale**2 - 1e-4, 1e-4)
    assert same.source == "checkpoint"
    other = LatentScale.of_checkpoint(torch.full((128,), 3.0), torch.full((128,), 4.0), 0.0)
    assert other.source.startswith("checkpoint (up to")
    assert torch.equal(other.to_raw(torch.ones(1, 1, 128)), torch.full((1, 1, 128), 5.0))
    assert torch.equal(other.to_standard(torch.full((1, 1, 128), 5.0)), torch.ones(1, 1, 128))
