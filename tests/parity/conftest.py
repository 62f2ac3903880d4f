"""One small checkpoint for the whole folder of tests, opened by diffusers and by this project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4 import Ideogram4Pipeline
from tests.parity.checkpoints import CheckpointSize, build_pipeline, fuse_attention


@pytest.fixture(scope="session")
def peer() -> Any:
    """Diffusers' pipeline with random weights, float32 on the CPU."""
    pipeline = build_pipeline(CheckpointSize())
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.fixture(scope="session")
def folder(peer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint as diffusers writes it: split attention keys, one file a part."""
    path = tmp_path_factory.mktemp("split")
    peer.save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def sharded_folder(peer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in many small files with an index each."""
    path = tmp_path_factory.mktemp("sharded")
    peer.save_pretrained(path, max_shard_size="300KB")
    return path


@pytest.fixture(scope="session")
def fused_folder(peer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with fused attention keys, as the nf4 and fp8 repositories spell them."""
    path = tmp_path_factory.mktemp("fused")
    peer.save_pretrained(path)
    for part in ("transformer", "unconditional_transformer"):
        fuse_attention(path / part / "diffusion_pytorch_model.safetensors")
    return path


@pytest.fixture(scope="session")
def ours(folder: Path) -> Ideogram4Pipeline:
    return Ideogram4Pipeline.from_pretrained(folder, device="cpu", dtype=torch.float32)


@pytest.fixture
def noise() -> Any:
    """noise(images, width, height) -> (images, tokens, 128), the same on every run."""

    def make(images: int, width: int, height: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(width * 10_000 + height)
        return torch.randn(images, width * height // 256, 128, generator=generator)

    return make
