"""Quantised checkpoints that this project had no part in, and what their numbers stand for.

Three writers: diffusers and transformers with a `quantization_config`, bitsandbytes' own functions
called from a plain script, and a plain script for float8. `dequantised` turns any of them back into
an ordinary folder with the libraries' own decoders, so that a picture has an independent reference.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import bitsandbytes.functional as bnb
import pytest
import torch
from diffusers import BitsAndBytesConfig as DiffusersConfig
from diffusers import Ideogram4Transformer2DModel
from diffusers.quantizers.bitsandbytes.bnb_quantizer import BnB4BitDiffusersQuantizer
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import BitsAndBytesConfig as TransformersConfig
from transformers import Qwen3VLModel

TRANSFORMERS = ("transformer", "unconditional_transformer")
FILES = dict.fromkeys(TRANSFORMERS, "diffusion_pytorch_model.safetensors") | {
    "text_encoder": "model.safetensors"
}
NF4 = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}
TABLES = ("embed_image_indicator", "embed_tokens", "pos_embed")


def open_nf4_transformer(folder: Path, **config: Any) -> Ideogram4Transformer2DModel:
    """diffusers' transformer, packed as stored or while it loads, on the CPU.

    It asks for a card before it packs anything, though bitsandbytes needs none.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BnB4BitDiffusersQuantizer, "validate_environment", lambda *_, **__: None)
        return Ideogram4Transformer2DModel.from_pretrained(
            folder,
            device_map="cpu",
            torch_dtype=torch.float32,
            quantization_config=DiffusersConfig(
                **NF4, bnb_4bit_compute_dtype=torch.float32, **config
            ),
        )


def by_the_libraries(plain: Path, target: Path, **config: Any) -> Path:
    """nf4 as diffusers and transformers write it: split keys; `config` can nest the maxima."""
    shutil.copytree(plain, target)
    for part in TRANSFORMERS:
        shutil.rmtree(target / part)
        open_nf4_transformer(plain / part, **config).save_pretrained(target / part)
    shutil.rmtree(target / "text_encoder")
    text = Qwen3VLModel.from_pretrained(
        plain / "text_encoder",
        device_map="cpu",
        quantization_config=TransformersConfig(**NF4, **config),
    )
    text.save_pretrained(target / "text_encoder")
    return target


def by_script(plain: Path, target: Path, kind: str, **options: Any) -> Path:
    """nf4 or fp8 by a plain script: every matrix that is no embedding."""
    shutil.copytree(plain, target)
    pack = {"nf4": _nf4, "fp8": _fp8}[kind]
    for part, name in FILES.items():
        state = load_file(target / part / name)
        packed: dict[str, Tensor] = {}
        for key, value in state.items():
            is_linear = value.ndim == 2 and not any(table in key for table in TABLES)
            packed |= pack(key, value, **options) if is_linear else {key: value.bfloat16()}
        save_file({key: value.contiguous() for key, value in packed.items()}, target / part / name)
    return target


def _nf4(key: str, weight: Tensor, nested: bool = False) -> dict[str, Tensor]:
    codes, state = bnb.quantize_4bit(weight, quant_type="nf4", compress_statistics=nested)
    sides = state.as_dict(packed=True)
    return {key: codes} | {f"{key}.{side}": value for side, value in sides.items()}


def _fp8(
    key: str,
    weight: Tensor,
    scale: str = "row",
    suffix: str = "_scale",
    dtype: torch.dtype = torch.float8_e4m3fn,
    comfy: str | None = None,
) -> dict[str, Tensor]:
    limit = torch.finfo(dtype).max
    amax = weight.abs().amax() if scale == "one" else weight.abs().amax(dim=1, keepdim=True)
    values = amax / limit
    packed = {key: (weight / values).to(dtype)}
    name = key.removesuffix("weight") + suffix if suffix == "scale_weight" else key + suffix
    packed[name] = values.flatten() if scale == "row" else values
    if comfy is not None:
        note = json.dumps({"format": comfy}).encode()
        packed[key.removesuffix("weight") + "comfy_quant"] = torch.tensor(list(note)).byte()
    return packed


def dequantised(packed: Path, plain: Path, target: Path) -> Path:
    """The folder `packed` with ordinary float32 weights, decoded by the libraries.

    `plain` lends its configurations, which do not ask for packed weights.
    """
    shutil.copytree(plain, target)
    for part, name in FILES.items():
        state = load_file(packed / part / name)
        numbers = {}
        for key, value in state.items():
            if f"{key}.absmax" in state:
                numbers[key] = _decoded_nf4(key, state)
            elif value.dtype in (torch.float8_e4m3fn, torch.float8_e5m2):
                scales = [k for k in _scale_names(key) if k in state]
                numbers[key] = value.float() * state[scales[0]].float().reshape(-1, 1)
            elif ".weight." not in key and not _is_side(key, state):
                numbers[key] = value.float()
        save_file({k: v.contiguous() for k, v in numbers.items()}, target / part / name)
    return target


def _decoded_nf4(key: str, state: dict[str, Tensor]) -> Tensor:
    sides = {k[len(key) + 1 :]: v for k, v in state.items() if k.startswith(f"{key}.")}
    quant_state = bnb.QuantState.from_dict(sides, device="cpu")
    quant_state.dtype = torch.float32
    # A row a block: on a processor the library decodes other rows wrongly (0.50).
    shape = quant_state.shape
    quant_state.shape = torch.Size((shape.numel() // quant_state.blocksize, quant_state.blocksize))
    return bnb.dequantize_4bit(state[key], quant_state).view(shape)


def _scale_names(key: str) -> tuple[str, ...]:
    return (f"{key}_scale", f"{key}_scale_inv", key.removesuffix("weight") + "scale_weight")


def _is_side(key: str, state: dict[str, Tensor]) -> bool:
    owners = [k for k in state if k.endswith(".weight") and key in _scale_names(k)]
    return bool(owners) or key.endswith("comfy_quant")
