"""The model at its published size, or a tiny one, with random weights in each format.

Values come from one seeded tile laid over every tensor, so that a tensor is the same on whatever
device it is made, which makes results comparable across memory plans. They are normal numbers, not
zeros: a card multiplies zeros faster. What it is not: the gated weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ideogram4.memory.choose import Appraisal
from ideogram4.memory.sizes import ModelSizes, TextEncoderSizes, TransformerSizes
from ideogram4.model.autoencoder import Autoencoder
from ideogram4.model.build import Networks
from ideogram4.model.config import FULL_MODEL_TAPS, AutoencoderConfig, TransformerConfig
from ideogram4.model.library import transformers
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.transformer import Transformer
from ideogram4.quant.fp8_linear import Fp8Linear
from ideogram4.quant.linear import PackedLinear
from ideogram4.quant.nf4_linear import Nf4Linear, standard_code

FORMATS = ("plain", "nf4", "fp8")
TILE = 1 << 24


@dataclass(frozen=True)
class ModelShape:
    """Everything that decides the sizes of a model."""

    transformer: TransformerConfig
    text: dict[str, Any]
    taps: tuple[int, ...]
    autoencoder: AutoencoderConfig
    dtype: torch.dtype = torch.bfloat16


FULL = ModelShape(
    TransformerConfig(
        num_layers=34,
        num_attention_heads=18,
        attention_head_dim=256,
        intermediate_size=12288,
        adaln_dim=512,
        llm_features_dim=4096 * len(FULL_MODEL_TAPS),
    ),
    {
        "vocab_size": 151_936,
        "hidden_size": 4096,
        "intermediate_size": 12288,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
    },
    FULL_MODEL_TAPS,
    AutoencoderConfig(),
)
TINY = ModelShape(
    TransformerConfig(
        num_layers=3,
        num_attention_heads=2,
        attention_head_dim=64,
        intermediate_size=192,
        adaln_dim=64,
        llm_features_dim=64 * 2,
        mrope_section=(12, 10, 10),
    ),
    {
        "vocab_size": 151_936,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 32,
    },
    (0, 2),
    AutoencoderConfig(block_out_channels=(16, 16, 24, 32), norm_num_groups=8),
    torch.float32,
)


class Filler:
    """Lays a seeded tile of normal numbers over tensors, on one device."""

    def __init__(self, device: torch.device) -> None:
        generator = torch.Generator().manual_seed(0)
        numbers = torch.randn(TILE, generator=generator)
        self.device = device
        self._normal = numbers.to(device)
        self._codes = (numbers * 64).clamp(-448, 448).to(torch.float8_e4m3fn).view(torch.uint8)
        self._codes = self._codes.to(device)
        self._at = 0

    def normal(self, tensor: Tensor, deviation: float) -> None:
        """Normal numbers of that standard deviation."""
        self._lay(tensor, self._normal)
        tensor.mul_(deviation)

    def codes(self, tensor: Tensor) -> None:
        """Bytes that are float8 numbers of standard deviation 64, or any pairs of nf4 codes."""
        self._lay(tensor, self._codes)

    def _lay(self, tensor: Tensor, tile: Tensor) -> None:
        flat = tensor.view(-1)
        self._at = (self._at + 1_000_003) % (TILE // 2)
        start = self._at
        for first in range(0, flat.numel(), TILE // 2):
            part = flat[first : first + TILE // 2]
            part.copy_(tile[start : start + part.numel()])


def build(shape: ModelShape, weight_format: str, home: torch.device, device: Any) -> Networks:
    """All networks with weights on `home`, but the autoencoder on `device`."""
    filler = Filler(home)

    def text() -> TextEncoder:
        rope = {
            "rope_type": "default",
            "rope_theta": 5_000_000.0,
            "mrope_interleaved": True,
            "mrope_section": [24, 20, 20],
        }
        if shape.text["head_dim"] < 128:
            rope["mrope_section"] = [8, 4, 4]
        config = transformers().Qwen3VLTextConfig(**shape.text, rope_parameters=rope)
        return TextEncoder(config, shape.taps)

    def made(make: Callable[[], nn.Module], packed: str = weight_format) -> Any:
        return _filled(make, packed, filler, shape.dtype)

    encoder = made(text)
    encoder.restore_rotary(home)
    conditional, unconditional = (made(lambda: Transformer(shape.transformer)) for _ in range(2))
    autoencoder = made(lambda: Autoencoder(shape.autoencoder), "plain")
    autoencoder.bn.reset(home)
    return Networks(encoder, conditional, unconditional, autoencoder.to(device), weight_format)


def _filled(
    make: Callable[[], nn.Module], weight_format: str, filler: Filler, dtype: torch.dtype
) -> nn.Module:
    with torch.device("meta"):
        module = make()
    if weight_format != "plain":
        _pack_linears(module, weight_format, filler, dtype)
    for name, parameter in list(module.named_parameters()):
        if not parameter.is_meta:
            continue
        filled = torch.empty(parameter.shape, dtype=dtype, device=filler.device)
        if parameter.dim() > 1:
            filler.normal(filled, parameter[0].numel() ** -0.5)
        else:
            filled.fill_(0.5)
        path, _, leaf = name.rpartition(".")
        setattr(module.get_submodule(path), leaf, nn.Parameter(filled, requires_grad=False))
    return module.eval()


def _pack_linears(
    module: nn.Module, weight_format: str, filler: Filler, dtype: torch.dtype
) -> None:
    for name, layer in list(module.named_modules()):
        if not isinstance(layer, nn.Linear):
            continue
        deviation = layer.in_features**-0.5
        packed: PackedLinear
        options: Any = {
            "bias": layer.bias is not None,
            "device": filler.device,
            "dtype": dtype,
        }
        if weight_format == "nf4":
            packed = Nf4Linear(layer.in_features, layer.out_features, **options)
            packed.absmax.data.fill_(2 * deviation)
            packed.code.data.copy_(standard_code())
        else:
            packed = Fp8Linear(layer.in_features, layer.out_features, **options)
            packed.scale.data.fill_(deviation / 64)
        filler.codes(packed.weight.data)
        if packed.bias is not None:
            packed.bias.data.fill_(0.5)
        above, _, leaf = name.rpartition(".")
        setattr(module.get_submodule(above), leaf, packed)


def weigh(shape: ModelShape, networks: Networks) -> Appraisal:
    """What `ideogram4.memory` would read from the headers of such a model."""

    def size(module: nn.Module) -> int:
        return sum(p.numel() * p.element_size() for p in module.parameters())

    def transformer(model: Transformer) -> TransformerSizes:
        modulation = [size(block.adaln_modulation) for block in model.layers]
        blocks = [size(block) - m for block, m in zip(model.layers, modulation, strict=True)]
        time = size(model.t_embedding) + size(model.adaln_proj) + sum(modulation)
        time += size(model.final_layer.adaln_modulation)
        text = size(model.llm_cond_norm) + size(model.llm_cond_proj)
        return TransformerSizes(tuple(blocks), text, time, size(model) - sum(blocks) - time - text)

    language = networks.text_encoder.language_model
    layers = tuple(size(layer) for layer in language.layers)
    table = size(language.embed_tokens)
    assert networks.unconditional is not None
    sizes = ModelSizes(
        TextEncoderSizes(layers, table, size(language) - sum(layers) - table),
        transformer(networks.conditional),
        transformer(networks.unconditional),
        size(networks.autoencoder),
    )
    return Appraisal(
        sizes,
        shape.transformer,
        shape.autoencoder,
        shape.dtype.itemsize,
        networks.weight_format != "plain",
    )
