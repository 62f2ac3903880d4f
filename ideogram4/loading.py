"""From a model's name to everything a pipeline runs on: found, checked from headers, loaded.

What can be refused without reading weights is refused first: an unknown plan or device, float8
products that are not possible, LoRAs that do not fit. It makes no picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from ideogram4.device import choose_device, choose_dtype, translate_memory_errors
from ideogram4.memory.choose import check_host_memory, plan_memory
from ideogram4.memory.plans import MemoryPlan, check_plan
from ideogram4.model.build import Networks, build_networks, transformer_shapes
from ideogram4.model.config import CheckpointInfo
from ideogram4.model.rope import InvFreqDtype
from ideogram4.model.speed import (
    check_compiling,
    check_float8_products,
    compile_blocks,
    use_float8_products,
)
from ideogram4.model.tokenizer import CaptionTokenizer
from ideogram4.weights.lora import LoraSpec
from ideogram4.weights.lora.file import plan_lora

OnProgress = Callable[[str, float], None]
OUT_OF_MEMORY = (
    'Use a smaller form of the model (nf4), memory="stream", or a device with more memory.'
)


@dataclass(frozen=True)
class Numerics:
    """Choices the published material leaves open; the defaults follow the public reference.

    round_time: t is rounded to the compute dtype before its sinusoid (matters in bfloat16).
    rope_inv_freq: dtype the rotary frequencies are rounded to.
    fp8_products: float8 weights meet inputs that are rounded to float8 too (cards from Ada on).
    """

    round_time: bool = True
    rope_inv_freq: InvFreqDtype = "float32"
    fp8_products: bool = False


@dataclass(frozen=True)
class LoadedModel:
    """Networks and what is known about them. `plan` has yet to be carried out (`Residency`)."""

    networks: Networks
    tokenizer: CaptionTokenizer
    info: CheckpointInfo
    folder: Path
    device: torch.device
    dtype: torch.dtype
    plan: MemoryPlan
    numerics: Numerics


def load_model(
    folder: Path,
    name: str,
    *,
    device: str | None,
    dtype: torch.dtype | None,
    memory: str,
    compile: bool,
    loras: Sequence[LoraSpec],
    numerics: Numerics,
    on_progress: OnProgress | None,
) -> LoadedModel:
    """Load the model in `folder`; arguments and errors as of `Ideogram4Pipeline.from_pretrained`.

    loras are only held to the model here.
    """
    check_plan(memory)
    where = choose_device(device)
    compute = choose_dtype(dtype, where)
    info = CheckpointInfo.from_folder(folder, name=name)
    tokenizer = CaptionTokenizer.from_folder(folder / "tokenizer")
    if numerics.fp8_products:
        check_float8_products(folder, where, compute)
    if compile:
        check_compiling(folder, where)
    if loras:
        shapes = transformer_shapes(folder / "transformer")
        for lora in loras:
            plan_lora(lora.path, shapes)
    plan = plan_memory(folder, info, memory, device=where, dtype=compute)
    check_host_memory(folder, info, plan, device=where, dtype=compute)
    with translate_memory_errors(OUT_OF_MEMORY), torch.inference_mode(False), torch.no_grad():
        networks = build_networks(
            folder,
            info,
            device=where,
            dtype=compute,
            home=torch.device("cpu") if plan.hosted else None,
            on_progress=on_progress,
        )
    if numerics.fp8_products:
        use_float8_products(networks)
    if compile:
        compile_blocks(networks)
    return LoadedModel(networks, tokenizer, info, folder, where, compute, plan, numerics)
