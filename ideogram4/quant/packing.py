"""Make packed weights of plain ones, as the published checkpoints store them.

A `Packer` says for a weight of some shape which tensors will stand for it, and makes them. `nf4`
is made by bitsandbytes itself; float8 is `weight / scale` with `scale = row maximum / 448`.
Packing what was unpacked gives the same numbers again. It is neither a reader nor a writer of
files (`ideogram4.weights.quantize`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ideogram4.quant.fp8_linear import LARGEST
from ideogram4.quant.library import bitsandbytes
from ideogram4.quant.nf4 import STATE
from ideogram4.quant.nf4_linear import BLOCK

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class TensorPlan:
    """What a tensor in a file will be: safetensors' name of its type, and its shape."""

    dtype: str
    shape: tuple[int, ...]


class Packer(Protocol):
    """One format to pack into. Names of tensors are made of the weight's own name."""

    @property
    def name(self) -> str:
        """As of `QuantFormat`."""

    def plan(self, name: str, shape: tuple[int, int]) -> Mapping[str, TensorPlan]:
        """The tensors that will stand for the weight `name` (..."weight")."""

    def pack(self, name: str, weight: torch.Tensor) -> Mapping[str, torch.Tensor]:
        """Make them. weight: (out, in), any floating type, on the CPU or a card."""

    def transformer_config(self, keys: str) -> Mapping[str, Any]:
        """What to add to a transformer's config.json; `keys` is "fused" or "split"."""

    def text_encoder_config(self) -> Mapping[str, Any]:
        """What to add to the text encoder's config.json."""


@dataclass(frozen=True)
class Nf4Packer:
    """bitsandbytes nf4, blocks of 64, maxima in float32 (no double quantisation)."""

    name: str = "nf4"

    def plan(self, name: str, shape: tuple[int, int]) -> Mapping[str, TensorPlan]:
        numbers = shape[0] * shape[1]
        return {
            name: TensorPlan("U8", ((numbers + 1) // 2, 1)),
            f"{name}.absmax": TensorPlan("F32", (-(-numbers // BLOCK),)),
            f"{name}.quant_map": TensorPlan("F32", (16,)),
            f"{name}.{STATE}": TensorPlan("U8", (len(_state(shape)),)),
        }

    def pack(self, name: str, weight: torch.Tensor) -> Mapping[str, torch.Tensor]:
        import torch

        functional = bitsandbytes().functional
        codes, state = functional.quantize_4bit(
            weight.contiguous(), blocksize=BLOCK, quant_type="nf4"
        )
        text = _state((weight.shape[0], weight.shape[1]))
        return {
            name: codes.cpu(),
            f"{name}.absmax": state.absmax.cpu(),
            f"{name}.quant_map": state.code.cpu(),
            f"{name}.{STATE}": torch.tensor(list(text), dtype=torch.uint8),
        }

    def transformer_config(self, keys: str) -> Mapping[str, Any]:
        return {"quantization_config": _BITSANDBYTES}

    def text_encoder_config(self) -> Mapping[str, Any]:
        return {"quantization_config": _BITSANDBYTES}


@dataclass(frozen=True)
class Fp8Packer:
    """float8 e4m3, one float32 scale a row."""

    name: str = "fp8"

    def plan(self, name: str, shape: tuple[int, int]) -> Mapping[str, TensorPlan]:
        return {name: TensorPlan("F8_E4M3", shape), f"{name}_scale": TensorPlan("F32", shape[:1])}

    def pack(self, name: str, weight: torch.Tensor) -> Mapping[str, torch.Tensor]:
        import torch

        weight = weight.float()
        scale = weight.abs().amax(dim=1) / LARGEST
        scale = torch.where(scale > 0, scale, torch.ones_like(scale))
        codes = (weight / scale[:, None]).clamp(-LARGEST, LARGEST).to(torch.float8_e4m3fn)
        return {name: codes.cpu(), f"{name}_scale": scale.cpu()}

    def transformer_config(self, keys: str) -> Mapping[str, Any]:
        return {}

    def text_encoder_config(self) -> Mapping[str, Any]:
        return {"ideogram_fp8_weight_only": True}


PACKERS: Mapping[str, Packer] = {packer.name: packer for packer in (Nf4Packer(), Fp8Packer())}

_BITSANDBYTES = {
    "bnb_4bit_compute_dtype": "bfloat16",
    "bnb_4bit_quant_storage": "uint8",
    "bnb_4bit_quant_type": "nf4",
    "bnb_4bit_use_double_quant": False,
    "llm_int8_enable_fp32_cpu_offload": False,
    "llm_int8_has_fp16_weight": False,
    "llm_int8_skip_modules": None,
    "llm_int8_threshold": 6.0,
    "load_in_4bit": True,
    "load_in_8bit": False,
    "quant_method": "bitsandbytes",
}


def _state(shape: tuple[int, int]) -> bytes:
    """The note that bitsandbytes keeps beside a weight."""
    note = {
        "quant_type": "nf4",
        "blocksize": BLOCK,
        "dtype": "bfloat16",
        "shape": list(shape),
    }
    return json.dumps(note).encode()
