"""The loader's plan at the published size, from headers alone: tensor counts, shapes, bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4.errors import TensorMismatchError
from ideogram4.model.config import FULL_MODEL_TAPS, TransformerConfig
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.transformer import Transformer
from ideogram4.quant import format_name
from ideogram4.quant.packing import PACKERS
from ideogram4.weights.assemble import plan_load
from ideogram4.weights.keys import text_encoder_keys, transformer_keys
from tests.weights import full_size

FILE = "diffusion_pytorch_model.safetensors"
KINDS = ("plain", "nf4", "fp8")
TENSORS = {"plain": 458, "nf4": 458 + 3 * 211, "fp8": 669}
# Gigabytes on disk, as published.
TRANSFORMER_GB = {"plain": 18.56, "nf4": 5.22, "fp8": 9.29}


def header(kind: str, keys: str = "fused") -> full_size.Header:
    plain = full_size.transformer()
    plain = full_size.split(plain) if keys == "split" else plain
    return plain if kind == "plain" else full_size.packed(plain, kind)


@pytest.fixture(scope="module")
def transformer() -> Any:
    config = {k: v for k, v in full_size.TRANSFORMER_CONFIG.items() if k != "mrope_section"}
    with torch.device("meta"):
        return Transformer(TransformerConfig(**config))  # type: ignore[arg-type]


def test_the_module_has_the_published_parameters(transformer: Any) -> None:
    shapes = {name: tuple(value.shape) for name, value in transformer.state_dict().items()}
    assert shapes == {name: shape for name, (_, shape) in full_size.transformer().items()}
    assert sum(value.numel() for value in transformer.parameters()) == 9_279_288_448


@pytest.mark.parametrize("keys", ["fused", "split"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_tensor_of_a_published_transformer_has_its_place(
    transformer: Any, tmp_path: Path, kind: str, keys: str
) -> None:
    tensors = header(kind, keys)
    if keys == "fused":
        assert len(tensors) == TENSORS[kind]
    nbytes = full_size.write(tmp_path / FILE, tensors)
    assert nbytes / 1e9 == pytest.approx(TRANSFORMER_GB[kind], abs=0.005)
    plan = plan_load(transformer, tmp_path, rename=transformer_keys)
    assert plan.quant_format.name == kind == format_name(plan.checkpoint.tensors)
    assert {step.target for step in plan.steps} == transformer.state_dict().keys()
    assert plan.nbytes == nbytes


@pytest.mark.parametrize("kind", KINDS)
def test_one_wrong_tensor_among_all_is_named_before_a_byte_is_read(
    transformer: Any, tmp_path: Path, kind: str
) -> None:
    tensors = header(kind)
    for name in [name for name in tensors if name.startswith("layers.33.feed_forward.w2.weight")]:
        del tensors[name]
    tensors["layers.12.attention.norm_q.weight"] = ("BF16", (128,))
    tensors["layers.34.attention_norm1.weight"] = ("BF16", (full_size.HIDDEN,))
    full_size.write(tmp_path / FILE, tensors)
    with pytest.raises(TensorMismatchError) as refusal:
        plan_load(transformer, tmp_path, rename=transformer_keys)
    for told in (
        "missing (1)",
        "layers.33.feed_forward.w2.weight",
        "misshaped (1)",
        "layers.12.attention.norm_q.weight",
        "extra (1)",
        "layers.34.attention_norm1.weight",
    ):
        assert told in refusal.value.message


@pytest.mark.parametrize("kind", KINDS)
def test_every_tensor_of_the_text_encoder_has_its_place(tmp_path: Path, kind: str) -> None:
    from ideogram4.model.library import transformers

    config = transformers().Qwen3VLTextConfig(
        vocab_size=full_size.VOCABULARY,
        hidden_size=full_size.TEXT_HIDDEN,
        intermediate_size=full_size.TEXT_FFN,
        num_hidden_layers=full_size.TEXT_LAYERS,
        num_attention_heads=32,
        num_key_value_heads=8,
        head_dim=128,
    )
    with torch.device("meta"):
        encoder = TextEncoder(config, FULL_MODEL_TAPS)
    plain = full_size.language_model()
    tensors = plain if kind == "plain" else full_size.packed(plain, kind)
    full_size.write(tmp_path / "model.safetensors", tensors)

    def without_norm(names: Any) -> Any:  # the pipeline leaves the last norm out
        return text_encoder_keys([name for name in names if name != "language_model.norm.weight"])

    plan = plan_load(encoder.language_model, tmp_path, rename=without_norm)
    assert plan.quant_format.name == kind
    assert {step.target for step in plan.steps} == encoder.language_model.state_dict().keys()


@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_quantize_would_write_exactly_these_tensors(kind: str) -> None:
    planned: full_size.Header = {}
    for name, (dtype, shape) in full_size.transformer().items():
        is_linear = len(shape) == 2 and not name.endswith(full_size.NOT_LINEAR)
        if is_linear:
            parts = PACKERS[kind].plan(name, (shape[0], shape[1]))
            planned |= {part: (plan.dtype, plan.shape) for part, plan in parts.items()}
        else:
            planned[name] = (dtype, shape)
    assert planned == header(kind)
