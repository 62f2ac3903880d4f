"""One small checkpoint, its packed forms, and changes to its layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4 import Ideogram4Pipeline
from tests.parity.checkpoints import SHORT_CAPTION, build_pipeline
from tests.parity.quantised import by_script, dequantised
from tests.weights.lora import writers

IN_BLOCKS = [
    *(f"layers.0.attention.{part}" for part in ("to_q", "to_k", "to_v", "to_out.0")),
    *(f"layers.2.attention.{part}" for part in ("to_q", "to_k", "to_v", "to_out.0")),
    "layers.1.attention.to_v",
    *(f"layers.1.feed_forward.w{n}" for n in (1, 2, 3)),
    "layers.2.adaln_modulation",
]
OUTSIDE = [
    "input_proj",
    "llm_cond_proj",
    "t_embedding.mlp_in",
    "t_embedding.mlp_out",
    "adaln_proj",
    "final_layer.linear",
    "final_layer.adaln_modulation",
]


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By format; "nf4 numbers" and "fp8 numbers" are what the packed ones stand for."""
    root = tmp_path_factory.mktemp("lora")
    plain = root / "plain"
    build_pipeline().save_pretrained(plain)
    made = {"plain": plain, "plain numbers": plain}
    for kind in ("nf4", "fp8"):
        made[kind] = by_script(plain, root / kind, kind)
        made[f"{kind} numbers"] = dequantised(made[kind], plain, root / f"{kind} numbers")
    return made


@pytest.fixture(scope="session")
def made(checkpoints: dict[str, Path]) -> list[writers.Change]:
    return writers.changes(checkpoints["plain"] / "transformer", IN_BLOCKS + OUTSIDE)


@pytest.fixture(scope="session")
def load() -> Any:
    def open_folder(folder: Path, **options: Any) -> Ideogram4Pipeline:
        options = {"device": "cpu", "dtype": torch.float32, **options}
        return Ideogram4Pipeline.from_pretrained(folder, **options)

    return open_folder


@pytest.fixture(scope="session")
def draw() -> Any:
    def latents(pipe: Ideogram4Pipeline) -> torch.Tensor:
        result: torch.Tensor = pipe(
            SHORT_CAPTION,
            width=256,
            height=256,
            seed=3,
            num_steps=2,
            guidance_scale=2.0,
            output="latents",
            check="off",
        )
        return result

    return latents
