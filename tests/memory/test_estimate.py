"""The estimate against what torch really allocates, and the plans it leads to on real cards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4 import Ideogram4Pipeline
from ideogram4.memory.choose import Appraisal, appraise
from ideogram4.memory.estimate import PictureShape
from ideogram4.memory.sizes import model_sizes
from ideogram4.model.config import FULL_MODEL_TAPS, CheckpointInfo
from tests.memory.live_bytes import LiveBytes
from tests.parity.checkpoints import SHORT_CAPTION, CheckpointSize, build_pipeline
from tests.parity.quantised import by_script
from tests.weights import full_size

GB = 10**9
KINDS = ("plain", "nf4", "fp8")
MIDDLE = CheckpointSize(
    heads=4,
    head_dim=64,
    layers=3,
    unconditional_layers=3,
    intermediate=704,
    adaln=64,
    mrope_section=(12, 10, 10),
    text_hidden=64,
    vae_widths=(32, 64, 128, 128),
    vae_layers=2,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("middle")
    build_pipeline(MIDDLE).save_pretrained(root / "plain")
    packed = {kind: by_script(root / "plain", root / kind, kind) for kind in ("nf4", "fp8")}
    return {"plain": root / "plain", **packed}


def weighed(folder: Path, dtype: torch.dtype) -> Appraisal:
    return appraise(folder, CheckpointInfo.from_folder(folder, "middle"), dtype)


def tensor_bytes(module: torch.nn.Module) -> int:
    return sum(p.numel() * p.element_size() for p in module.parameters())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_sizes_from_headers_are_those_of_the_loaded_model(
    folders: dict[str, Path], kind: str, dtype: torch.dtype
) -> None:
    networks = Ideogram4Pipeline.from_pretrained(folders[kind], device="cpu", dtype=dtype)._networks
    sizes = model_sizes(folders[kind], max(FULL_MODEL_TAPS), dtype.itemsize)
    # Joined pieces share their sixteen numbers of nf4.
    assert sizes.conditional.total == pytest.approx(tensor_bytes(networks.conditional), rel=1e-3)
    assert sizes.text_encoder.total == tensor_bytes(networks.text_encoder)
    assert sizes.autoencoder == pytest.approx(tensor_bytes(networks.autoencoder), rel=0.01)
    first = networks.conditional.layers[0]
    block = tensor_bytes(first) - tensor_bytes(first.adaln_modulation)
    assert sizes.conditional.blocks[0] == pytest.approx(block, rel=1e-3)


@pytest.mark.parametrize("plan", ["swap", "stream"])
def test_what_waits_in_host_memory_is_as_estimated(folders: dict[str, Path], plan: str) -> None:
    appraisal = weighed(folders["plain"], torch.float32)
    pipe = Ideogram4Pipeline.from_pretrained(folders["plain"], device="cpu", memory=plan)
    told = appraisal.estimate(appraisal.fixed(plan), PictureShape(256, 256)).host
    table = appraisal.sizes.text_encoder.table
    idle = sum(part.text for part in appraisal.sizes.transformers)
    # Each tensor begins at a multiple of 256 bytes.
    assert pipe._residency.host_bytes + table == pytest.approx(told, rel=0.05), idle


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(512, 512), (768, 384)], ids=str)
def test_the_work_of_each_phase_is_as_estimated(
    folders: dict[str, Path], kind: str, size: tuple[int, int]
) -> None:
    """Within a third: the estimate is to choose a plan, and errs on the careful side."""
    width, height = size
    pipe = Ideogram4Pipeline.from_pretrained(folders[kind], device="cpu", dtype=torch.float32)
    tokens = pipe.count_tokens(SHORT_CAPTION)
    shape = PictureShape(width, height, text_tokens=tokens, steps=2)
    work = weighed(folders[kind], torch.float32).work(shape)
    options: Any = {"width": width, "height": height, "num_steps": 2, "guidance_scale": 3.0}
    with LiveBytes() as drawing:
        latents = pipe(SHORT_CAPTION, output="latents", check="off", seed=1, **options)
    expected = max(work.encoding, work.preparing, work.denoising)
    assert 0.66 * expected < drawing.peak < 1.1 * expected
    with LiveBytes() as decoding:
        pipe.decode_latents(latents, width=width, height=height)
    assert 0.66 * work.decoding < decoding.peak < 1.1 * work.decoding


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Model folders of the published sizes, all holes."""
    roots = {}
    for kind in KINDS:
        root = tmp_path_factory.mktemp(kind)
        for part in ("transformer", "unconditional_transformer"):
            tensors = full_size.transformer()
            tensors = tensors if kind == "plain" else full_size.packed(tensors, kind)
            full_size.write(root / part / "diffusion_pytorch_model.safetensors", tensors)
            full_size.configure(root / part, full_size.TRANSFORMER_CONFIG)
        tensors = full_size.language_model()
        tensors = tensors if kind == "plain" else full_size.packed(tensors, kind)
        full_size.write(root / "text_encoder" / "model.safetensors", tensors)
        vae = {"decoder.conv_in.weight": ("BF16", (84_000_000,))}
        full_size.write(root / "vae" / "diffusion_pytorch_model.safetensors", vae)
        (root / "vae" / "config.json").write_text(json.dumps({}))
        roots[kind] = root
    return roots


# Free gigabytes of a card, the format, and the plan that "auto" makes of them at 1024 x 1024.
CARDS = [
    (80, "plain", "resident"),
    (48, "plain", "swap"),
    (24, "plain", "swap"),
    (12, "plain", "stream"),
    (40, "fp8", "resident"),
    (24, "fp8", "swap"),
    (12, "fp8", "swap"),
    (9, "fp8", "stream"),
    (24, "nf4", "resident"),
    (16, "nf4", "swap"),
    (11.5, "nf4", "swap"),
    (7.5, "nf4", "stream"),
    (6, "nf4", "stream"),
]


@pytest.mark.parametrize(("free", "kind", "plan"), CARDS, ids=lambda value: str(value))
def test_auto_on_real_cards(published: dict[str, Path], free: float, kind: str, plan: str) -> None:
    appraisal = appraise(published[kind], CheckpointInfo("x"), torch.bfloat16)
    shape = PictureShape(1024, 1024)
    chosen = appraisal.best(int(free * GB), shape)
    assert chosen.name == plan
    assert appraisal.estimate(chosen, shape).peak <= free * GB


def test_2048_fits_into_12_gb_with_nf4_and_swap(published: dict[str, Path]) -> None:
    appraisal = appraise(published["nf4"], CheckpointInfo("x"), torch.bfloat16)
    told = appraisal.estimate(appraisal.fixed("swap"), PictureShape(2048, 2048))
    assert told.peak < 12 * GB
    assert told.host < 15 * GB
