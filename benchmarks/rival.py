"""Diffusers' pipeline at the published size with random bfloat16 weights, timed from outside."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import torch

from benchmarks.published import FULL

PADDING = 2048  # text tokens that diffusers pads to, its default


def rival_seconds(sides: Sequence[int], steps: int, text_tokens: int, guidance: float) -> Any:
    """Seconds a guided step by side; what went wrong, in words, if it did."""
    try:
        pipe = _pipeline()
        return {
            str(side): round(statistics.median(_steps(pipe, side, steps, text_tokens, guidance)), 4)
            for side in sides
        }
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _pipeline() -> Any:
    from tests.parity import checkpoints

    config = FULL.transformer
    size = checkpoints.CheckpointSize(
        heads=config.num_attention_heads,
        head_dim=config.attention_head_dim,
        layers=config.num_layers,
        unconditional_layers=config.num_layers,
        intermediate=config.intermediate_size,
        adaln=config.adaln_dim,
        mrope_section=config.mrope_section,
        text_hidden=4096,
    )
    torch.set_default_dtype(FULL.dtype)
    try:
        with torch.device("cuda"):
            pipe = checkpoints.build_pipeline(size)
    finally:
        torch.set_default_dtype(torch.float32)
    pipe.to("cuda", FULL.dtype)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _steps(pipe: Any, side: int, steps: int, text_tokens: int, guidance: float) -> Iterator[float]:
    times: list[float] = []

    def after(_pipe: Any, _step: int, _t: Any, state: dict[str, Any]) -> dict[str, Any]:
        torch.cuda.synchronize()
        times.append(time.perf_counter())
        return state

    pipe(
        "x " * (text_tokens // 2),
        height=side,
        width=side,
        num_inference_steps=steps,
        guidance_scale=guidance,
        guidance_schedule=None,
        max_sequence_length=PADDING,
        output_type="latent",
        callback_on_step_end=after,
    )
    return (b - a for a, b in pairwise(times))
