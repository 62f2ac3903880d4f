"""The transformer: what each image depends on, and that leaving work out changes nothing."""

from __future__ import annotations

import pytest
import torch

from ideogram4.model.config import TransformerConfig
from ideogram4.model.transformer import Transformer

CONFIG = TransformerConfig(
    num_layers=3,
    num_attention_heads=2,
    attention_head_dim=16,
    intermediate_size=48,
    adaln_dim=24,
    llm_features_dim=40,
    in_channels=12,
    mrope_section=(4, 2, 2),
)
GRID = (3, 4)


@pytest.fixture(scope="module")
def model() -> Transformer:
    torch.manual_seed(0)
    model = Transformer(CONFIG).eval().requires_grad_(False)
    for name, p in model.named_parameters():
        if "norm" not in name:
            p.normal_(0, 0.3)
    return model


def latents(images: int = 1) -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(images, GRID[0] * GRID[1], CONFIG.in_channels)


def features(tokens: int = 7) -> torch.Tensor:
    torch.manual_seed(2)
    return torch.randn(tokens, CONFIG.llm_features_dim)


def test_parameter_names_are_those_of_the_published_files(model: Transformer) -> None:
    names = set(model.state_dict())
    assert {"layers.2.attention.qkv.weight", "final_layer.adaln_modulation.bias"} <= names
    assert {"t_embedding.mlp_in.weight", "embed_image_indicator.weight"} <= names
    # 14 outside the layers, 13 in each: 458 for the full model's 34 layers.
    assert len(names) == 16 + 13 * CONFIG.num_layers
    assert 16 + 13 * 34 == 458


def test_the_last_block_gives_the_same_image_rows_when_text_rows_are_left_out(
    model: Transformer,
) -> None:
    conditioning = model.prepare(features(), GRID, [0.3])
    lean = model(latents(), conditioning, 0)
    x = model.input_proj(latents()) + model.embed_image_indicator.weight[1]
    assert conditioning.text is not None
    x = torch.cat([conditioning.text, x], dim=1)
    for block, modulation in zip(model.layers, conditioning.modulations[0].blocks, strict=True):
        x = block(x, conditioning.rotary, modulation)
    full = model.final_layer(x[:, 7:], conditioning.modulations[0].final)
    torch.testing.assert_close(lean, full, rtol=1e-5, atol=1e-5)


def test_images_of_one_caption_do_not_see_each_other(model: Transformer) -> None:
    conditioning = model.prepare(features(), GRID, [0.3])
    together = model(latents(3), conditioning, 0)
    alone = torch.cat([model(latents(3)[n : n + 1], conditioning, 0) for n in range(3)])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-5)


def test_each_step_uses_its_own_time(model: Transformer) -> None:
    both = model.prepare(features(), GRID, [0.2, 0.9])
    second = model.prepare(features(), GRID, [0.9])
    torch.testing.assert_close(model(latents(), both, 1), model(latents(), second, 0))
    assert not torch.allclose(model(latents(), both, 0), model(latents(), both, 1))


def test_without_a_caption_nothing_of_the_text_path_is_used(model: Transformer) -> None:
    before = model(latents(), model.prepare(None, GRID, [0.5]), 0)
    weight = model.llm_cond_proj.weight.clone()
    model.llm_cond_proj.weight.fill_(float("nan"))
    after = model(latents(), model.prepare(None, GRID, [0.5]), 0)
    model.llm_cond_proj.weight.copy_(weight)
    torch.testing.assert_close(before, after)


def test_time_rounding_only_matters_below_float32(model: Transformer) -> None:
    exact = model.prepare(None, GRID, [0.123456], round_time=False)
    rounded = model.prepare(None, GRID, [0.123456], round_time=True)
    torch.testing.assert_close(model(latents(), exact, 0), model(latents(), rounded, 0))
    half = Transformer(CONFIG).bfloat16()
    half.load_state_dict(model.state_dict())
    exact = half.prepare(None, GRID, [0.123456], round_time=False)
    rounded = half.prepare(None, GRID, [0.123456], round_time=True)
    assert not torch.equal(exact.modulations[0].final, rounded.modulations[0].final)
