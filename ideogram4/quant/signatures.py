"""Recognise every published weight format by its headers, whether this version can load it or not.

Telling a person "this is bitsandbytes nf4, which is not supported yet" needs less than loading it:
a name and a rule over tensor names and dtypes. Facts: the checkpoints' own tensor lists.

It is not the registry of formats that load (`formats`) and it reads no tensor data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ideogram4.weights.header import TensorInfo

PLAIN_FLOATS = frozenset({"BF16", "F16", "F32", "F64"})
# Counters and masks live beside plain weights and are not weights.
PLAIN_DTYPES = PLAIN_FLOATS | {"I32", "I64", "BOOL"}
FLOAT8 = frozenset({"F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ"})

# Writers name the scale of `X.weight` in three ways.
SCALE_NAMES = ("weight_scale", "weight_scale_inv", "scale_weight")


@dataclass(frozen=True, slots=True)
class Signature:
    """A format's short name, its name for people, and how its headers look."""

    name: str
    title: str
    matches: Callable[[Mapping[str, TensorInfo]], bool]


def _has_name_part(part: str) -> Callable[[Mapping[str, TensorInfo]], bool]:
    return lambda tensors: any(part in name for name in tensors)


def is_nf4(tensors: Mapping[str, TensorInfo]) -> bool:
    return any(".quant_state.bitsandbytes__nf4" in name for name in tensors) or (
        # A shard list cut short can lack the state and still show its blocks.
        any(f"{name}.absmax" in tensors for name, info in tensors.items() if info.dtype == "U8")
        and not any(".quant_state.bitsandbytes__fp4" in name for name in tensors)
    )


def has_float8(tensors: Mapping[str, TensorInfo]) -> bool:
    return any(info.dtype in FLOAT8 for name, info in tensors.items() if not is_marker(name))


def is_marker(name: str) -> bool:
    """Whether this is ComfyUI's note that a file has scaled float8 weights; it has no meaning."""
    return name.rpartition(".")[2] == "scaled_fp8"


SIGNATURES: tuple[Signature, ...] = (
    Signature("nf4", "bitsandbytes nf4 (4 bits a weight)", is_nf4),
    Signature(
        "fp4",
        "bitsandbytes fp4 (4 bits a weight)",
        _has_name_part(".quant_state.bitsandbytes__fp4"),
    ),
    Signature("fp8", "float8 (8 bits a weight, with scales)", has_float8),
    Signature("int8", "bitsandbytes int8 (8 bits a weight)", _has_name_part(".SCB")),
)


def is_plain(tensors: Mapping[str, TensorInfo]) -> bool:
    """Whether nothing here is quantised: every tensor is an ordinary float or a counter."""
    return all(info.dtype in PLAIN_DTYPES for info in tensors.values())


def float8_without_scale(tensors: Mapping[str, TensorInfo]) -> list[str]:
    """Names of float8 weights that have no scale beside them, which makes them unreadable."""
    lonely = []
    for name, info in tensors.items():
        if info.dtype not in FLOAT8 or is_marker(name):
            continue
        stem = name.removesuffix("weight")
        if not any(f"{stem}{scale}" in tensors for scale in SCALE_NAMES):
            lonely.append(name)
    return lonely
