"""Two ways to trade something for speed on a card, both off unless asked for.

`compile_blocks` costs a slow first picture; `use_float8_products` costs exactness. Neither changes
which weights are used or where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import torch
from torch import nn

from ideogram4.errors import DeviceError, RequestError
from ideogram4.model.build import Networks
from ideogram4.quant import format_name
from ideogram4.quant.fp8_linear import Fp8Linear
from ideogram4.weights.checkpoint import open_checkpoint

# Ada and Hopper brought float8 products.
FLOAT8_CAPABILITY = (8, 9)


def compile_blocks(networks: Networks, backend: str = "inductor") -> None:
    """Let torch compile the forward pass of every transformer block; all share what is compiled.

    Block by block and not the whole model: it compiles in seconds, works where blocks come and go
    (memory plans hook in around a block), and a block has no branch that breaks the graph.
    """
    for block in _blocks(networks):
        block.forward = torch.compile(block.forward, backend=backend)  # type: ignore[method-assign]


def check_compiling(folder: Path, device: torch.device) -> None:
    """Raise `DeviceError` where the compiler cannot decode the weights of the model in `folder`."""
    is_old = device.type == "cuda" and (
        torch.cuda.get_device_capability(device) < FLOAT8_CAPABILITY
    )
    if is_old and format_name(open_checkpoint(folder / "transformer").tensors) == "fp8":
        raise DeviceError(
            f"torch compiles nothing for float8 weights on {torch.cuda.get_device_name(device)}",
            hint="Leave compile off, or use nf4 or bf16 weights.",
        )


def use_float8_products(networks: Networks) -> None:
    """Let float8 layers of the transformers' blocks round their input to float8 and multiply in it.

    Each product is off by about 2.6 % of its size (root mean square, normal inputs), which averages
    out over a picture but is no rounding. Layers of e5m2, and of
    sizes that are no multiples of 16, are left alone.
    """
    for block in _blocks(networks):
        for layer in block.modules():
            if isinstance(layer, Fp8Linear) and _has_products(layer):
                layer.products = "float8"


def check_float8_products(folder: Path, device: torch.device, dtype: torch.dtype) -> None:
    """Look at a model's headers and the device before anything is loaded.

    Raises `RequestError` where no weight is float8, and `DeviceError` where the device has no
    products of them.
    """
    if format_name(open_checkpoint(folder / "transformer").tensors) != "fp8":
        raise RequestError(
            "fp8_products needs fp8 weights, and these are not",
            hint="Use ideogram-ai/ideogram-4-fp8, or make them with `ideogram4 quantize`.",
        )
    if device.type == "cuda" and torch.cuda.get_device_capability(device) < FLOAT8_CAPABILITY:
        raise DeviceError(
            f"{torch.cuda.get_device_name(device)} has no float8 products",
            hint="Leave fp8_products off; the weights are used all the same.",
        )
    if device.type == "cuda" and dtype != torch.bfloat16:
        raise RequestError(f"fp8_products computes in bfloat16 on a card, not in {dtype}")
    if device.type == "mps":
        raise DeviceError("a Mac has no float8 products", hint="Leave fp8_products off.")


def _has_products(layer: Fp8Linear) -> bool:
    in_sixteens = layer.in_features % 16 == 0 and layer.out_features % 16 == 0
    return in_sixteens and layer.float8 == torch.float8_e4m3fn


def _blocks(networks: Networks) -> Iterator[nn.Module]:
    both = (networks.conditional, networks.unconditional)
    return chain.from_iterable(model.layers for model in both if model is not None)
