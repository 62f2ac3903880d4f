"""One forward pass of each transformer, against diffusers and against the naive second opinion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ideogram4 import Ideogram4Pipeline
from ideogram4.model.build import load_transformer
from tests.parity import naive
from tests.parity import peer as asked
from tests.parity.checkpoints import (
    LONG_CAPTION,
    SHORT_CAPTION,
    CheckpointSize,
    build_transformer,
)
from tests.parity.compare import RELATIVE_LIMIT, relative_error

# (rows, columns) of image tokens: square, wide, tall, one row, one token.
GRIDS = ((16, 16), (12, 20), (30, 7), (1, 9), (1, 1))
TIMES = (naive.T_FIRST, 0.37, naive.T_LAST)
# Sections as in the full model, where rows and columns take less than half of the frequencies; and
# uneven ones, so that rows and columns cannot be swapped.
SECTIONS = {"mostly time": (8, 3, 2), "few columns": (10, 5, 1), "all shared": (6, 5, 5)}


def latents(rows: int, columns: int, seed: int = 5) -> Tensor:
    return torch.randn(rows * columns, 128, generator=torch.Generator().manual_seed(seed))


def conditional(
    pipe: Ideogram4Pipeline, features: Tensor, z: Tensor, t: float, grid: Any
) -> Tensor:
    model = pipe._networks.conditional
    with torch.inference_mode():
        return model(z[None], model.prepare(features, grid, [t]), 0)[0]


@pytest.mark.parametrize("t", TIMES)
@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_conditional_velocity(
    peer: Any, ours: Ideogram4Pipeline, grid: tuple[int, int], t: float
) -> None:
    z = latents(*grid)
    result = conditional(ours, ours.encode_text(LONG_CAPTION), z, t, grid)
    expected = asked.velocity(peer, LONG_CAPTION, z, t, *grid)
    assert relative_error(result, expected) <= RELATIVE_LIMIT


@pytest.mark.parametrize("t", TIMES)
@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_unconditional_velocity(
    peer: Any, ours: Ideogram4Pipeline, grid: tuple[int, int], t: float
) -> None:
    z = latents(*grid)
    model = ours._networks.unconditional
    assert model is not None
    with torch.inference_mode():
        result = model(z[None], model.prepare(None, grid, [t]), 0)[0]
    assert relative_error(result, asked.velocity(peer, None, z, t, *grid)) <= RELATIVE_LIMIT


def test_every_prepared_step_has_its_own_time(peer: Any, ours: Ideogram4Pipeline) -> None:
    grid, z = (5, 4), latents(5, 4)
    model = ours._networks.conditional
    with torch.inference_mode():
        prepared = model.prepare(ours.encode_text(SHORT_CAPTION), grid, TIMES)
        for step, t in enumerate(TIMES):
            expected = asked.velocity(peer, SHORT_CAPTION, z, t, *grid)
            assert relative_error(model(z[None], prepared, step)[0], expected) <= RELATIVE_LIMIT


@pytest.mark.parametrize("caption", [SHORT_CAPTION, LONG_CAPTION], ids=["short", "long"])
def test_the_naive_implementation_agrees_with_both(
    peer: Any, ours: Ideogram4Pipeline, caption: str
) -> None:
    grid, t = (6, 9), 0.61
    z = latents(*grid)
    features = asked.features(peer, caption)
    weights, config = peer.transformer.state_dict(), peer.transformer.config
    second = naive.velocity(weights, config, z, t, features, *grid)
    theirs = asked.velocity(peer, caption, z, t, *grid)
    assert relative_error(second, theirs) <= RELATIVE_LIMIT
    assert relative_error(conditional(ours, features, z, t, grid), second) <= RELATIVE_LIMIT


@pytest.mark.parametrize("sections", SECTIONS.values(), ids=SECTIONS.keys())
def test_rotary_sections(peer: Any, tmp_path: Path, sections: tuple[int, int, int]) -> None:
    """The frequencies' axes follow the configuration, whatever it shares out."""
    model = seeded_transformer(CheckpointSize(mrope_section=sections))
    assert_same_velocity(peer, model, tmp_path)


def test_the_constants_beside_the_norms(peer: Any, tmp_path: Path) -> None:
    """With signals of a hundredth the usual size, each norm's eps is most of what it divides by."""
    model = seeded_transformer(CheckpointSize())
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in ("input_proj.bias", "llm_cond_proj.bias"):
                parameter.zero_()
            elif name.endswith(("to_q.weight", "to_k.weight")):
                parameter.mul_(1e-3)
            elif not any(
                part in name
                for part in ("adaln", "t_emb", "llm_cond", "to_v", "w1", "w3", "norm1", "norm_")
            ):
                # Also the second norms' weights: they decide how small the sum stays.
                parameter.mul_(1e-2)
    assert_same_velocity(peer, model, tmp_path, features_scale=1e-4)


def seeded_transformer(size: CheckpointSize) -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return build_transformer(size, 2)


def assert_same_velocity(peer: Any, model: Any, folder: Path, features_scale: float = 1.0) -> None:
    """`model` saved to `folder` and loaded by us, against itself and the second opinion."""
    model.save_pretrained(folder)
    mine, _ = load_transformer(folder, torch.device("cpu"), torch.float32)
    grid, t = (9, 14), 0.2
    z, features = latents(*grid), asked.features(peer, SHORT_CAPTION) * features_scale
    with torch.inference_mode():
        result = mine(z[None], mine.prepare(features, grid, [t]), 0)[0]
    theirs = asked.velocity(
        peer, SHORT_CAPTION, z, t, *grid, model=model, features_scale=features_scale
    )
    second = naive.velocity(model.state_dict(), model.config, z, t, features, *grid)
    assert relative_error(second, theirs) <= RELATIVE_LIMIT
    assert relative_error(result, theirs) <= RELATIVE_LIMIT


def test_a_transposed_grid_is_another_picture(ours: Ideogram4Pipeline) -> None:
    """Guards the tests above: were positions ignored, all of them would still agree on a square."""
    z, features = latents(12, 20), ours.encode_text(SHORT_CAPTION)
    wide = conditional(ours, features, z, 0.5, (12, 20))
    tall = conditional(ours, features, z, 0.5, (20, 12))
    assert relative_error(tall, wide) > 10 * RELATIVE_LIMIT


def test_bfloat16_keeps_neighbouring_positions_apart(ours: Ideogram4Pipeline, folder: Any) -> None:
    """In bfloat16 positions from 65536 on are 512 apart: tables made in it would all be equal."""
    coarse = Ideogram4Pipeline.from_pretrained(folder, device="cpu", dtype=torch.bfloat16)
    tables = []
    for pipe in (ours, coarse):
        model = pipe._networks.conditional
        with torch.inference_mode():
            tables.append(model.prepare(None, (4, 5), [0.5]).rotary)
    fine, rounded = tables
    assert rounded.cos.dtype == torch.bfloat16
    for exact, cast in zip(fine, rounded, strict=True):
        assert torch.equal(cast, exact.to(torch.bfloat16))
